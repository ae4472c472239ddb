"""Renderers that wait for a session, room for sessions, browsers' users; with real Chromiums."""

import http.client
import os
import pathlib
import re
import signal
import subprocess
import sys
import unittest

from cobrowse_service import wait_until
from test_cobrowse import RED, CobrowseTest

# As somebody else: exits 0 when it got at the thing.
READ_FILE = """import sys
file = open(sys.argv[1], 'rb', buffering=0)
file.seek(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
sys.exit(0 if file.read(1) else 1)"""
LIST_FOLDER = "import os, sys; os.listdir(sys.argv[1])"
# X11's connection setup, little endian, protocol 11.0, with a cookie or none; 1: success.
OPEN_SCREEN = """import pathlib, socket, struct, sys
name, secret = b'', b''
if len(sys.argv) > 2:
    name, secret = b'MIT-MAGIC-COOKIE-1', pathlib.Path(sys.argv[2]).read_bytes()[-16:]
def padded(data):
    return data + bytes(-len(data) % 4)
screen = socket.socket(socket.AF_UNIX)
screen.connect(sys.argv[1])
screen.sendall(struct.pack('<cxHHHHxx', b'l', 11, 0, len(name), len(secret)) + padded(name)
               + padded(secret))
sys.exit(0 if screen.recv(1) == b'\\x01' else 1)"""


def status_of(pid):
    return pathlib.Path(f"/proc/{pid}/status").read_text()


def uid_of(pid):
    return int(re.search(r"^Uid:\s+(\d+)", status_of(pid), re.M).group(1))


def children(pid):
    """Of all generations."""
    parents = {}
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(folder.name))
    found, left = [], [pid]
    while left:
        some = parents.get(left.pop(), [])
        found += some
        left += some
    return found


def command(pid):
    """Its words; Chromium's children write theirs anew, with spaces."""
    try:
        text = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return [""]
    return text.replace("\0", " ").split(" ")


def socket_of(screen):
    """The path that an X server listens on."""
    held = {os.readlink(fd) for fd in pathlib.Path(f"/proc/{screen}/fd").iterdir()}
    for line in pathlib.Path("/proc/net/unix").read_text().splitlines()[1:]:
        fields = line.split()
        if len(fields) == 8 and fields[7].startswith("/tmp/") and f"socket:[{fields[6]}]" in held:
            return fields[7]
    raise AssertionError(f"process {screen} listens nowhere")


class PoolTest(CobrowseTest):
    def renderer_of(self, session):
        """The name that the log has for the one that serves it."""
        found = re.findall(rf"session {session['id']}: renderer ([\w-]+)", self.cobrowse.output())
        return found[-1] if found else None

    def warm(self):
        page = self.cobrowse.ask("GET", "/app/metrics")[1]
        return int(re.search(r"^turnpike_cobrowse_warm_renderers (\d+)", page, re.M).group(1))

    def wait_warm(self, count=1):
        wait_until(lambda: self.warm() == count,
                   lambda: f"{self.warm()} are warm\n{self.cobrowse.output()}", 60)

    def waiting(self):
        return re.findall(r"renderer ([\w-]+): waits for a session", self.cobrowse.output())[-1]


class Pool(PoolTest):
    changes = {"renderer": {"warm_pool": 1}, "sessions": {"max": 3}}

    def test_a_session_takes_the_one_that_waits_and_another_follows(self):
        self.wait_warm()
        first, pids = self.waiting(), self.renderers(1)
        session = self.make()
        self.assertEqual(self.renderer_of(session), first)
        self.assertEqual(self.renderer_processes(), pids, "none was started for it")
        visitor = self.visitor(session)
        visitor.sees(100, 100, RED)
        self.wait_warm()
        other = self.make("/next")
        self.assertEqual(self.renderer_of(other), self.waiting())
        self.assertNotEqual(self.renderer_of(other), first, "none serves two sessions")
        visitor.sees(100, 100, RED)
        self.cobrowse.ask("DELETE", f"/app/v1/sessions/{session['id']}", key=self.cobrowse.key)
        wait_until(lambda: pids[0] not in self.renderer_processes(), "it ends with its session")

    def test_one_that_is_killed_is_replaced(self):
        self.wait_warm()
        first = self.waiting()
        [pid] = self.renderers(1)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self.waiting() != first, self.cobrowse.output, 60)
        session = self.make()
        self.assertEqual(self.renderer_of(session), self.waiting())
        self.visitor(session).sees(100, 100, RED)

    def test_those_that_wait_end_with_the_server(self):
        self.wait_warm()
        pids = self.renderers(1)
        self.assertEqual(self.cobrowse.stop(), 0)
        try:
            wait_until(lambda: not any(pathlib.Path(f"/proc/{pid}").exists()
                                       and "State:\tZ" not in status_of(pid) for pid in pids),
                       "they are left")
        finally:
            self.cobrowse.start()


