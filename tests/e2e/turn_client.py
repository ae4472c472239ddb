"""A small blocking TURN client for the end-to-end drivers: Binding, Allocate with long-term
credentials, Refresh, CreatePermission, ChannelBind, Send, ChannelData over UDP, TCP and TLS.
It does what it is told and never repairs: retransmission is the only help it gives (UDP)."""

import contextlib
import socket
import ssl
import struct
import time

import stun_message as stun

RETRANSMIT_S = 0.5
IP_RECVTTL = 12  # linux/in.h; the socket module does not name it


class TurnError(Exception):
    """An error response; `code` is the STUN error code."""

    def __init__(self, response):
        super().__init__(f"method {response.method} failed with {response.error_code()}")
        self.response = response
        self.code = response.error_code()


class UdpLink:
    """Datagrams to one server; `ttl` is the hop limit of the last one received (IPv4)."""

    reliable = False

    def __init__(self, server, local=None):
        family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        if family == socket.AF_INET:
            self.socket.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
        if local:
            self.socket.bind(local)
        self.socket.connect(server)
        self.ttl = None

    def send(self, data):
        self.socket.send(data)

    def receive(self, timeout):
        self.socket.settimeout(timeout)
        data, ancillary, _, _ = self.socket.recvmsg(65536, 256)
        for level, kind, value in ancillary:
            if level == socket.IPPROTO_IP and kind == socket.IP_TTL:
                self.ttl = struct.unpack("@i", value)[0]
        return data

    def close(self):
        self.socket.close()


class StreamLink:
    """TCP, or TLS when a context is given; frames are cut by the length they carry."""

    reliable = True

    def __init__(self, server, tls=None, server_hostname=None):
        self.socket = socket.create_connection(server, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=server_hostname)
        self.buffer = b""

    def send(self, data):
        if data[0] >> 6 == 1:
            data += b"\0" * (-len(data) % 4)
        self.socket.sendall(data)

    def receive(self, timeout):
        deadline = time.monotonic() + timeout
        while True:
            frame = self.take_frame()
            if frame is not None:
                return frame
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no frame in time")
            self.socket.settimeout(left)
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("the server closed the connection")
            self.buffer += data

    def take_frame(self):
        if len(self.buffer) < 4:
            return None
        size = struct.unpack_from("!H", self.buffer, 2)[0]
        if self.buffer[0] >> 6 == 1:
            useful, whole = 4 + size, 4 + size + (-size % 4)
        else:
            useful = whole = stun.HEADER_LENGTH + size
        if len(self.buffer) < whole:
            return None
        frame, self.buffer = self.buffer[:useful], self.buffer[whole:]
        return frame

    def close(self):
        self.socket.close()


