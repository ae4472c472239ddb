"""What the relay's shell does around the protocol: reply addresses on a wildcard listener, ports
reserved by one client and used by another, ICMP errors, DF, slow and silent streams, limits per
address, its own addresses as peers, and the numbers that tell of all this."""

import contextlib
import os
import socket
import struct
import time
import unittest
import urllib.request

import harness
import stun_message as stun
from turn_client import StreamLink, TurnError

ICMP_ATTRIBUTE = 0x8004

# What AddressSanitizer keeps back of freed memory (256 MB) would look like memory that is held.
os.environ.setdefault("ASAN_OPTIONS", "quarantine_size_mb=1:thread_local_quarantine_size_kb=64")


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@unittest.skipIf(harness.is_coturn(), "these are our own promises")
class Shell(harness.ServerTest):
    server_hosts = ("127.0.0.1",)
    server_lines = {"listening-ip": "0.0.0.0", "relay-threads": 2, "prometheus": "",
                    "prometheus-address": "127.0.0.1", "tls-handshake-timeout": 1,
                    "drop-invalid-packets-log": "",
                    "max-allocate-timeout": 2, "tcp-max-connections-per-ip": 12,
                    "tcp-send-queue-bytes": 65536}

    @classmethod
    def setUpClass(cls):
        cls.metrics_port = harness.free_ports(1)[0]
        cls.server_lines = dict(cls.server_lines, **{"prometheus-port": cls.metrics_port})
        super().setUpClass()

    def metric(self, line):
        found = harness.metric(self.metrics_port, line)
        self.assertIsNotNone(found, f"no metric {line}")
        return found

    def test_a_wildcard_listener_answers_from_the_address_it_was_asked_at(self):
        for host in ("127.0.0.1", "127.0.0.77"):
            # A connected socket: an answer from another address would not be heard.
            with self.server.client(host=host) as client:
                self.assertEqual(client.binding().address(stun.XOR_MAPPED_ADDRESS),
                                 client.link.socket.getsockname())
                client.allocate()

    def test_a_reserved_port_is_had_by_another_client_whichever_thread_serves_it(self):
        for _ in range(8):  # the kernel spreads clients over both threads
            with self.server.client() as first, self.server.client() as second:
                reply = first.allocate(even_port=True)
                even = reply.address(stun.XOR_RELAYED_ADDRESS)
                token = reply.get(stun.RESERVATION_TOKEN)
                self.assertEqual(even[1] % 2, 0)
                odd = second.allocate(extra=[(stun.RESERVATION_TOKEN, token)])
                self.assertEqual(odd.address(stun.XOR_RELAYED_ADDRESS), (even[0], even[1] + 1))
                with self.server.client() as third, self.assertRaises(TurnError) as failure:
                    third.allocate(extra=[(stun.RESERVATION_TOKEN, token)])
                self.assertEqual(failure.exception.code, 508)

    def test_an_icmp_error_comes_back_as_a_data_indication(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
            gone.bind(("127.0.0.9", 0))
            peer = gone.getsockname()
        with self.server.client() as client:
            client.allocate()
            client.create_permission(peer)
            client.send_indication(peer, b"anybody there?")
            answer = stun.decode(client.link.receive(5))
            self.assertEqual((answer.method, answer.kind), (stun.DATA, stun.INDICATION))
            self.assertEqual(answer.address(stun.XOR_PEER_ADDRESS), peer)
            # RFC 8656 section 18.13: seven bits of type, nine of code; 3, 3 is "port unreachable".
            self.assertEqual(struct.unpack("!H", answer.get(ICMP_ATTRIBUTE)[2:4])[0], 3 << 9 | 3)
            client.send_indication(peer, b"still working?")
            self.assertEqual(stun.decode(client.link.receive(5)).method, stun.DATA)

    def test_dont_fragment_holds_for_one_datagram(self):
        big = b"x" * 40000
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer, \
                self.server.client() as client:
            peer.bind(("127.0.0.8", 0))
            peer.settimeout(5)
            client.allocate()
            client.create_permission(peer.getsockname())
            for extra in ([(stun.DONT_FRAGMENT, b"")], []):
                client.send_indication(peer.getsockname(), b"small", extra)
                self.assertEqual(peer.recv(65536), b"small")
            client.send_indication(peer.getsockname(), big)
            self.assertEqual(peer.recv(65536), big)

    def test_our_own_addresses_are_peers_at_live_ports_only(self):
        with self.server.client() as a, self.server.client() as b:
            a.allocate()
            live = b.allocate().address(stun.XOR_RELAYED_ADDRESS)
            for port in (22, self.server.port, self.server.tls_port, self.metrics_port):
                with self.assertRaises(TurnError) as failure:
                    a.create_permission(("127.0.0.1", port))
                self.assertEqual(failure.exception.code, 403)
            a.create_permission(live)
            b.refresh(0)
            a.send_indication(live, b"nobody lives here any more")
        self.assertTrue(until(
            lambda: self.metric('turnpike_dropped_packets{reason="peer_denied"}') > 0))

    def test_a_client_that_does_not_read_loses_frames_and_nobody_else_does(self):
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as peer:
            peer.bind(("127.0.0.8", 0))
            with self.server.client("tcp") as slow, self.server.client("tcp") as quick:
                relayed = {}
                for client in (slow, quick):
                    relayed[client] = client.allocate().address(stun.XOR_RELAYED_ADDRESS)
                    client.channel_bind(0x4000, peer.getsockname())
                before = self.metric('turnpike_dropped_packets{reason="stream_queue_full"}')
                for _ in range(4000):
                    peer.sendto(b"x" * 1200, relayed[slow])
                peer.sendto(b"for the quick one", relayed[quick])
                self.assertEqual(quick.receive_data()[1], b"for the quick one")
                self.assertTrue(until(lambda: self.metric(
                    'turnpike_dropped_packets{reason="stream_queue_full"}') > before))
                slow.refresh(600)  # what comes through is whole frames, so the stream still works

    def test_a_silent_handshake_and_a_stream_without_an_allocation_are_closed(self):
        for port, first_bytes, within in ((self.server.tls_port, b"\x16\x03\x01", 4),
                                          (self.server.port, b"", 4)):
            with socket.create_connection(("127.0.0.1", port)) as stranger:
                stranger.sendall(first_bytes)
                stranger.settimeout(within)
                self.assertEqual(stranger.recv(1), b"")
        link = StreamLink(("127.0.0.1", self.server.port))
        with contextlib.closing(link):
            link.send(stun.encode(stun.Message(stun.BINDING, stun.REQUEST)))
            link.receive(2)
            with self.assertRaises(ConnectionError):
                link.receive(6)

    def test_one_address_cannot_hold_all_connections(self):
        with contextlib.ExitStack() as stack:
            held = [stack.enter_context(socket.create_connection(("127.0.0.1", self.server.port),
                                                                 source_address=("127.0.0.44", 0)))
                    for _ in range(20)]
            def closed_at_once():
                count = 0
                for one in held:
                    one.settimeout(0.01)
                    with contextlib.suppress(TimeoutError, ConnectionResetError):
                        count += one.recv(1) == b""
                return count
            self.assertGreaterEqual(closed_at_once() or (time.sleep(0.3), closed_at_once())[1], 1)
            with self.server.client("tcp") as somebody_else:
                somebody_else.allocate()
        self.assertGreater(self.metric('turnpike_socket_events{event="streams_refused"}'), 0)

    def test_other_protocols_are_dropped_and_counted(self):
        before = self.metric('turnpike_dropped_packets{reason="invalid"}')
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.connect(("127.0.0.1", self.server.port))
            for junk in (b"\xff" * 40, b"\x04", b"\x16\xfe\xff", b"\x80"):
                stranger.send(junk)
            self.assertTrue(until(
                lambda: self.metric('turnpike_dropped_packets{reason="invalid"}') >= before + 4))
            stranger.settimeout(0.2)
            with self.assertRaises(TimeoutError):
                stranger.recv(100)
        self.assertTrue(until(lambda: "neither STUN nor ChannelData" in self.server.log_text()))
        with socket.create_connection(("127.0.0.1", self.server.port)) as web:
            web.sendall(b"GET / HTTP/1.1\r\n\r\n")
            web.settimeout(3)
            self.assertEqual(web.recv(100), b"")

    def test_strangers_cost_no_memory(self):
        junk = [stun.encode(stun.Message(stun.ALLOCATE, stun.REQUEST)), b"\x40\x00\x00\x04data",
                b"\xff" * 100]

        def flood(network):
            for host in range(1, 250):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                    stranger.bind((f"127.5.{network}.{host}", 0))
                    for datagram in junk * 4:
                        stranger.sendto(datagram, ("127.0.0.1", self.server.port))

        # Buffers, the log's queue and the allocator take what they will keep during the first
        # passes; what strangers cost, every pass costs again.
        grown = []
        for _ in range(4):
            before = self.metric("process_resident_memory_bytes")
            for network in range(13):
                flood(network)
            grown.append(self.metric("process_resident_memory_bytes") - before)
            if grown[-1] < 2 << 20:
                return
        self.fail(f"every pass of {13 * 249 * 12} datagrams took more memory: {grown}")

    def test_replies_are_no_longer_than_what_a_stranger_sent_times_four(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.connect(("127.0.0.1", self.server.port))
            stranger.settimeout(2)
            for method in (stun.BINDING, stun.ALLOCATE, stun.REFRESH):
                request = stun.encode(stun.Message(method, stun.REQUEST))
                stranger.send(request)
                self.assertLessEqual(len(stranger.recv(2000)), 4 * len(request))

    def test_the_metrics_page_serves_coturns_names(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics") as page:
            text = page.read().decode()
        self.assertIn('turnpike_dropped_packets{reason="receive_buffer_full"} ', text)
        for name in ("stun_binding_request", "turn_total_allocations", "turn_total_traffic_rcvb",
                     "turnpike_limit", "turnpike_error_responses"):
            self.assertIn(f"# TYPE {name} ", text)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/") as page:
            self.assertEqual(page.read().strip(), b"ok")


@unittest.skipIf(harness.is_coturn(), "these are our own promises")
class Quotas(harness.ServerTest):
    server_hosts = ("127.0.0.1",)
    server_lines = {"relay-threads": 2, "user-quota": 3, "total-quota": 4, "max-bps": 20000,
                    "bps-capacity": 1000000,
                    "user": [f"{harness.USER}:{harness.PASSWORD}", "bob:builder"]}

    def test_quotas_count_over_all_threads(self):
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(self.server.client()) for _ in range(4)]
            for client in clients[:3]:
                client.allocate()
            with self.assertRaises(TurnError) as failure:
                clients[3].allocate()
            self.assertEqual(failure.exception.code, 486)
            bobs = [stack.enter_context(self.server.client(username="bob", password="builder"))
                    for _ in range(2)]
            bobs[0].allocate()
            with self.assertRaises(TurnError) as failure:
                bobs[1].allocate()
            self.assertEqual(failure.exception.code, 486)
            clients[0].refresh(0)
            bobs[1].allocate()
            for client in clients[1:3] + bobs:
                client.refresh(0)

    def test_the_bandwidth_limit_drops_what_is_over_it(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer, \
                self.server.client() as client:
            peer.bind(("127.0.0.8", 0))
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            client.allocate()
            client.channel_bind(0x4000, peer.getsockname())
            for _ in range(300):
                client.send_channel(0x4000, b"x" * 1000)
            peer.settimeout(1)
            got = 0
            with contextlib.suppress(TimeoutError):
                while True:
                    got += len(peer.recv(2000))
            client.refresh(0)
            self.assertGreater(got, 15000)
            self.assertLess(got, 120000)


if __name__ == "__main__":
    harness.main()
