"""The relay as a process: in the background, as somebody else, under systemd, with a new
certificate, and with every client of the old one still connected."""

import contextlib
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

import harness
import netns
import stun_message as stun
import turn_client


def wait_for(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_alive(pid):
    status = pathlib.Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def served_certificate(port):
    with socket.create_connection(("127.0.0.1", port)) as plain:
        with turn_client.insecure_tls().wrap_socket(plain) as tls:
            return tls.getpeercert(binary_form=True)


class Background(unittest.TestCase):
    def test_daemon_tells_how_it_went_and_stops_by_its_pid_file(self):
        server = harness.Server({"daemon": ""}, hosts=("127.0.0.1",), wait=False)
        try:
            self.assertEqual(server.process.wait(10), 0, server.dump())
            # The parent ends when the server is ready, not before.
            self.assertTrue(server.answers())
            pid = int((server.folder / "turnserver.pid").read_text())
            self.assertNotEqual(pid, server.process.pid)
            self.assertEqual(os.getsid(pid) == os.getsid(0), False)
            os.kill(pid, signal.SIGTERM)
            self.assertTrue(wait_for(lambda: not is_alive(pid)))
            if not harness.is_coturn():  # which leaves it there
                self.assertFalse((server.folder / "turnserver.pid").exists())
        finally:
            server.close()

    @unittest.skipIf(harness.is_coturn(), "Coturn's parent does not wait")
    def test_a_daemon_that_cannot_start_says_so_in_its_exit_code(self):
        with contextlib.closing(harness.Server({}, hosts=("127.0.0.1",))) as first:
            config = first.folder / "second.conf"
            text = first.config.read_text().replace("turnserver.pid", "second.pid")
            config.write_text(text + "daemon\nlistening-device=nosuchdev0\n")
            done = subprocess.run(
                [harness.turnserver(), "-c", str(config)], check=False, timeout=20,
                stdin=subprocess.DEVNULL, capture_output=True, text=True)
            self.assertIn(done.returncode, (2, 3, 255), done.stdout + done.stderr)
            self.assertFalse((first.folder / "second.pid").exists())


@unittest.skipUnless(os.geteuid() == 0, "changing the user needs root")
class Unprivileged(harness.ServerTest):
    server_hosts = ("127.0.0.1",)
    server_lines = {"proc-user": "nobody", "proc-group": "nogroup"}

    def test_it_runs_as_nobody_and_still_serves(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        self.assertEqual(set(fields["Uid"].split()), {"65534"})
        self.assertEqual(set(fields["Gid"].split()), {"65534"})
        self.assertEqual(int(fields["CapEff"], 16), 0)
        for task in pathlib.Path(f"/proc/{self.server.process.pid}/task").iterdir():
            self.assertIn("Uid:\t65534", (task / "status").read_text())
        with self.server.client() as client:
            client.allocate()


@unittest.skipIf(harness.is_coturn(), "Coturn reserves nothing")
@unittest.skipIf(netns.unavailable(), "no network namespace of its own here")
class ReservedPorts(unittest.TestCase):
    """Relay ports among the kernel's ephemeral ones are reserved while the server runs."""

    def setUp(self):
        self.namespace = f"tp{os.getpid()}-reserved"
        netns.run("ip", "netns", "add", self.namespace)
        self.addCleanup(netns.run, "ip", "netns", "del", self.namespace)
        netns.run("ip", "-n", self.namespace, "link", "set", "lo", "up")

    def inside(self, *command):
        return netns.run("ip", "netns", "exec", self.namespace, *command).strip()

    def reserved(self):
        return self.inside("cat", "/proc/sys/net/ipv4/ip_local_reserved_ports")

    def serve(self, **lines):
        server = harness.Server({"min-port": 50000, "max-port": 50200, **lines},
                                ("127.0.0.1",), self.namespace)
        with contextlib.closing(server):
            self.assertEqual(self.reserved(), "40000,50000-50200")
            self.assertEqual(server.stop(), 0)
            return server.log_text()

    def test_they_are_given_back_or_the_log_says_how(self):
        self.inside("sysctl", "-w", "net.ipv4.ip_local_reserved_ports=40000")
        self.assertNotIn("stay reserved", self.serve())
        self.assertEqual(self.reserved(), "40000")
        nobody = {"proc-user": "nobody", "proc-group": "nogroup"}
        log = self.serve(**nobody)
        self.assertEqual(self.reserved(), "40000,50000-50200")
        self.assertIn("ports 50000-50200 stay reserved", log)
        self.assertNotIn("stay reserved", self.serve(**nobody))  # it added nothing
        self.inside("sh", "-c", re.search("to give them back: (.*)", log)[1])
        self.assertEqual(self.reserved(), "40000")


@unittest.skipIf(harness.is_coturn(), "Coturn reads NOTIFY_SOCKET only when it is built for it")
class Systemd(unittest.TestCase):
    def test_ready_and_stopping(self):
        with tempfile.TemporaryDirectory() as folder, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(f"{folder}/notify")
            listener.settimeout(10)
            os.environ["NOTIFY_SOCKET"] = f"{folder}/notify"
            try:
                server = harness.Server({}, hosts=("127.0.0.1",))
            finally:
                del os.environ["NOTIFY_SOCKET"]
            try:
                self.assertIn(b"READY=1", listener.recv(1000))
                self.assertEqual(server.stop(), 0)
                self.assertIn(b"STOPPING=1", listener.recv(1000))
            finally:
                server.close()


class Certificates(harness.ServerTest):
    server_hosts = ("127.0.0.1",)

    def renew(self):
        with tempfile.TemporaryDirectory() as folder:
            fresh = pathlib.Path(folder)
            harness.make_certificate(fresh)
            for name in ("cert.pem", "key.pem"):
                (self.server.folder / name).write_bytes((fresh / name).read_bytes())

    def test_sigusr2_brings_a_new_certificate_and_keeps_old_connections(self):
        before = served_certificate(self.server.tls_port)
        with self.server.client("tls") as client:
            client.allocate()
            self.renew()
            self.server.signal(signal.SIGUSR2)
            self.assertTrue(wait_for(lambda: served_certificate(self.server.tls_port) != before))
            client.refresh(600)

    def test_a_bad_certificate_changes_nothing(self):
        before = served_certificate(self.server.tls_port)
        good = (self.server.folder / "cert.pem").read_bytes()
        (self.server.folder / "cert.pem").write_text("this is no certificate\n")
        try:
            self.server.signal(signal.SIGUSR2)
            self.assertTrue(wait_for(lambda: "not reloaded" in self.server.log_text())
                            or harness.is_coturn())
            self.assertEqual(served_certificate(self.server.tls_port), before)
        finally:
            (self.server.folder / "cert.pem").write_bytes(good)

    def test_client_certificates_are_asked_for_when_there_is_an_authority(self):
        with contextlib.closing(harness.Server(
                {"CA-file": "ca.pem"}, hosts=("127.0.0.1",))) as strict:
            with self.assertRaises((ssl.SSLError, ConnectionError, TimeoutError)):
                with strict.client("tls") as client:
                    client.link.socket.settimeout(3)
                    client.binding()
            context = turn_client.insecure_tls()
            context.load_cert_chain(strict.folder / "leaf.pem", strict.folder / "key.pem")
            link = turn_client.StreamLink(("127.0.0.1", strict.tls_port), tls=context)
            with turn_client.Client(link, harness.USER, harness.PASSWORD) as client:
                client.allocate()
                self.assertIsNotNone(client.binding().address(stun.XOR_MAPPED_ADDRESS))


if __name__ == "__main__":
    harness.main()
