"""The sample configurations of packaging/proxy in real nginx, HAProxy and Caddy, with other ports:
each entrance reaches its level, and nobody chooses another one or another address."""

import contextlib
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from http.client import HTTPConnection

import credentials_service
import harness

SAMPLES = harness.ROOT / "packaging/proxy"
SAMPLE_PORTS = (8081, 8082, 8083)


class Behind:
    """The tests; each subclass names its proxy."""

    entrance = "127.0.0.1:"  # what stands in front of an entrance's port

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.key, stored = credentials_service.make_key("k")
        self.service = credentials_service.Service({
            "relays": [{"host": "127.0.0.1", "probe": "off"}],
            "trusted_proxies": ["127.0.0.1"],
            "entry_paths": {"system_enabled": True, "externally_protected": True},
            "audit_file": str(self.folder / "audit.jsonl"),
            "api_keys": [{"id": "k", "hash": stored, "may_manage": True}]})
        self.addCleanup(self.service.close)
        self.outside, self.inside, self.components = ports = harness.free_ports(3)
        sample = (SAMPLES / self.sample).read_text()
        changes = [(self.entrance, old, new) for old, new in zip(SAMPLE_PORTS, ports)]
        for front, old, new in [*changes, ("127.0.0.1:", 8080, self.service.port)]:
            self.assertIn(f"{front}{old}", sample)
            sample = sample.replace(f"{front}{old}", f"{front}{new}")
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        stack.enter_context(harness.running(self.command(sample), cwd=self.folder,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.wait(ports)

    def wait(self, ports):
        deadline = time.monotonic() + harness.START_DEADLINE_S
        for port in ports:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
                    break
                except OSError:
                    self.assertLess(time.monotonic(), deadline, "the proxy does not start")
                    time.sleep(0.02)

    def ask(self, port, target, headers=None, key=None):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", target, headers={
            "Authorization": f"Bearer {key or self.key}", **(headers or {})})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def test_each_entrance_has_its_level(self):
        for port in (self.outside, self.inside, self.components):
            self.assertEqual(self.ask(port, "/v1/ice-servers?user=a"), 200)
        self.assertEqual(self.ask(self.outside, "/v1/revocations"), 404)
        self.assertEqual(self.ask(self.outside, "/v1/credentials"), 405)  # there is POST
        self.assertEqual(self.ask(self.inside, "/v1/credentials"), 200)
        self.assertEqual(self.ask(self.components, "/v1/credentials"), 200)
        self.assertEqual(self.ask(self.outside, "/metrics"), 404)
        self.assertEqual(self.ask(self.inside, "/metrics"), 200)

    def test_entrances_are_not_open_on_other_addresses(self):
        for port in (self.outside, self.inside, self.components):
            with self.assertRaises(OSError):
                socket.create_connection(("127.0.0.2", port), timeout=5).close()

    def test_no_path_leads_from_outside_to_the_inside(self):
        for target in ("/app/v1/credentials", "/../app/v1/credentials", "//app/v1/credentials",
                       "/%2e%2e/app/v1/credentials", "/..%2fapp/v1/credentials",
                       "/x/../../app/v1/credentials", "/../system/v1/credentials"):
            self.assertIn(self.ask(self.outside, target), (400, 403, 404), target)

    def test_nobody_chooses_his_address(self):
        """Wrong keys are counted per address; a new X-Forwarded-For does not begin anew."""
        answers = [self.ask(self.outside, "/v1/ice-servers", {"X-Forwarded-For": f"192.0.2.{i}"},
                            "k.wrong") for i in range(60)]
        self.assertEqual(answers[0], 401)
        self.assertEqual(answers[-1], 429)
        audit = (self.folder / "audit.jsonl").read_text()
        self.assertIn('"client":"127.0.0.1"', audit)
        self.assertNotIn("192.0.2.", audit)


class Nginx(Behind, unittest.TestCase):
    sample = "nginx.conf"

    def command(self, sample):
        for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
            sample = sample.replace("http {\n", f"http {{\n  {what}_temp_path {self.folder};\n", 1)
        file = self.folder / "nginx.conf"
        file.write_text(f"daemon off;\nmaster_process off;\npid {self.folder}/pid;\n"
                        f"error_log {self.folder}/error.log;\n{sample}")
        return [shutil.which("nginx", path="/usr/sbin:/usr/bin"), "-e",
                str(self.folder / "error.log"), "-c", str(file)]


class Haproxy(Behind, unittest.TestCase):
    sample = "haproxy.cfg"

    def command(self, sample):
        file = self.folder / "haproxy.cfg"
        file.write_text(sample)
        return [shutil.which("haproxy", path="/usr/sbin:/usr/bin"), "-db", "-f", str(file)]


class Caddy(Behind, unittest.TestCase):
    sample = "Caddyfile"
    entrance = "http://:"

    def command(self, sample):
        file = self.folder / "Caddyfile"
        file.write_text(f"{{\n\tadmin off\n}}\n{sample}")
        # It writes its state into these.
        homes = [f"{name}={self.folder}" for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")]
        return ["env", *homes, "caddy", "run", "--config", str(file), "--adapter", "caddyfile"]


if __name__ == "__main__":
    for program in ("nginx", "haproxy", "caddy"):
        if shutil.which(program, path="/usr/sbin:/usr/bin") is None:
            harness.skip_all(f"{program} is not installed, scripts/setup test installs it")
    if harness.is_coturn():
        harness.skip_all("Coturn has no credentials service")
    harness.main()
