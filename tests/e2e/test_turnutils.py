"""Debian's turnutils_uclient, _peer and _stunclient in every mode we serve: nothing may be lost.
The runs go on side by side, because each spends its time waiting for its own timers."""

import concurrent.futures
import re
import subprocess
import unittest

import harness

RUN_TIMEOUT_S = 60
MESSAGES = 10
# uclient stops reading while its last packets are still inside the TLS buffer, with Coturn's server
# too: one or two per client, so more messages and a bound that only those stay under.
TLS_MESSAGES = 100
TLS_LOSS_PERCENT = 4.0

# Not the relay's own address: there, only ports of live allocations are peers.
PEER_HOST = "127.0.0.2"
PEER = ["-e", PEER_HOST, "-c"]
ECHO = ["-y", "-c"]
# name -> (server, flags, host)
MODES = {
    "udp client to client": ("static", ECHO, "127.0.0.1"),
    "udp with even ports": ("static", ["-y"], "127.0.0.1"),
    "udp to a peer": ("static", PEER, "127.0.0.1"),
    "tcp": ("static", [*ECHO, "-t"], "127.0.0.1"),
    "tcp to a peer": ("static", [*PEER, "-t"], "127.0.0.1"),
    "tls": ("static", [*ECHO, "-t", "-S"], "127.0.0.1"),
    "send indications": ("static", [*ECHO, "-s"], "127.0.0.1"),
    "send indications over tcp": ("static", [*ECHO, "-s", "-t"], "127.0.0.1"),
    "dual allocation": ("static", [*ECHO, "-Z"], "127.0.0.1"),
    "ipv6 relay": ("static", [*ECHO, "-x"], "::1"),
    "ipv6 relay for an ipv4 client": ("static", [*ECHO, "-x"], "127.0.0.1"),
    "ipv4 relay for an ipv6 client": ("static", [*ECHO, "-X"], "::1"),
    "padded channels": ("static", [*ECHO, "-D", "-l", "99"], "127.0.0.1"),
    "padded channels over tcp": ("static", [*ECHO, "-D", "-t", "-l", "99"], "127.0.0.1"),
    "dont fragment": ("static", [*ECHO, "-g"], "127.0.0.1"),
    "explicit ipv4": ("static", [*ECHO, "-X"], "127.0.0.1"),
    "20 clients": ("static", [*ECHO, "-m", "20"], "127.0.0.1"),
    "20 clients over tcp": ("static", [*ECHO, "-m", "20", "-t"], "127.0.0.1"),
    "large packets": ("static", [*ECHO, "-l", "1400"], "127.0.0.1"),
    "rest credentials": ("rest", ECHO, "127.0.0.1"),
    "rest credentials over tls": ("rest", [*ECHO, "-t", "-S"], "127.0.0.1"),
}


# uclient of Coturn 4.6 binds channels up to 0x7FFF, as RFC 5766 allowed.
LEGACY_CHANNELS = {"rfc5766-channel-numbers": ""}


class Result:
    def __init__(self, done):
        self.code, self.text = done.returncode, done.stdout + done.stderr
        sent = re.findall(r"tot_send_msgs=(\d+)", self.text)
        received = re.findall(r"tot_recv_msgs=(\d+)", self.text)
        lost = re.search(r"Total lost packets (-?\d+) \(([-\d.]+)%\)", self.text)
        self.sent = int(sent[-1]) if sent else 0
        self.received = int(received[-1]) if received else 0
        self.lost_percent = float(lost[2]) if lost else None


class TurnUtils(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.servers = {
            "static": harness.Server(LEGACY_CHANNELS),
            "rest": harness.Server({
                **LEGACY_CHANNELS, "lt-cred-mech": None, "user": None, "use-auth-secret": "",
                "static-auth-secret": ["an older secret", harness.SECRET]}),
        }
        for server in cls.servers.values():
            cls.addClassCleanup(server.close)
        cls.peer_port = harness.free_ports(1)[0]
        peer = cls.enterClassContext(harness.running(
            ["turnutils_peer", "-L", PEER_HOST, "-p", str(cls.peer_port)]))
        assert peer.poll() is None
        with concurrent.futures.ThreadPoolExecutor(len(MODES)) as pool:
            runs = {name: pool.submit(cls.uclient, *mode) for name, mode in MODES.items()}
        cls.results = {name: run.result() for name, run in runs.items()}

    @classmethod
    def uclient(cls, server, flags, host, password=harness.PASSWORD, timeout=RUN_TIMEOUT_S):
        chosen = cls.servers[server]
        credential = ["-u", harness.USER, "-w", password] if server == "static" else \
            ["-u", "bob", "-W", harness.SECRET]
        port, messages = (chosen.tls_port, TLS_MESSAGES) if "-S" in flags else \
            (chosen.port, MESSAGES)
        try:
            return Result(subprocess.run(
                ["turnutils_uclient", *flags, *credential, "-n", str(messages), "-r",
                 str(cls.peer_port), "-p", str(port), host],
                capture_output=True, text=True, timeout=timeout, check=False,
                stdin=subprocess.DEVNULL))
        except subprocess.TimeoutExpired as slow:
            return Result(subprocess.CompletedProcess(
                slow.cmd, "timeout", (slow.stdout or b"").decode(), ""))

    def test_every_mode_delivers(self):
        for name, result in self.results.items():
            with self.subTest(mode=name):
                allowed = TLS_LOSS_PERCENT if "-S" in MODES[name][1] else 0.0
                clients = 20 if "-m" in MODES[name][1] else 1
                self.assertEqual(result.code, 0, result.text[-3000:])
                self.assertIsNotNone(result.lost_percent, result.text[-3000:])
                self.assertGreaterEqual(result.sent, MESSAGES * clients, result.text[-3000:])
                self.assertLessEqual(result.lost_percent, allowed, result.text[-3000:])
                self.assertGreaterEqual(result.received, result.sent * (1 - allowed / 100) - 1e-9)

    def test_a_wrong_password_gets_nothing(self):
        result = self.uclient("static", ECHO, "127.0.0.1", password="wrong", timeout=8)
        self.assertNotEqual(result.code, 0)
        self.assertEqual(result.received, 0)

    def test_stunclient_sees_its_own_address(self):
        server = self.servers["static"]
        for host, shown in (("127.0.0.1", r"127\.0\.0\.1:\d+"), ("::1", r"\[?::1\]?:\d+")):
            with self.subTest(host=host):
                done = subprocess.run(["turnutils_stunclient", "-p", str(server.port), host],
                                      capture_output=True, text=True, timeout=20, check=False,
                                      stdin=subprocess.DEVNULL)
                self.assertRegex(done.stdout + done.stderr, r"UDP reflexive addr: " + shown)


if __name__ == "__main__":
    harness.need("turnutils_uclient", "turnutils_peer", "turnutils_stunclient")
    harness.main()
