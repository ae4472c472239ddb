"""One headless Chromium with its own profile, driven over --remote-debugging-pipe: NUL-separated
JSON on file descriptors 3 and 4, so there is no port, no WebSocket and no package to install."""

import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time

CALL_TIMEOUT_S = 30

FLAGS = [
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check",
    "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--no-pings",
    "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows", "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns,MediaRouter,OptimizationHints,Translate",
]


class Browser:
    """`hosts` maps names to addresses; every other name but localhost resolves to nothing, so the
    browser calls nobody. `pins` are base64 SHA-256 of public keys whose certificates it accepts."""

    def __init__(self, hosts=None, pins=(), prefix=()):
        self.profile = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-chromium-"))
        rules = [f"MAP {name} {address}" for name, address in (hosts or {}).items()]
        rules += ["MAP * ~NOTFOUND", "EXCLUDE localhost", "EXCLUDE 127.0.0.1", "EXCLUDE ::1"]
        arguments = [*FLAGS, f"--user-data-dir={self.profile}",
                     f"--host-resolver-rules={', '.join(rules)}"]
        if pins:
            arguments.append(f"--ignore-certificate-errors-spki-list={','.join(pins)}")
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        self.last_id, self.buffer = 0, b""
        self.launch([*prefix, "chromium", *arguments, "about:blank"])

    def launch(self, command):
        to_browser, self.writer = os.pipe()
        self.reader, from_browser = os.pipe()
        # The pipes may have any numbers here; the shell puts them where Chromium looks for them.
        script = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        with open(self.profile / "stderr.txt", "wb") as errors:
            self.process = subprocess.Popen(
                ["bash", "-c", script, "bash", *command], pass_fds=(to_browser, from_browser),
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)

    def call(self, method, session=None, timeout=CALL_TIMEOUT_S, **parameters):
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while True:
            answer = self.read_message(deadline, method)
            if answer.get("id") == self.last_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def read_message(self, deadline, method):
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.reader], [], [], left)[0]:
                raise TimeoutError(f"no answer to {method}\n{self.stderr()}")
            data = os.read(self.reader, 1 << 16)
            if not data:
                raise ConnectionError(f"the browser has ended\n{self.stderr()}")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def stderr(self):
        return (self.profile / "stderr.txt").read_text(errors="replace")[-3000:]

    def new_page(self, url="about:blank"):
        return Page(self, url)

    def close(self):
        if self.process.poll() is None:
            try:
                self.call("Browser.close", timeout=5)
                self.process.wait(5)
            except (OSError, TimeoutError, RuntimeError, subprocess.TimeoutExpired):
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # our own session: what is left of it
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.writer)
        os.close(self.reader)
        shutil.rmtree(self.profile, ignore_errors=True)


class Page:
    """An own window, because a background tab is not drawn."""

    def __init__(self, browser, url):
        self.browser = browser
        self.target = browser.call("Target.createTarget", url=url, newWindow=True)["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target,
                                    flatten=True)["sessionId"]

    def evaluate(self, expression, timeout=CALL_TIMEOUT_S):
        """The value of an expression, awaited when it is a promise."""
        done = self.browser.call("Runtime.evaluate", self.session, timeout, expression=expression,
                                 awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            details = done["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details["text"]
            raise RuntimeError(f"{expression[:80]}: {text}")
        return done["result"].get("value")

    def call(self, function, *arguments, timeout=CALL_TIMEOUT_S):
        """peer.FUNCTION(arguments), with JSON both ways."""
        listed = ", ".join(json.dumps(argument) for argument in arguments)
        return self.evaluate(f"peer.{function}({listed})", timeout)

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)
