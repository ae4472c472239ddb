"""redis-statsdb: a relay tells a real redis-server about its sessions in the words of Coturn, which
runs through the same steps here; keys of other servers are left alone, and Redis may be away."""

import contextlib
import os
import re
import signal
import socket
import time
import unittest
from unittest import mock

import harness
import redis_server

COTURN = "/usr/bin/turnserver"
KEY = re.compile(r"turn/realm/example\.org/user/alice/allocation/\d{18}/")
TRAFFIC = re.compile(r"^rcvp=(\d+), rcvb=(\d+), sentp=(\d+), sentb=(\d+)$")


def normal(command):
    """Without what differs from run to run: the session's number, ports, and how much it was."""
    words = [KEY.sub("<KEY>/", word) for word in command]
    words = [re.sub(r"127\.0\.0\.1:\d+", "<ADDRESS>", word) for word in words]
    return [TRAFFIC.sub("<TRAFFIC>", word) for word in words]


def is_about_sessions(command):
    """Coturn also tells of clients without a name, such as the one that asked whether it is ready,
    and at a time of its own."""
    return command[0] in ("set", "del", "publish") and command[1].startswith("turn/") and \
        "/user//" not in command[1]


def is_last(command):
    return is_about_sessions(command) and command[1].endswith("/total_traffic/peer")


def walk(client):
    """Allocate, refresh, one packet to a peer and two back, end."""
    client.allocate(lifetime=700)
    client.refresh(800)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.9", 0))  # the relay's own address is no peer
        peer.settimeout(5)
        client.create_permission(peer.getsockname())
        client.send_indication(peer.getsockname(), b"ping")
        data, relay = peer.recvfrom(100)
        assert data == b"ping"
        for answer in (b"pong", b"pong2"):
            peer.sendto(answer, relay)
            client.receive_data()
    client.refresh(0)


@contextlib.contextmanager
def relay(redis, program=None):
    change = {"TURNPIKE_TURNSERVER": program} if program else {}
    with mock.patch.dict(os.environ, change):
        harness.is_coturn.cache_clear()
        server = harness.Server({"redis-statsdb": redis.connection()}, ("127.0.0.1",))
        try:
            yield server
        finally:
            server.close()
            harness.is_coturn.cache_clear()


class RedisStats(unittest.TestCase):
    def setUp(self):
        self.redis = redis_server.RedisServer()
        self.addCleanup(self.redis.close)

    def monitor(self):
        monitor = redis_server.Monitor(self.redis)
        self.addCleanup(monitor.close)
        return monitor

    def told(self, program=None, transport="udp"):
        with relay(self.redis, program) as server:
            monitor = self.monitor()
            with server.client(transport) as client:
                walk(client)
                seen = monitor.until(is_last)
        return [command for command in seen if is_about_sessions(command)]

    def statuses(self):
        return self.redis.cli("KEYS", "turn/*/status").split()

    def wait_for(self, condition):
        deadline = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), deadline, "it did not happen in 20 s")
            time.sleep(0.02)

    def test_the_messages_are_coturns(self):
        ours = self.told()
        self.assertEqual([normal(command)[:2] for command in ours], [
            ["set", "<KEY>/status"], ["publish", "<KEY>/status"],
            ["set", "<KEY>/status"], ["publish", "<KEY>/status"],
            ["set", "<KEY>/status"], ["publish", "<KEY>/status"],
            ["publish", "<KEY>/traffic"], ["publish", "<KEY>/traffic/peer"],
            ["del", "<KEY>/status"], ["publish", "<KEY>/status"],
            ["publish", "<KEY>/total_traffic"], ["publish", "<KEY>/total_traffic/peer"]])
        self.assertRegex(ours[0][2], r"^new lifetime=700, type=UDP, local=127\.0\.0\.1:\d+, "
                                     r"remote=127\.0\.0\.1:\d+, ssl=NONE, cipher=NONE$")
        self.assertEqual(ours[0][2], ours[1][2])
        self.assertEqual(ours[-3][2], "deleted")
        self.assertEqual(TRAFFIC.match(ours[-1][2]).groups(), ("2", "9", "1", "4"))
        if not os.access(COTURN, os.X_OK):
            self.skipTest("Coturn is not installed, scripts/setup test installs it")
        self.assertEqual([normal(c) for c in ours], [normal(c) for c in self.told(COTURN)])
        self.assertEqual(self.statuses(), [])

    def test_tls_sessions_name_version_and_cipher(self):
        first = self.told(transport="tls")[0]
        self.assertRegex(first[2], r"type=TLS/TCP, .*, ssl=TLSv1\.3, cipher=TLS_\w+$")

    def test_only_keys_that_this_relay_left_behind_are_removed(self):
        foreign = "turn/realm/r/user/u/allocation/000000000000000009/status"
        self.redis.cli("SET", foreign, "new lifetime=600")
        with relay(self.redis) as server:
            client = server.client("tcp")
            client.allocate()
            self.wait_for(lambda: len(self.statuses()) == 2)
            server.signal(signal.SIGKILL)
            server.process.wait()
            client.link.close()
            self.assertEqual(len(self.statuses()), 2)
            server.start()
            self.wait_for(lambda: self.statuses() == [foreign])

    def test_redis_may_go_away_and_come_back_empty(self):
        with relay(self.redis) as server, server.client() as client:
            client.allocate()
            self.wait_for(lambda: len(self.statuses()) == 1)
            before = self.statuses()
            self.redis.stop()
            client.refresh(900)
            self.redis.start()
            self.wait_for(lambda: self.statuses() == before)
            self.assertIn("refreshed lifetime=900", self.redis.cli("GET", before[0]))
            self.assertIn("redis-statsdb: connected again", server.log_text())

    def test_a_wrong_connection_is_an_error_at_the_start(self):
        server = harness.Server({"redis-statsdb": "ip=127.0.0.1 prot=1 password=hush"},
                                ("127.0.0.1",), wait=False)
        self.addCleanup(server.close)
        self.assertEqual(server.process.wait(20), harness.CONFIG_ERROR)
        said = (server.folder / "output.txt").read_text() + server.log_text()
        self.assertIn("unknown key 'prot'", said)
        self.assertNotIn("hush", said)


if __name__ == "__main__":
    harness.need(redis_server.PROGRAM, "redis-cli")
    harness.main()
