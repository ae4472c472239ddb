"""Co-browsing as its people meet it: real Chromium as visitor and agent, a Chromium on the server,
every picture through our own relay."""

import json
import os
import pathlib
import signal
import time
import unittest

import harness
from cobrowse_service import Cobrowse, Person, Site, wait_until

RED, GREEN, BLUE, YELLOW = [200, 0, 0], [0, 200, 0], [0, 0, 200], [200, 200, 0]
PAGE = """<!doctype html><title>Bank</title><body style="margin:0;background:#fff">
<div id=c style="width:200px;height:200px;background:rgb(200,0,0)"></div>
<input id=t autofocus style="font-size:30px;position:absolute;left:300px;top:50px;width:400px">
<input id=p type=password
 style="font-size:30px;position:absolute;left:300px;top:150px;width:400px">
<a href="/next" style="position:absolute;left:300px;top:300px;font-size:40px">next page</a>
<select style="position:absolute;left:700px;top:300px;font-size:30px;width:200px">
<option>one<option>two<option>three</select>
<script>
const paint = (colour) => { document.body.style.background = colour; };
c.onclick = () => { c.style.background = 'rgb(0,0,200)'; };
t.oninput = () => { if (t.value === 'hello') paint('rgb(0,200,0)'); };
p.oninput = () => { if (p.value === 'secret') paint('rgb(200,200,0)'); };
document.querySelector('select').onchange = (event) => { paint('rgb(200,200,0)'); };
</script>"""
NEXT = "<!doctype html><title>Next</title><body style='background:rgb(0,0,200)'>"
# Before the page's own scripts: keeps what is said and who says it. A deaf page hears nothing more.
LISTEN = """globalThis.peers = []; globalThis.sockets = []; globalThis.said = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...all) { super(...all); peers.push(this); } };
globalThis.WebSocket = class extends WebSocket {
  constructor(...all) { super(...all); sockets.push(this);
    for (const kind of ['message', 'close']) this.addEventListener(kind, (event) => {
      if (event.data) said.push(event.data);
      if (globalThis.deaf) event.stopImmediatePropagation(); }); }
  send(text) { said.push(text); super.send(text); } };"""
RECEIVED = """(async () => { for (const one of (await peers.at(-1).getStats()).values())
  if (one.type === 'inbound-rtp' && one.kind === 'video') return one.packetsReceived; })()"""
MOVING = """<!doctype html><title>moving</title><body><script>
setInterval(() => { document.body.style.background = `rgb(0,${Date.now() / 10 % 256},0)`; }, 50);
</script>"""
COOKIES = """<!doctype html><title>Cookies</title><body><script>
document.body.style.background = document.cookie ? 'rgb(200,0,0)' : 'rgb(0,200,0)';
document.cookie = 'seen=1';</script>"""


class Relay(harness.Server):
    def render(self, changes):
        return super().render({**changes, "admin-socket": self.folder / "admin.sock"})


class CobrowseTest(unittest.TestCase):
    changes = {}
    # Peers on loopback are denied as everywhere else: only the relay's own addresses are reached.
    relay_lines = {"lt-cred-mech": None, "user": None, "use-auth-secret": "",
                   "static-auth-secret": harness.SECRET, "allow-loopback-peers": None}

    @classmethod
    def setUpClass(cls):
        cls.relay = Relay(cls.relay_lines)
        cls.addClassCleanup(cls.relay.close)
        cls.site = Site({"/": PAGE, "/next": NEXT, "/cookies": COOKIES, "/moving": MOVING})
        cls.addClassCleanup(cls.site.close)
        changes = {"egress": {"allow_internal": ["127.0.0.1"], "allow_ports": [cls.site.port]},
                   **cls.changes}
        cls.cobrowse = Cobrowse(cls.relay, **changes)
        cls.addClassCleanup(cls.cobrowse.close)

    def setUp(self):
        self.addCleanup(self.cobrowse.end_all)

    def person(self, url):
        person = Person(url, self.cobrowse, script=LISTEN)
        self.addCleanup(person.close)
        return person

    def make(self, path="/", **wanted):
        return self.cobrowse.make(start_url=self.site.url + path, **wanted)

    def visitor(self, session, allow=True, name="Vera"):
        visitor = self.person(session["invite"]["url"])
        visitor.fill("input[name=name]", name)
        visitor.click("button[type=submit]")
        visitor.click(f'[data-action="{"allow" if allow else "view-only"}"]')
        visitor.wait_for("state", "playing")
        return visitor

    def agent(self, session, name="Ann"):
        """By the desk's own page: the key, then Join."""
        agent = self.person(self.cobrowse.url + "/app/desk.html")
        agent.fill("input[type=password]", self.cobrowse.key)
        agent.fill("input[name=name]", name)
        agent.click("button[type=submit]")
        agent.click(f'[data-action="join"][data-focus="join {session["id"]}"]')
        agent.wait_for("state", "playing")
        return agent

    def renderer_processes(self):
        """Process numbers of our server's renderers."""
        found = []
        for folder in pathlib.Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    command = (folder / "cmdline").read_bytes().split(b"\0")
                    parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
                except OSError:
                    continue
                if command[0].endswith(b"turnpike-renderer") and parent == str(
                        self.cobrowse.process.pid):
                    found.append(int(folder.name))
        return found

    def renderers(self, count):
        """So many; one just started still bears the server's name for a moment."""
        def all_there():
            pids = self.renderer_processes()
            return pids if len(pids) == count else None
        return wait_until(all_there, lambda: f"{self.renderer_processes()} are there, not {count}\n"
                          + self.cobrowse.output())


