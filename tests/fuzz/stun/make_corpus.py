#!/usr/bin/env python3
"""Writes the seed corpus of the STUN fuzz targets into tests/fuzz/corpus: message, channel_data,
stream.

It builds the bytes by itself and not through the project's writer, so that the targets also start
from somebody else's idea of a well-formed message. Run it again after changing it; inputs that a
fuzzer found are kept.
"""
import hashlib
import hmac
import pathlib
import struct
import zlib

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "corpus"
COOKIE = 0x2112A442
ID = bytes(range(1, 13))
KEY = hashlib.md5(b"alice:example.org:password").digest()

SHA1, SHA256, FINGERPRINT = 0x0008, 0x001C, 0x8028
USERNAME, REALM, NONCE, SOFTWARE, DATA = 0x0006, 0x0014, 0x0015, 0x8022, 0x0013
PEER, MAPPED, ERROR, UNKNOWN = 0x0012, 0x0020, 0x0009, 0x000A


def attribute(kind, value, claimed=None):
    size = len(value) if claimed is None else claimed
    return struct.pack(">HH", kind, size) + value + bytes(-len(value) % 4)


def message(kind, body=b"", cookie=COOKIE, length=None):
    size = len(body) if length is None else length
    return struct.pack(">HHI", kind, size, cookie) + ID + body


def xor_address(ip, port):
    pad = struct.pack(">I", COOKIE) + ID
    family = 1 if len(ip) == 4 else 2
    masked = bytes(a ^ b for a, b in zip(ip, pad))
    return struct.pack(">BBH", 0, family, port ^ (COOKIE >> 16)) + masked


def signed(kind, body, algorithm):
    name, code = (("sha1", SHA1), ("sha256", SHA256))[algorithm == "sha256"]
    size = hashlib.new(name).digest_size
    covered = message(kind, body, length=len(body) + 4 + size)
    return body + attribute(code, hmac.new(KEY, covered, name).digest())


def with_fingerprint(kind, body):
    covered = message(kind, body, length=len(body) + 8)
    crc = zlib.crc32(covered) ^ 0x5354554E
    return message(kind, body + attribute(FINGERPRINT, struct.pack(">I", crc)))


def messages():
    login = (attribute(USERNAME, b"alice") + attribute(REALM, b"example.org") +
             attribute(NONCE, b"0123456789abcdef"))
    udp = attribute(0x0019, b"\x11\0\0\0")
    v4, v6 = bytes([192, 0, 2, 1]), bytes.fromhex("20010db8000000000000000000000001")
    yield "binding_request", message(0x0001)
    yield "binding_success", with_fingerprint(0x0101, attribute(MAPPED, xor_address(v4, 32853)))
    yield "binding_success_v6", with_fingerprint(0x0101, attribute(MAPPED, xor_address(v6, 32853)))
    yield "binding_classic", message(0x0001, attribute(0x0003, bytes(4)), cookie=0x01020304)
    yield "allocate_bare", message(0x0003, udp)
    yield "allocate_signed", message(0x0003, signed(0x0003, udp + login, "sha1"))
    yield "allocate_sha256", with_fingerprint(0x0003, signed(0x0003, udp + login, "sha256"))
    both = signed(0x0003, signed(0x0003, udp + login, "sha1"), "sha256")
    yield "allocate_both", with_fingerprint(0x0003, both)
    yield "allocate_options", message(
        0x0003,
        udp + attribute(0x0017, b"\x02\0\0\0") + attribute(0x0018, b"\x80") + attribute(0x001A, b"")
        + attribute(0x000D, struct.pack(">I", 600)) + attribute(0x8000, b"\x02\0\0\0"))
    yield "unauthenticated", message(
        0x0113, attribute(ERROR, b"\0\0\x04\x01Unauthenticated") +
        attribute(REALM, b"example.org") + attribute(NONCE, b"n"))
    yield "unknown_attributes", message(
        0x0111, attribute(ERROR, b"\0\0\x04\x14") + attribute(UNKNOWN, b"\x7f\xff\x00\x31"))
    yield "refresh_zero", message(0x0004, attribute(0x000D, bytes(4)))
    yield "create_permission", message(
        0x0008, attribute(PEER, xor_address(v4, 0)) + attribute(PEER, xor_address(v6, 0)))
    yield "channel_bind", message(
        0x0009, attribute(0x000C, b"\x40\x00\0\0") + attribute(PEER, xor_address(v4, 9)))
    yield "send_indication", message(
        0x0016, attribute(PEER, xor_address(v4, 9)) + attribute(DATA, b"hello"))
    yield "connection_bind", message(0x000B, attribute(0x002A, b"\0\0\0\1"))
    # Edges.
    yield "empty", b""
    yield "header_but_one", message(0x0001)[:19]
    yield "high_bits", message(0xC001)
    yield "length_too_long", message(0x0001, length=4)
    yield "length_odd", message(0x0001, b"\0", length=1)
    yield "zero_length_attributes", message(0x0001, attribute(SOFTWARE, b"") * 5)
    yield "attribute_past_end", message(0x0001, attribute(SOFTWARE, b"abcd", claimed=5))
    yield "attribute_claims_65535", message(0x0001, attribute(SOFTWARE, b"abcd", claimed=65535))
    yield "fingerprint_first", message(
        0x0001, with_fingerprint(0x0001, b"")[20:] + attribute(SOFTWARE, b"x"))
    yield "fingerprint_wrong", message(0x0001, attribute(FINGERPRINT, bytes(4)))
    yield "after_integrity", message(
        0x0008, signed(0x0008, login, "sha1") + attribute(PEER, xor_address(v4, 1)))
    yield "sha1_after_sha256", message(
        0x0001, attribute(SHA256, bytes(32)) + attribute(SHA1, bytes(20)))
    yield "sha256_cut", message(0x0001, attribute(SHA256, bytes(16)))
    yield "integrity_empty", message(0x0001, attribute(SHA1, b"") + attribute(SHA256, b""))
    yield "error_out_of_range", message(0x0111, attribute(ERROR, b"\0\0\x07\xff?"))


