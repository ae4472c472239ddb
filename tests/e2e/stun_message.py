"""STUN messages for the end-to-end drivers: encode, sign, decode (RFC 8489). Written apart from the
server's own codec on purpose, so that a shared mistake cannot hide."""

import binascii
import dataclasses
import hashlib
import hmac
import ipaddress
import os
import struct

MAGIC_COOKIE = 0x2112A442
HEADER_LENGTH = 20

BINDING, ALLOCATE, REFRESH, SEND, DATA, CREATE_PERMISSION, CHANNEL_BIND = 1, 3, 4, 6, 7, 8, 9
REQUEST, INDICATION, SUCCESS, ERROR = 0, 1, 2, 3

USERNAME, MESSAGE_INTEGRITY, ERROR_CODE, UNKNOWN_ATTRIBUTES = 0x0006, 0x0008, 0x0009, 0x000A
CHANNEL_NUMBER, LIFETIME, XOR_PEER_ADDRESS, DATA_ATTRIBUTE = 0x000C, 0x000D, 0x0012, 0x0013
REALM, NONCE, XOR_RELAYED_ADDRESS = 0x0014, 0x0015, 0x0016
REQUESTED_ADDRESS_FAMILY, EVEN_PORT, REQUESTED_TRANSPORT = 0x0017, 0x0018, 0x0019
DONT_FRAGMENT, XOR_MAPPED_ADDRESS, RESERVATION_TOKEN = 0x001A, 0x0020, 0x0022
ADDITIONAL_ADDRESS_FAMILY = 0x8000
SOFTWARE, FINGERPRINT = 0x8022, 0x8028

TRANSPORT_UDP = 17
FAMILY_IPV4, FAMILY_IPV6 = 1, 2


@dataclasses.dataclass
class Message:
    method: int
    kind: int
    transaction: bytes = dataclasses.field(default_factory=lambda: os.urandom(12))
    attributes: list = dataclasses.field(default_factory=list)  # (type, value) in order
    raw: bytes = b""

    def add(self, attribute, value=b""):
        self.attributes.append((attribute, value))
        return self

    def get(self, attribute):
        """The first value of that type, or None."""
        return next((value for kind, value in self.attributes if kind == attribute), None)

    def address(self, attribute):
        value = self.get(attribute)
        return None if value is None else xor_address_decode(value, self.transaction)

    def addresses(self, attribute):
        return [xor_address_decode(value, self.transaction)
                for kind, value in self.attributes if kind == attribute]

    def error_code(self):
        value = self.get(ERROR_CODE)
        return None if value is None else (value[2] & 7) * 100 + value[3]

    def number(self, attribute):
        value = self.get(attribute)
        return None if value is None else int.from_bytes(value, "big")


def long_term_key(username, realm, password):
    return hashlib.md5(f"{username}:{realm}:{password}".encode()).digest()


def xor_address_encode(address, transaction):
    host, port = address
    ip = ipaddress.ip_address(host)
    mask = struct.pack("!I", MAGIC_COOKIE) + transaction
    body = bytes(a ^ b for a, b in zip(ip.packed, mask))
    family = FAMILY_IPV4 if ip.version == 4 else FAMILY_IPV6
    return struct.pack("!BBH", 0, family, port ^ (MAGIC_COOKIE >> 16)) + body


def xor_address_decode(value, transaction):
    port = struct.unpack_from("!H", value, 2)[0] ^ (MAGIC_COOKIE >> 16)
    mask = struct.pack("!I", MAGIC_COOKIE) + transaction
    body = bytes(a ^ b for a, b in zip(value[4:], mask))
    return str(ipaddress.ip_address(body)), port


def type_field(method, kind):
    """RFC 8489 section 5: the class bits sit between the method bits."""
    return ((method & 0x0F80) << 2) | ((method & 0x0070) << 1) | (method & 0x000F) | \
        ((kind & 2) << 7) | ((kind & 1) << 4)


def split_type_field(field):
    method = ((field >> 2) & 0x0F80) | ((field >> 1) & 0x0070) | (field & 0x000F)
    return method, ((field >> 7) & 2) | ((field >> 4) & 1)


def encode(message, key=None, fingerprint=False):
    body = b"".join(encode_attribute(kind, value) for kind, value in message.attributes)
    if key is not None:
        digest = hmac.new(key, header(message, len(body) + 24) + body, hashlib.sha1).digest()
        body += encode_attribute(MESSAGE_INTEGRITY, digest)
    if fingerprint:
        crc = binascii.crc32(header(message, len(body) + 8) + body) ^ 0x5354554E
        body += encode_attribute(FINGERPRINT, struct.pack("!I", crc))
    return header(message, len(body)) + body


def header(message, length):
    return struct.pack("!HHI", type_field(message.method, message.kind), length, MAGIC_COOKIE) + \
        message.transaction


def encode_attribute(kind, value):
    return struct.pack("!HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def decode(raw):
    field, length, cookie = struct.unpack_from("!HHI", raw)
    if cookie != MAGIC_COOKIE or length + HEADER_LENGTH != len(raw):
        raise ValueError(f"not a STUN message: {raw[:32].hex()}")
    method, kind = split_type_field(field)
    message = Message(method, kind, raw[8:20], raw=raw)
    at = HEADER_LENGTH
    while at < len(raw):
        attribute, size = struct.unpack_from("!HH", raw, at)
        message.add(attribute, raw[at + 4:at + 4 + size])
        at += 4 + size + (-size % 4)
    return message


def is_signed_with(message, key):
    """Whether the received message carries a MESSAGE-INTEGRITY made with this key."""
    at = HEADER_LENGTH
    while at < len(message.raw):
        attribute, size = struct.unpack_from("!HH", message.raw, at)
        if attribute == MESSAGE_INTEGRITY:
            covered = header(message, at - HEADER_LENGTH + 24) + message.raw[HEADER_LENGTH:at]
            wanted = hmac.new(key, covered, hashlib.sha1).digest()
            return hmac.compare_digest(wanted, message.raw[at + 4:at + 4 + size])
        at += 4 + size + (-size % 4)
    return False
