"""Pages that mean harm: what they try stays in the session's box."""

import pathlib
import socket
import tempfile
import threading
import time
import unittest

import harness
import netns
from cobrowse_service import Cobrowse, Person, Site, wait_until
from flipping_names import FlippingNames
from test_cobrowse import GREEN, CobrowseTest
from test_cobrowse_networks import Relay as NetworkRelay

REPORT = """<!doctype html><title>report</title><body style="background:rgb(200,200,200)"><script>
const paint = (good) => {
  document.body.style.background = good ? 'rgb(0,200,0)' : 'rgb(200,0,0)';
};
%s
</script>"""
# Green when all of it was tried; whether anything was reached is for the listener to say.
FETCHES = REPORT % """
const addresses = %s;
Promise.allSettled(addresses.map((address) => fetch(address, {mode: 'no-cors'})))
  .then(() => paint(true));"""
WEBRTC = REPORT % """
const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:3478'}]}), found = [];
peer.createDataChannel('x');
peer.onicecandidate = (event) => { if (event.candidate) found.push(event.candidate.candidate); };
peer.setLocalDescription();
setTimeout(() => {
  document.title = found.join(' ');
  paint(!found.some((one) => !/\\.local|tcp/.test(one)));
}, 3000);"""
SHELL = REPORT % """
navigator.permissions.query({name: 'geolocation'}).then(async (geolocation) => {
  const camera = await navigator.mediaDevices?.getUserMedia({video: true})
    .then(() => 1, () => 0) ?? 0;
  const notify = Notification.permission;
  paint(geolocation.state === 'denied' && !camera && notify === 'denied');
  document.title = geolocation.state + camera + notify;
});"""
DIALOGS = """<!doctype html><title>d</title><body><script>
setTimeout(() => { for (let i = 0; i < 200; ++i) alert(i);
  document.body.style.background = 'rgb(0,200,0)'; }, 500);</script>"""
WINDOWS = """<!doctype html><title>w</title><body style="background:rgb(0,200,0)"><script>
document.onclick = () => { for (let i = 0; i < 50; ++i) open('/windows', '_blank'); };</script>"""
MEMORY = """<!doctype html><title>m</title><body style="background:rgb(0,200,0)"><script>
if (!sessionStorage.bomb) { sessionStorage.bomb = 1;
  setTimeout(() => { const all = []; for (;;) all.push(new Uint8Array(1 << 26).fill(1)); }, 1500); }
</script>"""


class Canary:
    """A listener that nothing of a session may reach."""

    def __init__(self, address="127.0.0.1", port=0):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.create_server((address, port), family=family)
        self.port = self.socket.getsockname()[1]
        self.reached = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, peer = self.socket.accept()
            except OSError:
                return
            self.reached.append(peer)
            connection.close()

    def close(self):
        self.socket.close()


class Hostile(CobrowseTest):
    """The site itself stands on 127.0.0.1, which is allowed by name and port; nothing else is."""

    @classmethod
    def setUpClass(cls):
        cls.canary = Canary()
        cls.addClassCleanup(cls.canary.close)
        port = cls.canary.port
        inside = [f"http://127.0.0.1:{port}/", f"http://localhost:{port}/",
                  f"http://2130706433:{port}/", f"http://0x7f.1:{port}/",
                  f"http://[::ffff:127.0.0.1]:{port}/", f"http://[::1]:{port}/",
                  f"http://0.0.0.0:{port}/", f"http://127.1:{port}/",
                  "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/",
                  "http://10.0.0.1/", "http://192.168.0.1/", "https://100.64.0.1/"]
        cls.pages = {
            "/inside": FETCHES % inside,
            "/redirect": (302, {"Location": f"http://localhost:{port}/"}, ""),
            "/via-redirect": FETCHES % ["/redirect"],
            "/webrtc": WEBRTC, "/rights": SHELL, "/dialogs": DIALOGS, "/windows": WINDOWS,
            "/memory": MEMORY,
            "/file": REPORT % "location = 'file:///etc/passwd';"
                              "setTimeout(() => paint(true), 1000);",
            "/download": (200, {"Content-Disposition": "attachment; filename=x.exe",
                                "Content-Type": "application/octet-stream"}, "x" * 1000),
            "/": "<!doctype html><title>start</title><body style='background:rgb(0,200,0)'>"}
        site = Site(cls.pages)
        cls.addClassCleanup(site.close)
        cls.changes = {"egress": {"allow_internal": [f"127.0.0.1:{site.port}"],
                                  "allow_ports": [site.port, cls.canary.port]},
                       "renderer": {"memory_mb": 700, "max_tabs": 4}}
        super().setUpClass()
        cls.site = site

    def look(self, path, colour=GREEN):
        visitor = self.visitor(self.make(path))
        visitor.sees(1200, 650, colour)
        return visitor

    def test_nothing_inside_answers(self):
        self.look("/inside")
        self.assertEqual(self.canary.reached, [])

    def test_a_redirect_leads_nowhere_inside(self):
        self.look("/via-redirect")
        self.assertEqual(self.canary.reached, [])

    def test_webrtc_tells_no_address(self):
        self.look("/webrtc")

    def test_rights_are_denied(self):
        self.look("/rights")

    def test_files_stay_closed(self):
        self.look("/file")

    def test_a_download_is_kept_away_and_told(self):
        visitor = self.look("/")
        self.navigate(visitor, self.site.url + "/download")
        wait_until(lambda: "it is with the documents: x.exe"
                   in visitor.evaluate("document.body.innerText"), visitor.state)

    def navigate(self, visitor, url):
        visitor.click_at(1200, 600)  # control is his
        visitor.wait_for("control", "yes")
        visitor.evaluate(f"""(() => {{
            const box = document.querySelector('input[type=url], form input');
            box.focus(); box.value = {url!r}; box.form.requestSubmit(); }})()""")

    def test_a_loop_of_dialogs_ends(self):
        visitor = self.visitor(self.make("/dialogs"))
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            red, green, _ = visitor.pixel(1200, 650) or (0, 0, 0)  # one look: a dialog dims all
            if green > 150 > red:
                break
            visitor.evaluate("document.querySelector('[data-modal] button')?.click()")
            time.sleep(0.2)
        visitor.sees(1200, 650, GREEN)

    def test_windows_without_end_are_few_tabs(self):
        visitor = self.look("/windows")

        def told():
            visitor.click_at(600, 300)  # the browser lets a page open one window for each click
            time.sleep(0.7)
            return "no more than 4 tabs" in visitor.evaluate("document.body.innerText")
        wait_until(told, visitor.state)

    def test_a_page_that_eats_memory_is_loaded_again(self):
        visitor = self.look("/memory")
        self.assertEqual(visitor.data("state"), "playing")
        wait_until(lambda: "crashed" in visitor.evaluate("document.body.innerText") or
                   visitor.data("renderer") == "restarting", visitor.state, 60)
        visitor.wait_for("renderer", "running")
        visitor.sees(1200, 650, GREEN)

