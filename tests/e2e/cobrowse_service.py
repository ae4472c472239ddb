"""One running turnpike-cobrowse beside a relay, requests to it, and the pages of its people in real
browsers."""

import contextlib
import http.client
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import harness
import netns
from browser import Browser

START_DEADLINE_S = 15
WAIT_S = 30


def program(name):
    built = os.environ.get("TURNPIKE_BUILT_TURNSERVER")
    beside = pathlib.Path(built).parent if built else harness.ROOT / "build/release/bin"
    return str(beside / name)


def make_key(name):
    """The key that callers present, and the hash for the config."""
    made = subprocess.run([program("turnpike-cobrowse"), "--make-api-key", name],
                          capture_output=True, text=True, check=True,
                          stdin=subprocess.DEVNULL).stdout
    key = next(line.strip() for line in made.splitlines() if line.startswith(f"  {name}."))
    stored = next(line for line in made.splitlines() if "hash:" in line).split('"')[1]
    return key, stored


def wait_until(holds, what, timeout=WAIT_S):
    deadline = time.monotonic() + timeout
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what() if callable(what) else what}")
        time.sleep(0.05)


class Cobrowse:
    """`changes` replace or extend the default config. `place` is (host, port, namespace); `prefix`
    are the words that start a command."""

    def __init__(self, relay, place=None, prefix=(), **changes):
        self.prefix = prefix
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-e2e-"))
        self.folder.chmod(0o755)
        self.host, self.port, self.namespace = place or (
            "127.0.0.1", harness.free_ports(1)[0], None)
        self.url = f"http://{self.host}:{self.port}"
        self.key, stored = make_key("desk")
        self.config = {
            "listen": [f"{self.host}:{self.port}"], "public_url": self.url,
            "secrets": [harness.SECRET],
            "relays": [{"host": self.host, "port": relay.port, "tls_port": relay.tls_port,
                        "transports": "udp,tcp",
                        "admin_socket": str(relay.folder / "admin.sock")}],
            "api_keys": [{"id": "desk", "hash": stored}],
            "store": {"state": str(self.folder / "cobrowse.db")},
            "audit_file": str(self.folder / "audit.jsonl"),
            "renderer": {"program": program("turnpike-renderer"), "capture": "x11"}}
        for key, value in changes.items():
            if isinstance(value, dict) and isinstance(self.config.get(key), dict):
                self.config[key].update(value)
            else:
                self.config[key] = value
        self.file = self.folder / "cobrowse.yml"
        self.process = None
        self.start()

    def start(self):
        self.file.write_text(json.dumps(self.config, indent=1))
        with open(self.folder / "output.txt", "ab") as output, self.its_network():
            self.process = subprocess.Popen(
                [*self.prefix, program("turnpike-cobrowse"), "-c", str(self.file)],
                stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd=self.folder)
        deadline = time.monotonic() + START_DEADLINE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError), self.its_network():
                socket.create_connection((self.host, self.port), timeout=0.5).close()
                return
            time.sleep(0.02)
        raise AssertionError(f"the server did not start\n{self.output()}")

    def its_network(self):
        return netns.inside(self.namespace) if self.namespace else contextlib.nullcontext()

    def output(self):
        return (self.folder / "output.txt").read_text(errors="replace")

    def audit(self):
        file = self.folder / "audit.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def ask(self, method, target, body=None, key=None, headers=None):
        """Status and body: parsed where it is JSON."""
        with self.its_network():
            return self.ask_here(method, target, body, key, headers)

    def ask_here(self, method, target, body, key, headers):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        sent = dict(headers or {})
        if key:
            sent["Authorization"] = f"Bearer {key}"
        if isinstance(body, dict):
            body = json.dumps(body)
        connection.request(method, target, body, sent)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if "json" in answer.headers.get("Content-Type", ""):
            return answer.status, json.loads(text)
        return answer.status, text.decode(errors="replace")

    def make(self, **wanted):
        wanted = {"kind": "universal", "start_url": "https://example.org/", **wanted}
        status, body = self.ask("POST", "/app/v1/sessions", wanted, self.key)
        if status != 201:
            raise AssertionError(f"{status} {body}\n{self.output()}")
        return body

    def end_all(self):
        with contextlib.suppress(OSError, AssertionError):
            status, body = self.ask("GET", "/app/v1/sessions", key=self.key)
            for one in body["sessions"] if status == 200 else []:
                self.ask("DELETE", f"/app/v1/sessions/{one['id']}", key=self.key)

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
        self.end_all()
        code, output = self.stop(), self.output()
        shutil.rmtree(self.folder, ignore_errors=True)
        if code != 0:
            raise AssertionError(f"the server ended with {code}\n{output}")