def insecure_tls(alpn=None, maximum=None):
    """A TLS context that accepts our test certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if alpn:
        context.set_alpn_protocols(alpn)
    if maximum:
        context.maximum_version = maximum
    return context


def connect(transport, host, port, **more):
    if transport == "udp":
        return UdpLink((host, port), **more)
    if transport == "tcp":
        return StreamLink((host, port), **more)
    return StreamLink((host, port), tls=insecure_tls(), **more)


class Client:
    def __init__(self, link, username=None, password=None, timeout=5.0):
        self.link, self.username, self.password = link, username, password
        self.timeout = timeout
        self.realm = self.nonce = self.key = None
        self.allocated = False
        self.channels = {}  # number -> peer
        self.waiting = []   # data that arrived while a response was awaited

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Frees the allocation, or the next socket with this port would find it (437)."""
        if self.allocated and not self.link.reliable:
            self.timeout = RETRANSMIT_S
            with contextlib.suppress(OSError, TurnError):
                self.refresh(0)
        self.link.close()

    # -- requests ---------------------------------------------------------------------------------

    def binding(self):
        return self.exchange(stun.Message(stun.BINDING, stun.REQUEST))

    def allocate(self, family=None, additional=None, lifetime=None, even_port=None, extra=()):
        """The success response; its XOR-RELAYED-ADDRESS are in `.addresses()`."""
        attributes = [(stun.REQUESTED_TRANSPORT, bytes([stun.TRANSPORT_UDP, 0, 0, 0]))]
        if family:
            attributes.append((stun.REQUESTED_ADDRESS_FAMILY, bytes([family, 0, 0, 0])))
        if additional:
            attributes.append((stun.ADDITIONAL_ADDRESS_FAMILY, bytes([additional, 0, 0, 0])))
        if lifetime is not None:
            attributes.append((stun.LIFETIME, struct.pack("!I", lifetime)))
        if even_port is not None:
            attributes.append((stun.EVEN_PORT, bytes([0x80 if even_port else 0])))
        response = self.request(stun.ALLOCATE, attributes + list(extra))
        self.allocated = True
        return response

    def refresh(self, lifetime):
        response = self.request(stun.REFRESH, [(stun.LIFETIME, struct.pack("!I", lifetime))])
        self.allocated = lifetime != 0
        return response

    def create_permission(self, *peers):
        return self.request(stun.CREATE_PERMISSION,
                            [(stun.XOR_PEER_ADDRESS, peer) for peer in peers])

    def channel_bind(self, number, peer):
        response = self.request(stun.CHANNEL_BIND, [
            (stun.CHANNEL_NUMBER, struct.pack("!HH", number, 0)), (stun.XOR_PEER_ADDRESS, peer)])
        self.channels[number] = peer
        return response

    def request(self, method, attributes):
        """Answers 401 and 438 once each with credentials. Raises TurnError on any other error."""
        for _ in range(3):
            message = self.build(stun.Message(method, stun.REQUEST), attributes)
            response = self.exchange(message, self.key)
            code = response.error_code()
            retry = (code == 401 and self.key is None and self.password) or code == 438
            if not retry:
                break
            self.learn(response)
        if response.kind == stun.ERROR:
            raise TurnError(response)
        if self.key and not stun.is_signed_with(response, self.key):
            raise AssertionError(f"the success response to method {method} is not signed")
        return response

    def learn(self, challenge):
        self.realm = challenge.get(stun.REALM).decode()
        self.nonce = challenge.get(stun.NONCE)
        self.key = stun.long_term_key(self.username, self.realm, self.password)

    def build(self, message, attributes):
        for kind, value in attributes:
            if kind == stun.XOR_PEER_ADDRESS:
                value = stun.xor_address_encode(value, message.transaction)
            message.add(kind, value)
        if self.key:
            message.add(stun.USERNAME, self.username.encode())
            message.add(stun.REALM, self.realm.encode()).add(stun.NONCE, self.nonce)
        return message

    def exchange(self, message, key=None):
        """Sends, retransmits over UDP, returns the response of the same transaction."""
        raw = stun.encode(message, key)
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline:
            self.link.send(raw)
            wait = deadline - time.monotonic()
            response = self.await_response(message, wait if self.link.reliable
                                           else min(RETRANSMIT_S, wait))
            if response:
                return response
        raise TimeoutError(f"no answer to method {message.method}")

    def await_response(self, message, wait):
        until = time.monotonic() + wait
        while (left := until - time.monotonic()) > 0:
            try:
                frame = self.link.receive(left)
            except TimeoutError:
                return None
            if frame[0] >> 6 == 0:
                answer = stun.decode(frame)
                if answer.transaction == message.transaction:
                    return answer
            self.waiting.append(frame)
        return None

    # -- data -------------------------------------------------------------------------------------

    def send_indication(self, peer, data, extra=()):
        message = self.build_indication(peer, data)
        for kind, value in extra:
            message.add(kind, value)
        self.link.send(stun.encode(message))

    @staticmethod
    def build_indication(peer, data):
        message = stun.Message(stun.SEND, stun.INDICATION)
        message.add(stun.XOR_PEER_ADDRESS, stun.xor_address_encode(peer, message.transaction))
        return message.add(stun.DATA_ATTRIBUTE, data)

    def send_channel(self, number, data):
        self.link.send(struct.pack("!HH", number, len(data)) + data)

    def receive_data(self, timeout=None):
        """(peer, data) of the next ChannelData or Data indication."""
        until = time.monotonic() + (timeout or self.timeout)
        while (left := until - time.monotonic()) > 0:
            frame = self.waiting.pop(0) if self.waiting else self.link.receive(left)
            if frame[0] >> 6 == 1:
                number, size = struct.unpack_from("!HH", frame)
                return self.channels[number], frame[4:4 + size]
            message = stun.decode(frame)
            if message.method == stun.DATA and message.kind == stun.INDICATION:
                return message.address(stun.XOR_PEER_ADDRESS), message.get(stun.DATA_ATTRIBUTE)
        raise TimeoutError("no data in time")