class Room(PoolTest):
    changes = {"renderer": {"memory_mb": 1048576, "warm_pool": 1}}

    def test_without_memory_there_is_no_session(self):
        connection = http.client.HTTPConnection(self.cobrowse.host, self.cobrowse.port, timeout=10)
        connection.request("POST", "/app/v1/sessions", '{"start_url":"https://example.org/"}',
                           {"Authorization": f"Bearer {self.cobrowse.key}"})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 503)
        self.assertGreater(int(answer.headers["Retry-After"]), 0)
        self.assertIn("MB of memory are free", answer.read().decode())
        connection.close()
        self.assertEqual(self.renderer_processes(), [], "nor does one wait")
        self.assertIn('refused_sessions_total{reason="memory"} 1',
                      self.cobrowse.ask("GET", "/app/metrics")[1])


@unittest.skipUnless(os.geteuid() == 0, "needs root: browsers get users of their own")
class Users(PoolTest):
    def parts_of(self, renderer):
        """Pids of browser and screen, and the renderer's folder."""
        def look():
            family = {pid: command(pid) for pid in children(renderer)}
            browsers = [pid for pid, line in family.items()
                        if any(word.startswith("--user-data-dir=") for word in line)
                        and not any(word.startswith("--type=") for word in line)]
            screens = [pid for pid, line in family.items() if line[0].endswith("Xvfb")]
            pages = [pid for pid, line in family.items() if "--type=renderer" in line]
            return browsers and screens and pages and (browsers[0], screens[0], pages[0])
        browser, screen, page = wait_until(look, self.cobrowse.output)
        profile = next(word for word in command(browser) if word.startswith("--user-data-dir="))
        return browser, screen, page, pathlib.Path(profile.split("=", 1)[1]).parent

    def gets(self, uid, program, *arguments):
        return subprocess.run([sys.executable, "-c", program, *map(str, arguments)], user=uid,
                              group=uid, extra_groups=[], cwd="/", stdin=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0

    def test_two_sessions_browsers_cannot_touch_each_other(self):
        one = self.make()
        self.make("/next")
        visitor = self.visitor(one)
        visitor.sees(100, 100, RED)
        first, second = (self.parts_of(pid) for pid in self.renderers(2))
        uids = []
        for browser, screen, page, _ in (first, second):
            uid = uid_of(browser)
            self.assertTrue(60600 <= uid <= 61099, uid)
            self.assertEqual((uid_of(screen), uid_of(page)), (uid, uid))
            uids.append(uid)
        self.assertNotEqual(*uids)
        for me, (browser, screen, page, folder) in ((uids[0], second), (uids[1], first)):
            owner = uid_of(browser)
            screen_socket = socket_of(screen)
            # What its owner gets at, so that a refusal means something.
            self.assertTrue(self.gets(owner, LIST_FOLDER, folder / "profile"))
            self.assertTrue(self.gets(owner, OPEN_SCREEN, screen_socket, folder / "xauthority"))
            own = (f"/proc/{screen}/mem", int(pathlib.Path(f"/proc/{screen}/maps").read_text()
                                              .split("-")[0], 16))
            self.assertTrue(self.gets(0, READ_FILE, *own))
            self.assertFalse(self.gets(me, LIST_FOLDER, folder / "profile"))
            self.assertFalse(self.gets(me, READ_FILE, folder / "xauthority"))
            self.assertFalse(self.gets(me, OPEN_SCREEN, screen_socket), "without its cookie")
            self.assertFalse(self.gets(me, LIST_FOLDER, folder))
            for pid in (browser, screen, page):
                try:
                    maps = pathlib.Path(f"/proc/{pid}/maps").read_text()
                except FileNotFoundError:
                    self.assertEqual(pid, page, "only pages come and go")
                    continue
                start = int(maps.split("-")[0] or "0", 16)
                for file, place in (("environ", 0), ("maps", 0), ("mem", start)):
                    self.assertFalse(self.gets(me, READ_FILE, f"/proc/{pid}/{file}", place), file)
                self.assertFalse(self.gets(me, "import os, sys; os.kill(int(sys.argv[1]), 0)", pid))

    def test_a_user_is_not_given_again_while_its_renderer_runs(self):
        session = self.make()
        visitor = self.visitor(session)
        visitor.sees(100, 100, RED)
        [renderer] = self.renderers(1)
        uid = uid_of(self.parts_of(renderer)[0])
        self.assertEqual(self.cobrowse.stop(), 0)
        # Two users, one of which is taken by a renderer that has outlived its server.
        self.cobrowse.config["renderer"]["uid_range"] = f"{uid}-{uid + 1}"
        self.cobrowse.start()
        try:
            self.make("/next")
            [fresh] = self.renderers(1)
            self.assertEqual(uid_of(self.parts_of(fresh)[0]), uid + 1)
            status, body = self.cobrowse.ask("POST", "/app/v1/sessions",
                                             {"start_url": self.site.url}, self.cobrowse.key)
            self.assertEqual(status, 503)
            self.assertIn("every user of renderer.uid_range is taken", body["detail"])
        finally:
            self.cobrowse.end_all()
            self.cobrowse.stop()
            del self.cobrowse.config["renderer"]["uid_range"]
            self.cobrowse.start()


if __name__ == "__main__":
    unittest.main()
