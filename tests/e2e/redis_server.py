"""A redis-server of a driver's own: its folder, a free port, nothing kept on disk."""

import pathlib
import queue
import shlex
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import harness

PROGRAM = "redis-server"


class RedisServer:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-redis-"))
        self.port = harness.free_ports(1)[0]
        self.process = None
        self.start()

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                 "--appendonly", "no", "--dir", str(self.folder)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + harness.START_DEADLINE_S
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("redis-server does not start")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connection(self):
        return f"ip=127.0.0.1 port={self.port} dbname=0"

    def cli(self, *arguments):
        done = subprocess.run(["redis-cli", "-p", str(self.port), *arguments], check=True,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return done.stdout.strip()


class Monitor:
    """Every command that the server carries out, as lists of words, the first in lower case."""

    def __init__(self, redis):
        self.socket = socket.create_connection(("127.0.0.1", redis.port), timeout=30)
        self.socket.sendall(b"MONITOR\r\n")
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\r\n")
        assert self.lines.readline().startswith("+OK")
        self.commands = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            for line in self.lines:
                words = shlex.split(line.split("] ", 1)[1])
                self.commands.put([words[0].lower(), *(word for word in words[1:] if word)])
        except (OSError, ValueError):
            pass

    def until(self, wanted, timeout=20):
        """The commands up to and including the first that `wanted` is true for."""
        deadline = time.monotonic() + timeout
        seen = []
        while not seen or not wanted(seen[-1]):
            try:
                seen.append(self.commands.get(timeout=max(0, deadline - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"the command did not come; seen: {seen}") from None
        return seen

    def close(self):
        self.socket.close()
