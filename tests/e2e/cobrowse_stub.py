"""A stand-in for turnpike-cobrowse, to look at its pages without one: serves cobrowse/web below
/public and /app with the strict headers that the pages have to live with, answers the REST calls
with made-up sessions, and plays a script on the WebSocket. No media. The scenario is the invite's
token (/public/visitor.html#invite=dialog) or the session's id on the desk. Usage:
tests/e2e/cobrowse_stub.py [PORT]"""

import base64
import contextlib
import hashlib
import http.server
import json
import mimetypes
import pathlib
import struct
import sys
import time

WEB = pathlib.Path(__file__).resolve().parents[2] / "cobrowse" / "web"
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          "img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; "
          "require-trusted-types-for 'script'; trusted-types 'none'")
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
KEY = "desk-key"

ANN = {"id": 1, "name": "Ann Example", "role": "visitor", "here": True, "route": "relay/udp"}
BEN = {"id": 2, "name": "Ben Adviser", "role": "agent", "here": True, "route": "relay/tls"}
EVE = {"id": 3, "name": "Eve Trainee", "role": "observer", "here": False, "route": "relay/tcp"}
LENA = dict(ANN, name="Dr. Maximiliane-Friederike von Hohenlohe-Waldenburg-Schillingsfürst")
FREE = {"t": "control", "mode": "single", "holder": None, "waiting": [], "consent": True}
DOCUMENTS = [
    {"id": "d1", "name": "Mortgage offer 2024.pdf", "state": "ready", "pages": 12},
    {"id": "d2", "name": "Household-budget-with-a-very-long-name-final-v3.xlsx",
     "state": "converting"},
    {"id": "d3", "name": "passport.heic", "state": "failed", "text": "This kind cannot be shown."},
]
SESSIONS = [
    {"id": "agent", "kind": "universal", "name": "Mortgage advice", "state": "running",
     "start_url": "https://www.example.com/mortgage", "created_at": "2024-05-02T09:30:00Z",
     "mode": "single", "people": [ANN, BEN], "holder": 1},
    {"id": "noconsent", "kind": "document", "name": "Contract review", "state": "starting",
     "start_url": "", "created_at": "2024-05-02T10:05:00Z", "mode": "view-only", "people": []},
    {"id": "over", "kind": "universal", "name": "Card application", "state": "ended",
     "start_url": "https://www.example.com/cards", "created_at": "2024-05-02T08:00:00Z",
     "mode": "shared", "people": []},
]
INVITE = {"url": "https://help.example.com/public/visitor.html#invite=9k2Vd0Q7yq3mS4xTzL1c",
          "pin": "482917", "expires_at": "2024-05-02T11:00:00Z"}

# What is played after the opening, by scenario. `sleep` is in seconds, `drop` loses the socket.
SCENES = {
    "free": [],
    "view": [dict(FREE, holder=2, event="granted", who=2),
             {"t": "cursor", "who": 2, "x": 36000, "y": 30000}],
    "request": [dict(FREE, holder=1, waiting=[2], event="requested", who=2),
                {"t": "cursor", "who": 2, "x": 20000, "y": 42000}],
    "dialog": [dict(FREE, holder=1),
               {"t": "dialog", "kind": "prompt", "text": "How much would you like to borrow?",
                "default": "250000"}],
    "confirm": [dict(FREE, holder=2),
                {"t": "dialog", "kind": "confirm", "text": "Send the form now?", "default": ""}],
    "chooser": [dict(FREE, holder=1), {"t": "chooser", "multiple": False}],
    "warning": [dict(FREE, holder=1), {"t": "warning", "reason": "inactive", "ends_in_s": 58}],
    "sensitive": [dict(FREE, holder=1), {"t": "sensitive", "on": True},
                  {"t": "notice", "text": "A download was refused: statement.exe"}],
    "restart": [{"t": "renderer", "state": "restarting", "text": ""}],
    "ended": [{"sleep": 0.3}, {"t": "bye", "reason": "inactive", "text": ""}],
    "drop": [{"sleep": 0.5}, {"drop": True}],
    "longname": [{"t": "people", "people": [LENA, BEN]}, dict(FREE, holder=1)],
    "agent": [dict(FREE, holder=1), {"t": "cursor", "who": 1, "x": 30000, "y": 30000}],
    "noconsent": [dict(FREE, consent=False)],
}