class Person:
    """A participant's page in a browser of its own; `script` runs before the page's scripts."""

    def __init__(self, url, cobrowse, script=None, **browser):
        self.cobrowse = cobrowse
        self.browser = Browser(**browser)
        self.page = self.browser.new_page("about:blank" if script else url)
        self.browser.call("Page.enable", self.page.session)
        if script:
            self.browser.call("Page.addScriptToEvaluateOnNewDocument", self.page.session,
                              source=script)
            self.browser.call("Page.navigate", self.page.session, url=url)
        self.browser.call("Emulation.setDeviceMetricsOverride", self.page.session, width=1400,
                          height=900, deviceScaleFactor=1, mobile=False)

    def evaluate(self, expression):
        """Nothing while the page is on its way to another one."""
        try:
            return self.page.evaluate(expression)
        except RuntimeError as error:
            if "context" in str(error):
                return None
            raise

    def data(self, name):
        return self.evaluate(f"document.body?.dataset.{name} ?? ''")

    def wait_for(self, name, value, timeout=WAIT_S):
        values = value if isinstance(value, tuple) else (value,)
        return wait_until(lambda: self.data(name) in values,
                          lambda: f"data-{name} is {self.data(name)!r}, not {value!r}\n"
                                  f"{self.state()}\n{self.cobrowse.output()}", timeout)

    def state(self):
        return json.dumps(self.evaluate(
            "({...document.body?.dataset, text: document.body?.innerText.slice(0, 600), "
            "loaded: document.readyState, files: performance.getEntriesByType('resource')"
            ".map((one) => `${one.name.split('/').pop()} ${Math.round(one.responseEnd)}`)})"))

    def click(self, selector):
        wait_until(lambda: self.evaluate(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)}); "
            "if (!b || b.disabled || !b.offsetParent) return false; b.click(); return true; })()"),
            lambda: f"no {selector}: {self.state()}")

    def fill(self, selector, text):
        wait_until(lambda: self.evaluate(
            f"(() => {{ const i = document.querySelector({json.dumps(selector)}); "
            f"if (!i) return false; i.value = {json.dumps(text)}; "
            "i.dispatchEvent(new Event('input', {bubbles: true})); return true; })()"),
            lambda: f"no {selector}: {self.state()}")

    def key(self, key, code, text=None):
        down = {"type": "keyDown", "key": key, "code": code}
        if text:
            down["text"] = text
        self.browser.call("Input.dispatchKeyEvent", self.page.session, **down)
        self.browser.call("Input.dispatchKeyEvent", self.page.session, type="keyUp", key=key,
                          code=code)

    def write(self, text):
        for character in text:
            self.key(character, "", character)

    def point(self, x, y):
        """Where a pixel of the picture is in the page."""
        return self.evaluate(
            f"""(() => {{ const v = document.querySelector('video'), r = v.getBoundingClientRect();
            const scale = Math.min(r.width / v.videoWidth, r.height / v.videoHeight);
            return [r.x + (r.width - v.videoWidth * scale) / 2 + {x} * scale,
                    r.y + (r.height - v.videoHeight * scale) / 2 + {y} * scale]; }})()""")

    def click_at(self, x, y):
        px, py = self.point(x, y)
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.browser.call("Input.dispatchMouseEvent", self.page.session, type=kind, x=px, y=py,
                              button="none" if kind == "mouseMoved" else "left", clickCount=1)

    def pixel(self, x, y):
        """[red, green, blue] of a pixel of the picture; nothing while there is none."""
        return self.evaluate(
            f"""(() => {{ const v = document.querySelector('video');
            if (!v || !v.videoWidth) return null;
            const c = globalThis.testCanvas ??= document.createElement('canvas');
            c.width = v.videoWidth; c.height = v.videoHeight;
            const g = c.getContext('2d', {{willReadFrequently: true}}); g.drawImage(v, 0, 0);
            return [...g.getImageData({x}, {y}, 1, 1).data.slice(0, 3)]; }})()""")

    def sees(self, x, y, colour, tolerance=40, timeout=WAIT_S):
        return wait_until(
            lambda: (lambda found: found and all(abs(a - b) <= tolerance
                                                 for a, b in zip(found, colour)))(self.pixel(x, y)),
            lambda: f"pixel {x},{y} is {self.pixel(x, y)}, not {colour}\n{self.state()}\n"
                    f"{self.cobrowse.output()}", timeout)

    def screenshot(self, path):
        import base64
        shot = self.browser.call("Page.captureScreenshot", self.page.session, format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        if self.browser:
            self.browser.close()
        self.browser = None


class Site:
    """A web site on loopback: `pages` by path, each text or (status, headers,
    text or bytes)."""

    def __init__(self, pages, address="127.0.0.1", port=0):
        self.seen = []
        self.pages, site = pages, self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                site.seen.append((self.path, dict(self.headers)))
                page = pages.get(self.path.split("?")[0])
                if callable(page):
                    page = page(self)
                status, headers, text = page if isinstance(page, tuple) else (200, {}, page)
                if page is None:
                    status, headers, text = 404, {}, "none"
                body = text if isinstance(text, bytes) else text.encode()
                self.send_response(status)
                for name, value in {"Content-Type": "text/html; charset=utf-8",
                                    **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((address, port), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://{address}:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