class TwoPeople(CobrowseTest):
    def test_both_see_the_same_and_either_types(self):
        session = self.make()
        visitor, agent = self.visitor(session), self.agent(session)
        for person in (visitor, agent):
            person.sees(100, 100, RED)
            person.wait_for("route", ("relay/udp", "relay/tcp"))
        # The visitor clicks, the agent sees it.
        visitor.click_at(100, 100)
        agent.sees(100, 100, BLUE)
        # Control is asked for and given; the agent types, the visitor sees it.
        agent.click('[data-action="request"]')
        visitor.click('[data-action="grant"]')
        agent.wait_for("control", "yes")
        agent.click_at(400, 70)
        agent.write("hello")
        visitor.sees(1000, 600, GREEN)
        # A link leads both on.
        agent.click_at(350, 320)
        for person in (visitor, agent):
            person.sees(1000, 600, BLUE)
        # The visitor takes it back at once.
        visitor.click('[data-action="take"]')
        visitor.wait_for("control", "yes")
        agent.wait_for("control", "no")
        actions = [line["action"] for line in self.cobrowse.audit()]
        self.assertIn("consent", actions)
        self.assertGreaterEqual(actions.count("relayed"), 4)

    def test_an_agent_types_no_password(self):
        session = self.make()
        visitor, agent = self.visitor(session), self.agent(session)
        visitor.sees(100, 100, RED)
        agent.click('[data-action="request"]')
        agent.wait_for("control", "yes")
        agent.click_at(400, 170)
        time.sleep(1)  # the focus has to be told
        agent.write("secret")
        visitor.click('[data-action="take"]')
        visitor.wait_for("control", "yes")
        visitor.click_at(400, 170)
        visitor.write("secret")  # the whole word, so nothing of the agent's is in the field
        agent.sees(1000, 600, YELLOW)

    def test_without_consent_others_only_look(self):
        session = self.make()
        visitor, agent = self.visitor(session, allow=False), self.agent(session)
        agent.sees(100, 100, RED)
        self.assertIn("has not allowed help", agent.evaluate("document.body.innerText"))
        agent.click_at(100, 100)
        time.sleep(1)
        self.assertEqual(agent.data("control"), "no")
        visitor.sees(100, 100, RED)
        visitor.click_at(100, 100)  # the one whose session it is
        agent.sees(100, 100, BLUE)

    def test_a_list_of_a_select_is_seen_and_clicked(self):
        session = self.make()
        visitor = self.visitor(session)
        visitor.sees(100, 100, RED)
        visitor.click_at(800, 320)
        wait_until(lambda: visitor.pixel(760, 420) != [255, 255, 255], "the list is not drawn")
        visitor.click_at(760, 395)
        visitor.sees(1100, 600, YELLOW)

    def test_leaving_takes_the_credentials_back(self):
        session = self.make()
        visitor, agent = self.visitor(session), self.agent(session)
        visitor.sees(100, 100, RED)
        status, _ = self.cobrowse.ask("DELETE", f"/app/v1/sessions/{session['id']}",
                                      key=self.cobrowse.key)
        ended = time.monotonic()
        self.assertEqual(status, 204)
        for person in (visitor, agent):
            person.wait_for("state", ("ended", "list"), timeout=5)
        wait_until(lambda: "revoked" in self.relay.log_text().lower(), self.relay.dump, timeout=5)
        self.assertLess(time.monotonic() - ended, 5)
        wait_until(lambda: not self.renderer_processes(), "the renderer still runs")