def opening(agent, scene):
    """What every participant gets first."""
    consent = scene != "noconsent"
    return [
        {"t": "welcome", "session": "S1", "name": "Mortgage advice", "kind": "universal",
         "you": 2 if agent else 1, "role": "agent" if agent else "visitor", "consent": consent,
         "ice_servers": [], "warn_before_s": 60,
         "policy": {"clipboard": True, "navigation": True, "documents": True, "non_pdf": True,
                    "audio": False}},
        {"t": "renderer", "state": "running", "text": ""},
        {"t": "frame", "id": 1, "width": 1280, "height": 720},
        {"t": "people", "people": [ANN, BEN, EVE]},
        dict(FREE, consent=consent),
        {"t": "page", "url": "https://www.example.com/mortgage/calculator?amount=250000",
         "title": "Mortgage calculator", "loading": False, "back": True, "forward": False},
        {"t": "tabs", "tabs": [{"id": "a", "title": "Mortgage calculator", "active": True},
                               {"id": "b", "title": "Interest rates", "active": False}]},
        {"t": "documents", "documents": DOCUMENTS},
    ]


class Socket:
    """The server's side of RFC 6455: whole text frames, close and ping; no fragments."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    def send(self, message, opcode=1):
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        size = len(data)
        length = bytes([size]) if size < 126 else struct.pack("!BH", 126, size)
        self.writer.write(bytes([0x80 | opcode]) + length + data)
        self.writer.flush()

    def receive(self):
        """The next message, None at the end."""
        while True:
            head = self.reader.read(2)
            if len(head) < 2 or head[0] & 0x0F == 8:
                return None
            size = head[1] & 0x7F
            if size >= 126:
                width = 2 if size == 126 else 8
                size = int.from_bytes(self.reader.read(width), "big")
            mask = self.reader.read(4)
            data = bytes(byte ^ mask[at % 4] for at, byte in enumerate(self.reader.read(size)))
            if head[0] & 0x0F == 9:
                self.send(data, opcode=10)
            elif head[0] & 0x0F == 1:
                return json.loads(data)


class Play:
    """One participant's session: the script, then a server that gives in to everything."""

    def __init__(self, socket, log):
        self.socket, self.log = socket, log

    def run(self):
        hello = self.socket.receive()
        if not hello:
            return
        scene, _, role = hello["token"].partition("/")
        self.you = 2 if role == "agent" else 1
        self.state = dict(FREE)
        for step in [*opening(role == "agent", scene), *SCENES.get(scene, [])]:
            if "sleep" in step:
                time.sleep(step["sleep"])
                continue
            if "drop" in step:
                return
            if step["t"] == "control":
                self.state = dict(step)
            self.socket.send(step)
        while (message := self.socket.receive()) is not None:
            self.log.append(message)
            self.answer(message)

    def answer(self, message):
        kind = message["t"]
        if kind == "ping":
            self.socket.send({"t": "pong", "n": message["n"]})
        elif kind in ("leave", "end"):
            self.socket.send({"t": "bye", "reason": "left" if kind == "leave" else "ended",
                              "text": ""})
        elif kind == "copy":
            self.socket.send({"t": "clipboard", "text": "copied text"})
        elif kind == "dialog":
            self.socket.send({"t": "dialog", "kind": "none"})
        elif kind in ("control", "consent", "mode"):
            self.control(message)

    def control(self, message):
        state = self.state
        state.update(event=None, who=self.you)
        if message["t"] == "consent":
            state.update(consent=message["control"], event="consent")
        elif message["t"] == "mode":
            state.update(mode=message["mode"], holder=None, event="mode")
        elif message["do"] in ("request", "take"):
            state.update(holder=self.you, event="granted")
        elif message["do"] == "release":
            state.update(holder=None, event="released")
        elif message["do"] in ("grant", "deny"):
            granted = message["do"] == "grant"
            state.update(waiting=[], event="granted" if granted else "denied", who=message["who"],
                         holder=message["who"] if granted else state["holder"])
        self.socket.send(state)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    received = []  # what pages have sent, for whoever drives them
    failing = {}  # file name: how many times more it is not to be had
    sockets = []  # of the pages, to tell them more than the script does

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path.endswith("/v1/socket"):
            self.upgrade()
        elif path == "/app/v1/sessions":
            self.rest(lambda: (200, {"sessions": SESSIONS,
                                     "capacity": {"running": 2, "max": 8}}))
        elif path == "/received":
            self.reply(200, json.dumps(self.received).encode(), "application/json")
        else:
            self.static(path)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.partition("?")[0]
        if path == "/public/v1/join":
            self.join(json.loads(body))
        elif path.endswith("/v1/documents"):
            self.received.append({"upload": self.path, "size": len(body),
                                  "type": self.headers["Content-Type"],
                                  "authorization": self.headers["Authorization"]})
            self.answer(201, {"id": "d4"})
        elif path == "/app/v1/sessions":
            self.rest(lambda: (201, dict(SESSIONS[0], **json.loads(body), invite=INVITE)))
        elif path.endswith("/invites"):
            self.rest(lambda: (201, INVITE))
        elif path.endswith("/join"):
            scene = path.split("/")[-2]
            self.rest(lambda: (201, {"session": scene, "token": f"{scene}/agent",
                                     "socket": "/app/v1/socket"}))
        else:
            self.answer(404, {"detail": "there is no such thing"})

    def do_DELETE(self):
        self.rest(lambda: (204, None))

    def join(self, asked):
        scene = asked.get("invite", "free")
        if scene in SCENES and asked.get("pin", "482917") == "482917":
            self.answer(201, {"session": "S1", "token": f"{scene}/visitor",
                              "socket": "/public/v1/socket"})
        else:
            self.answer(404, {"detail": "no such invite"})

    def rest(self, make):
        if self.headers.get("Authorization") == f"Bearer {KEY}":
            self.answer(*make())
        else:
            self.answer(401, {"detail": "the key is not valid"})

    def answer(self, status, value):
        kind = "application/json" if status < 400 else "application/problem+json"
        self.reply(status, b"" if value is None else json.dumps(value).encode(), kind)

    def static(self, path):
        _, prefix, name = (path.split("/", 2) + ["", ""])[:3]
        file = WEB / name
        if prefix not in ("public", "app") or "/" in name or not file.is_file():
            self.answer(404, {"detail": "there is no such thing"})
            return
        if self.failing.get(name, 0) > 0:
            self.failing[name] -= 1
            self.answer(503, {"detail": "not now"})
            return
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.reply(200, file.read_bytes(), f"{kind}; charset=utf-8")

    def reply(self, status, data, kind):
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(data))),
                            ("Content-Security-Policy", POLICY), ("Cache-Control", "no-store"),
                            ("X-Content-Type-Options", "nosniff")):
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a page that has gone on
            self.wfile.write(data)

    def upgrade(self):
        digest = hashlib.sha1((self.headers["Sec-WebSocket-Key"] + MAGIC).encode()).digest()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(digest).decode())
        self.end_headers()
        self.close_connection = True
        socket = Socket(self.rfile, self.wfile)
        self.sockets.append(socket)
        try:
            Play(socket, self.received).run()
        except (BrokenPipeError, ConnectionResetError):
            pass


def serve(port=0, handler=Handler):
    """A server on 127.0.0.1 that its caller runs; `server_port` says where."""
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)


if __name__ == "__main__":
    server = serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8460)
    print(f"http://127.0.0.1:{server.server_port}/public/visitor.html#invite=free and "
          f"/app/desk.html (key: {KEY})", flush=True)
    server.serve_forever()