# Each fetch asks for the name again: the site closes each connection.
REBIND = REPORT % """
(async () => {
  for (let i = 0; i < 24; ++i) await fetch(`/again?${i}`, {cache: 'no-store'}).catch(() => 0);
  paint(true);
})();"""
SERVER, SITE, VISITOR = "20.0.0.10", "20.0.0.50", "20.0.0.30"
INSIDE = ("127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1")


@unittest.skipIf(netns.unavailable(), netns.unavailable())
class Rebinding(unittest.TestCase):
    """A name of a site outside that turns into the server's own inside addresses."""

    @classmethod
    def setUpClass(cls):
        cls.net = netns.Net()
        cls.addClassCleanup(cls.net.close)
        for host, address in (("server", SERVER), ("site", SITE), ("visitor", VISITOR)):
            cls.net.join_hub(host, f"{address}/24")
        namespace = cls.net.name("server")
        for address in ("10.0.0.1/32", "169.254.169.254/32"):
            cls.net.ip("server", "address", "add", address, "dev", "lo")
        with netns.inside(namespace):
            cls.canaries = [Canary(address, 80) for address in INSIDE if "ffff" not in address]
        with netns.inside(cls.net.name("site")):
            cls.site = Site({"/": REBIND, "/again": "again"}, SITE, 80)
            cls.names = FlippingNames(SITE, [(SITE,)])
        folder = tempfile.TemporaryDirectory(prefix="turnpike-e2e-")
        resolver = pathlib.Path(folder.name) / "resolv.conf"
        resolver.write_text(f"nameserver {SITE}\noptions timeout:2 attempts:2\n")
        for one in (*cls.canaries, cls.site, cls.names):
            cls.addClassCleanup(one.close)
        cls.addClassCleanup(folder.cleanup)
        cls.relay = NetworkRelay({"lt-cred-mech": None, "user": None, "use-auth-secret": "",
                                  "static-auth-secret": harness.SECRET,
                                  "allow-loopback-peers": None}, (SERVER,), namespace=namespace)
        cls.addClassCleanup(cls.relay.close)
        # The server's processes see another resolv.conf; nothing else of theirs is changed.
        prefix = ["unshare", "--mount", "sh", "-c",
                  f'mount --bind {resolver} /etc/resolv.conf && exec "$@"', "sh"]
        cls.cobrowse = Cobrowse(cls.relay, (SERVER, 81, namespace), prefix=prefix, relays=[
            {"host": SERVER, "port": 3478, "transports": "udp,tcp",
             "admin_socket": str(cls.relay.folder / "admin.sock")}])
        cls.addClassCleanup(cls.cobrowse.close)

    def look(self, name):
        self.names.flip([(SITE,)])
        session = self.cobrowse.make(start_url=f"http://{name}/")
        person = Person(session["invite"]["url"], self.cobrowse, hosts={SERVER: SERVER},
                        prefix=self.net.exec("visitor"))
        self.addCleanup(person.close)
        self.addCleanup(self.cobrowse.end_all)
        person.fill("input[name=name]", "Vera")
        person.click("button[type=submit]")
        person.click('[data-action="view-only"]')
        person.sees(1200, 650, GREEN)

    def reached(self):
        return [peer for canary in self.canaries for peer in canary.reached]

    def again(self):
        return sum(path.startswith("/again") for path, _ in self.site.seen)

    def test_the_name_that_stays_outside_is_fetched(self):
        before = self.again()
        self.look("steady.test")
        self.assertEqual(self.again() - before, 24)

    def test_a_name_that_turns_inwards_reaches_nothing(self):
        before = self.again()
        turned = [(SITE,)] + [(address,) for address in INSIDE] + \
            [(SITE, "127.0.0.1"), ("10.0.0.1", "::1")]
        self.site.pages["/"] = lambda _: self.names.flip(turned) or REBIND
        self.addCleanup(self.site.pages.update, {"/": REBIND})
        self.look("turning.test")
        self.assertEqual(self.reached(), [])
        self.assertGreater(self.names.asked, len(turned), "all of them have been the answer")
        self.assertLess(self.again() - before, 24)


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no co-browsing")
    harness.main()