def channel(number, data, claimed=None, pad=False):
    size = len(data) if claimed is None else claimed
    return struct.pack(">HH", number, size) + data + (bytes(-len(data) % 4) if pad else b"")


def datagrams():
    yield "four_bytes", channel(0x4000, b"")
    yield "five", channel(0x4001, b"hello")
    yield "padded", channel(0x4FFF, b"hello", pad=True)
    yield "legacy_number", channel(0x7FFF, b"hello!")
    yield "number_too_low", channel(0x3FFF, b"hello")
    yield "number_too_high", channel(0x8000, b"hello")
    yield "claims_more", channel(0x4000, b"hello", claimed=6)
    yield "claims_65535", channel(0x4000, b"hello", claimed=65535)
    yield "header_but_one", channel(0x4000, b"")[:3]
    yield "rtp", channel(0x4002, bytes([0x80, 0x6F]) + bytes(170))
    yield "longest_data_v4", channel(0x4000, bytes(65516))
    yield "longest", channel(0x4001, bytes(65535))


def streams():
    plain = message(0x0001)
    fixed = bytes(8)
    yield "one_request", fixed + plain
    yield "coalesced", (b"seedseed" + plain + channel(0x4000, b"hello", pad=True) + plain * 2 +
                        channel(0x4001, b"", pad=True))
    for size in range(1, 5):
        yield f"padding_{size}", bytes([size] * 8) + channel(0x4000, bytes(size), pad=True) + plain
    yield "unfinished", fixed + plain + channel(0x4000, b"hello", claimed=400)
    yield "broken_first_byte", fixed + b"\x16\x03\x01" + plain
    yield "broken_later", fixed + plain + b"\x80" + plain
    yield "wrong_cookie", fixed + message(0x0001, cookie=1) + plain
    yield "length_odd", fixed + message(0x0001, b"\0", length=1)
    yield "http", fixed + b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"
    yield "longest_channel_data", fixed + channel(0x4000, bytes(65533), pad=True) + plain
    yield "longest_stun", fixed + message(0x0001, bytes(65532)) + channel(0x4000, b"x", pad=True)


def main():
    for folder, samples in (("message", messages()), ("channel_data", datagrams()),
                            ("stream", streams())):
        (CORPUS / folder).mkdir(parents=True, exist_ok=True)
        for name, content in samples:
            (CORPUS / folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
