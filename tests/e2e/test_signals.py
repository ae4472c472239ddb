"""How the process starts, ends and answers signals: exit codes, pid file, log rotation."""

import signal
import subprocess
import time
import unittest

import harness

STOP_S = 2.0
COTURN_STOP_S = 7.0


def clean_codes(number):
    """Coturn before 4.7 catches neither signal."""
    return {0, -number} if harness.is_coturn() else {0}


class Signals(unittest.TestCase):
    def start(self, lines=None):
        server = harness.Server(lines)
        self.addCleanup(server.close)
        return server

    def wait_for_text(self, path, text, seconds=5.0):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if path.exists() and text in path.read_text(errors="replace"):
                return
            time.sleep(0.05)
        self.fail(f"{path} did not get {text!r} within {seconds} s")

    def test_sigterm_and_sigint_stop_cleanly(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                server = self.start()
                pid_file = server.folder / "turnserver.pid"
                self.assertEqual(pid_file.read_text().strip(), str(server.process.pid))
                with server.client() as client, server.client("tls") as other:
                    client.allocate()
                    other.allocate()
                    began = time.monotonic()
                    server.signal(number)
                    self.assertIn(server.process.wait(20), clean_codes(number), server.dump())
                    took = time.monotonic() - began
                self.assertLess(took, COTURN_STOP_S if harness.is_coturn() else STOP_S)
                if not harness.is_coturn():
                    self.assertFalse(pid_file.exists(), "the pid file is still there")

    def test_the_log_can_be_rotated(self):
        server = self.start()
        for number in {signal.SIGHUP} if harness.is_coturn() else {signal.SIGHUP, signal.SIGUSR1}:
            with self.subTest(signal=number):
                server.log.rename(server.folder / "turn.log.1")
                server.signal(number)
                time.sleep(0.2)
                with server.client() as client:
                    client.allocate()
                self.wait_for_text(server.log, "ALLOCATE processed, success")
                self.assertIsNone(server.process.poll())

    def run_once(self, *arguments):
        return subprocess.run([harness.turnserver(), *arguments], capture_output=True, text=True,
                              timeout=15, check=False, stdin=subprocess.DEVNULL)

    def failing_start(self, lines):
        server = harness.Server(lines, wait=False)
        self.addCleanup(server.close)
        server.process.wait(15)
        return server

    def test_bad_configs_end_with_255(self):
        newer = [] if harness.is_coturn() else [{"listening-port": "many"},
                                                {"denied-peer-ip": "10.0.0.0-nowhere"}]
        for lines in ({"lt-cred-mech": "maybe"}, {"proc-user": "no-such-user"}, *newer):
            with self.subTest(lines=lines):
                server = self.failing_start(lines)
                self.assertEqual(server.process.returncode, harness.CONFIG_ERROR, server.dump())

    def test_an_unknown_option_on_the_command_line_ends_with_255(self):
        self.assertEqual(self.run_once("-n", "--no-such-option").returncode, harness.CONFIG_ERROR)

    def test_help_ends_with_0(self):
        done = self.run_once("-h")
        self.assertEqual(done.returncode, 0)
        self.assertIn("listening-port", done.stdout + done.stderr)

    @unittest.skipIf(harness.is_coturn(), "Coturn opens an anonymous relay here")
    def test_no_authentication_is_refused_unless_it_is_asked_for(self):
        server = self.failing_start({"lt-cred-mech": None, "user": None})
        self.assertEqual(server.process.returncode, harness.CONFIG_ERROR, server.dump())
        self.assertIn("no-auth", server.dump().split("--- output")[1])
        server = self.start({"lt-cred-mech": None, "user": None, "no-auth": ""})
        with server.client(password=None) as client:
            client.allocate()

    @unittest.skipIf(harness.is_coturn(), "options of ours")
    def test_check_config(self):
        server = self.start()
        good = self.run_once("-c", str(server.config), "--check-config")
        self.assertEqual(good.returncode, 0, good.stdout + good.stderr)
        config = server.config.read_text()
        for line in ("proc-user=nobody-by-this-name", "listening-ip=300.1.1.1", "cert=/none.pem"):
            server.config.write_text(config + line + "\n")
            bad = self.run_once("-c", str(server.config), "--check-config")
            self.assertEqual(bad.returncode, harness.CONFIG_ERROR, line)
            self.assertTrue(bad.stdout.endswith("1 error: the server would not start\n"),
                            bad.stdout)
        server.config.write_text(config + "listening-port=many\n")
        bad = self.run_once("-c", str(server.config), "--check-config")
        self.assertEqual(bad.returncode, harness.CONFIG_ERROR)
        last_line = server.config.read_text().count("\n")
        self.assertIn(f"turnserver.conf:{last_line}", bad.stdout + bad.stderr)


if __name__ == "__main__":
    harness.main()
