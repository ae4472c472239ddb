"""A name server for a test: every name has the addresses that it is told, and it may be told others
between two questions."""

import ipaddress
import socket
import struct
import threading

TYPE_A, TYPE_AAAA = 1, 28
HEADER = struct.Struct("!6H")
ANSWER_FLAGS, TTL_S = 0x8180, 0


class FlippingNames:
    """Sockets are made where this is made, so in the namespace that is entered then. `answers` are
    sets of addresses: each question for IPv4 moves on to the next one, round and round."""

    def __init__(self, address, answers):
        self.answers, self.asked = answers, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def flip(self, answers):
        self.asked, self.answers = 0, answers

    def serve(self):
        while True:
            try:
                question, peer = self.socket.recvfrom(512)
            except OSError:
                return
            self.socket.sendto(self.answer(question), peer)

    def answer(self, question):
        number = HEADER.unpack_from(question)[0]
        end = question.index(b"\0", HEADER.size) + 5
        kind = struct.unpack_from("!H", question, end - 4)[0]
        current = self.answers[max(self.asked - (kind == TYPE_AAAA), 0) % len(self.answers)]
        self.asked += kind == TYPE_A
        found = [ip.packed for ip in map(ipaddress.ip_address, current)
                 if ip.version == {TYPE_A: 4, TYPE_AAAA: 6}.get(kind)]
        records = b"".join(struct.pack("!HHHIH", 0xC00C, kind, 1, TTL_S, len(packed)) + packed
                           for packed in found)
        return HEADER.pack(number, ANSWER_FLAGS, 1, len(found), 0, 0) + \
            question[HEADER.size:end] + records

    def close(self):
        self.socket.close()
