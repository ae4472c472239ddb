"""What every end-to-end driver shares: free ports, a certificate, one server per test class with
its own folder, REST credentials, and the exit code that ctest reads as "skipped". The server is
$TURNPIKE_TURNSERVER, or the one that was just built. Coturn's passes the same tests but for the
skips that name it: so a test asks for nothing but the common contract."""

import base64
import contextlib
import functools
import hashlib
import hmac
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import netns
import turn_client

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
START_DEADLINE_S = 15
CONFIG_ERROR = 255
REALM = "example.org"
USER, PASSWORD = "alice", "sesame-4711"
SECRET = "kB9$vq2#Lm"

# libmongoc counts in shared memory that is named by the process id, and warns on standard error
# where one that was killed has left some of that name.
os.environ["MONGOC_DISABLE_SHM"] = "1"


def turnserver():
    return (os.environ.get("TURNPIKE_TURNSERVER") or os.environ.get("TURNPIKE_BUILT_TURNSERVER") or
            str(ROOT / "build/release/bin/turnserver"))


@functools.lru_cache
def is_coturn():
    """Coturn differs where docs/differences-from-coturn.md says so."""
    if not os.access(turnserver(), os.X_OK):
        return False  # main() says what is wrong
    version = subprocess.run([turnserver(), "-h"], capture_output=True, text=True, check=False,
                             stdin=subprocess.DEVNULL)
    return "peer-policy" not in version.stdout + version.stderr


def rest_credential(user="bob", secret=SECRET, lifetime_s=3600):
    username = f"{int(time.time()) + lifetime_s}:{user}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def is_free(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(family, kind) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


def free_ports(count, hosts=("127.0.0.1",)):
    """Below the relay ranges and the ephemeral range, so that tests can run in parallel."""
    found = []
    while len(found) < count:
        port = random.randrange(10000, 20000)
        if port not in found and all(is_free(host, port) for host in hosts):
            found.append(port)
    return found


def relay_range(size=400):
    start = random.randrange(20000, 32000 - size) & ~1
    return start, start + size - 1


def make_certificate(folder, kind="ec", names="DNS:localhost,DNS:turn.test,IP:127.0.0.1,IP:::1"):
    """A leaf signed by a test authority: cert.pem holds the chain, ca.pem the root."""
    algorithm = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] if kind == "ec" else ["rsa:2048"]

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True,
                       stdin=subprocess.DEVNULL)

    openssl("req", "-x509", "-newkey", *algorithm, "-nodes", "-days", "30", "-subj",
            "/CN=test authority", "-keyout", "ca-key.pem", "-out", "ca.pem")
    openssl("req", "-newkey", *algorithm, "-nodes", "-subj", "/CN=turn.test", "-keyout", "key.pem",
            "-out", "leaf.csr")
    (folder / "leaf.ext").write_text(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca-key.pem",
            "-CAcreateserial", "-days", "30", "-extfile", "leaf.ext", "-out", "leaf.pem")
    (folder / "cert.pem").write_text((folder / "leaf.pem").read_text() +
                                     (folder / "ca.pem").read_text())