class Isolation(CobrowseTest):
    def test_two_sessions_share_nothing(self):
        first, second = self.make("/cookies"), self.make("/cookies")
        one = self.visitor(first)
        one.sees(600, 400, GREEN)
        two = self.visitor(second)
        two.sees(600, 400, GREEN)
        self.renderers(2)

    def test_no_private_address_leaves_either_side(self):
        session = self.make()
        visitor = self.visitor(session)
        wait_until(lambda: visitor.data("route"), "no route")
        audit = [line for line in self.cobrowse.audit() if line["session"] == session["id"]]
        relayed = [line["detail"] for line in audit if line["action"] == "relayed"]
        self.assertTrue(any(text.startswith("the browser: relay/relay") for text in relayed))
        self.assertTrue(any(text.startswith("the renderer: relay/relay") for text in relayed))

    def test_media_ends_with_the_one_who_leaves(self):
        session = self.make("/moving")
        visitor, agent = self.visitor(session), self.agent(session)
        before = visitor.evaluate(RECEIVED)
        wait_until(lambda: visitor.evaluate(RECEIVED) > before + 20, "nothing moves")
        # A page that keeps its peer, whatever it is told.
        visitor.evaluate("""globalThis.deaf = true; sockets.at(-1).send('{"t":"leave"}')""")
        wait_until(lambda: "revoked" in self.relay.log_text().lower(), self.relay.dump, timeout=5)
        stopped = visitor.evaluate(RECEIVED)
        going_on = agent.evaluate(RECEIVED)
        wait_until(lambda: agent.evaluate(RECEIVED) > going_on + 20, "the other one's has ended")
        self.assertLess(visitor.evaluate(RECEIVED) - stopped, 20, "media goes on")

    def test_a_page_of_another_origin_opens_no_socket(self):
        status, body = self.cobrowse.ask(
            "GET", "/public/v1/socket", headers={
                "Origin": "https://evil.example", "Connection": "Upgrade", "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})
        self.assertEqual(status, 403, body)

    def test_paths_have_levels(self):
        for path, wanted in {"/public/visitor.html": 200, "/public/visitor.js": 200,
                             "/public/desk.html": 404, "/app/desk.html": 200,
                             "/app/visitor.html": 200, "/visitor.html": 404,
                             "/public/../app/desk.html": 404, "/public/%2e%2e/app/desk.html": 404,
                             "/public/v1/sessions": 404, "/app/v1/sessions": 401,
                             "/system/v1/renderer": 404, "/app/metrics": 200,
                             "/public/metrics": 404}.items():
            status, _ = self.cobrowse.ask("GET", path)
            self.assertIn(status, (wanted, 400) if ".." in path or "%2e" in path else (wanted,),
                          path)

    def test_pins_are_not_guessed(self):
        statuses = [self.cobrowse.ask("POST", "/public/v1/join",
                                      {"pin": f"{number:06}", "name": "x"})[0]
                    for number in range(8)]
        self.assertEqual(statuses[:5], [404] * 5)
        self.assertIn(429, statuses)


class Failures(CobrowseTest):
    def test_a_browser_that_dies_comes_back(self):
        session = self.make()
        visitor = self.visitor(session)
        visitor.sees(100, 100, RED)
        renderer = self.renderers(1)[0]
        browser = [int(child) for child in
                   pathlib.Path(f"/proc/{renderer}/task/{renderer}/children").read_text().split()]
        for task in pathlib.Path(f"/proc/{renderer}/task").iterdir():
            browser += [int(child) for child in (task / "children").read_text().split()]
        victims = [pid for pid in set(browser)
                   if b"chromium" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()]
        self.assertTrue(victims)
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        visitor.wait_for("renderer", "restarting")
        self.assertIsNotNone(visitor.pixel(100, 100), "the last picture stays")
        visitor.wait_for("renderer", "running")
        visitor.sees(100, 100, RED)
        visitor.click_at(100, 100)
        visitor.sees(100, 100, BLUE)

    def test_a_renderer_that_dies_is_started_again(self):
        session = self.make()
        visitor = self.visitor(session)
        visitor.sees(100, 100, RED)
        os.kill(self.renderers(1)[0], signal.SIGKILL)
        visitor.wait_for("renderer", "restarting")
        visitor.wait_for("renderer", "running")
        visitor.sees(100, 100, RED)
        visitor.click_at(100, 100)
        visitor.sees(100, 100, BLUE)

    def test_media_goes_on_while_the_server_is_started_again(self):
        session = self.make()
        visitor = self.visitor(session)
        visitor.sees(100, 100, RED)
        frames = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"
        self.cobrowse.stop()
        before = visitor.evaluate(frames)
        time.sleep(5)  # two heartbeats
        self.assertGreater(visitor.evaluate(frames), before)
        self.cobrowse.start()
        visitor.wait_for("state", "playing")
        wait_until(lambda: self.cobrowse.ask("GET", f"/app/v1/sessions/{session['id']}",
                                             key=self.cobrowse.key)[1].get("state") == "running",
                   "the session was not taken up")
        visitor.click_at(100, 100)
        visitor.sees(100, 100, BLUE)


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no co-browsing")
    harness.main()
