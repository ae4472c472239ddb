"""One running turnpike-credentials in a folder of its own, and requests to it."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import harness

START_DEADLINE_S = 15


def program():
    built = os.environ.get("TURNPIKE_BUILT_TURNSERVER")
    beside = pathlib.Path(built).parent if built else harness.ROOT / "build/release/bin"
    return str(beside / "turnpike-credentials")


def make_key(name):
    """The key that callers present, and the hash for the config."""
    made = subprocess.run([program(), "--make-api-key", name], capture_output=True, text=True,
                          check=True, stdin=subprocess.DEVNULL).stdout
    key = next(line.strip() for line in made.splitlines() if line.startswith(f"  {name}."))
    stored = next(line for line in made.splitlines() if "hash:" in line).split('"')[1]
    return key, stored


class Service:
    """`config` is a mapping, written as JSON, which YAML contains."""

    def __init__(self, config, folder=None):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="turnpike-e2e-"))
        self.port = harness.free_ports(1)[0]
        self.config = {"listen": [f"127.0.0.1:{self.port}"],
                       "store": {"kind": "sqlite", "connection": str(self.folder / "turnpike.db")},
                       "secrets": [harness.SECRET], **config}
        self.file = self.folder / "credentials.yml"
        self.write()
        self.process = None
        self.start()

    def write(self):
        self.file.write_text(json.dumps(self.config, indent=1))

    def start(self):
        with open(self.folder / "output.txt", "ab") as output:
            self.process = subprocess.Popen([program(), "-c", str(self.file)], stdout=output,
                                            stderr=output, stdin=subprocess.DEVNULL,
                                            cwd=self.folder)
        deadline = time.monotonic() + START_DEADLINE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=0.5).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"the service did not start\n{self.output()}")

    def output(self):
        return (self.folder / "output.txt").read_text(errors="replace")

    def ask(self, method, target, key=None, body=None, headers=None):
        """Status, headers, body: parsed where it is JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = dict(headers or {})
        if key:
            sent["Authorization"] = f"Bearer {key}"
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, target, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        found = json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text
        return answer.status, answer.headers, found

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def close(self):
        code, output = self.stop(), self.output()
        shutil.rmtree(self.folder, ignore_errors=True)
        if code != 0:
            raise AssertionError(f"the service ended with {code}\n{output}")