class Server:
    """One running relay. `lines` replace or extend the default config; None removes a key. A
    class of its own overrides `render` for a config that is not made of these lines."""

    def __init__(self, lines=None, hosts=("127.0.0.1", "::1"), namespace=None, certificate="ec",
                 wait=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-e2e-"))
        self.hosts, self.namespace = hosts, namespace
        with self.its_network():
            self.port, self.tls_port = free_ports(2, hosts)
        self.min_port, self.max_port = relay_range()
        self.process = None
        make_certificate(self.folder, certificate)
        self.config = self.folder / "turnserver.conf"
        self.log = self.folder / "turn.log"
        self.config.write_text(self.render(lines or {}))
        try:
            self.start(wait)
        except BaseException:
            self.stop()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def render(self, changes):
        config = {
            "listening-ip": list(self.hosts), "relay-ip": list(self.hosts),
            "listening-port": self.port, "tls-listening-port": self.tls_port,
            "min-port": self.min_port, "max-port": self.max_port,
            "realm": REALM, "lt-cred-mech": "", "user": f"{USER}:{PASSWORD}",
            "cert": self.folder / "cert.pem", "pkey": self.folder / "key.pem",
            "pidfile": self.folder / "turnserver.pid", "log-file": self.log, "simple-log": "",
            "verbose": "", "no-cli": "", "allow-loopback-peers": "",
        }
        config.update(changes)
        lines = []
        for key, value in config.items():
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    lines.append(f"{key}={one}" if one != "" else key)
        return "\n".join(lines) + "\n"

    def start(self, wait=True):
        output = open(self.folder / "output.txt", "ab")
        with output, self.its_network():
            self.process = subprocess.Popen(
                [turnserver(), "-c", str(self.config)], stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, cwd=self.folder)
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self):
        deadline = time.monotonic() + START_DEADLINE_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                code = self.process.returncode
                raise AssertionError(f"the server ended with {code}\n{self.dump()}")
            if self.answers():
                return
            time.sleep(0.05)
        text = self.dump()
        self.stop()
        raise AssertionError(f"the server did not answer in {START_DEADLINE_S} s\n{text}")

    def its_network(self):
        return netns.inside(self.namespace) if self.namespace else contextlib.nullcontext()

    def answers(self):
        with self.its_network():
            return self.answers_here()

    def answers_here(self):
        try:
            for host in self.hosts:
                with turn_client.Client(turn_client.connect("udp", host, self.port),
                                        timeout=1.0) as client:
                    client.binding()
                socket.create_connection((host, self.tls_port), timeout=0.5).close()
            return True
        except (OSError, TimeoutError):
            return False

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_for_log(self, text, timeout=10):
        """The log is written by a thread of its own, so a line may come after what it tells of."""
        deadline = time.monotonic() + timeout
        while text not in self.log_text():
            if time.monotonic() > deadline:
                raise AssertionError(f"{text!r} is not in the log\n{self.dump()}")
            time.sleep(0.02)

    def dump(self):
        """Everything the server said, for a failure report."""
        output = (self.folder / "output.txt").read_text(errors="replace")
        return f"--- {self.config}\n{self.config.read_text()}--- output\n{output[-6000:]}\n" \
               f"--- log\n{self.log_text()[-6000:]}"

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, timeout=10):
        """The exit code; by force when it takes too long."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode if self.process else None

    def close(self):
        """Fails when the process crashed, hung, or ended with what a sanitizer found."""
        code = self.stop()
        wanted = (0, CONFIG_ERROR, -signal.SIGTERM, -signal.SIGINT) if is_coturn() else \
            (0, CONFIG_ERROR)
        report = self.dump() if code not in wanted else None
        shutil.rmtree(self.folder, ignore_errors=True)
        if report:
            raise AssertionError(f"the server ended with {code}\n{report}")

    def client(self, transport="udp", host="127.0.0.1", username=USER, password=PASSWORD,
               port=None):
        chosen = port or (self.tls_port if transport == "tls" else self.port)
        return turn_client.Client(turn_client.connect(transport, host, chosen), username, password)


def metric(port, line):
    """The number behind a line's name and labels on the metrics page; None when it has none."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as page:
        for found in page.read().decode().splitlines():
            if found.startswith(line + " "):
                return float(found.rsplit(" ", 1)[1])
    return None


class ServerTest(unittest.TestCase):
    """A test class with one server; its log is printed when a test fails."""

    server_lines = {}
    server_hosts = ("127.0.0.1", "::1")

    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.server_lines, cls.server_hosts)
        cls.addClassCleanup(cls.server.close)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            print(self.server.dump(), file=sys.stderr, flush=True)


@contextlib.contextmanager
def running(arguments, **more):
    """A helper process that is ended, by its pid, when the block ends."""
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, **more)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def need(*programs):
    """Skips the whole driver, saying why, when a program is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            skip_all(f"{program} is not installed, scripts/setup test installs it")


def skip_all(reason):
    print(f"skipped: {reason}", flush=True)
    sys.exit(SKIPPED)


def main():
    """unittest.main for a driver."""
    if not os.access(turnserver(), os.X_OK):
        print(f"no server to test at {turnserver()}: run scripts/build, or set TURNPIKE_TURNSERVER")
        sys.exit(1)
    unittest.main(verbosity=2)
