"""Co-browsing over a way that loses, delays and holds up: one person is in a namespace of his own
behind a DelayLink, the other one beside the server. Nothing here is gated on how fast it is."""

import os
import unittest

import harness
import netns
from cobrowse_service import Cobrowse, Person, Site, wait_until
from delay_link import DelayLink

SERVER, NEAR, ENDS = "20.0.0.10", "20.0.0.30", ("20.0.1.1", "20.0.1.2")
BLACK, WHITE = [0, 0, 0], [255, 255, 255]
# Text that scrolls for ever, and a box over it that changes at each press.
MOVING = """<!doctype html><title>moving</title>
<body style="font:16px sans-serif;margin:0"><div id=box
 style="position:fixed;left:40px;top:40px;width:240px;height:240px;background:rgb(255,255,255)">
</div><script>
document.body.insertAdjacentHTML('beforeend', Array.from({length: 3000},
  (_, i) => `<p>${i} ${'lorem ipsum dolor '.repeat(8)}`).join(''));
let y = 0; setInterval(() => scrollTo(0, y = (y + 12) % 100000), 33);
let on = false; document.onmousedown = () => { on = !on;
  box.style.background = on ? 'rgb(0,0,0)' : 'rgb(255,255,255)'; };</script>"""
BOX = (160, 160)
# Before the page's own scripts: keeps its peers at hand.
KEEP_PEERS = """globalThis.peers = []; globalThis.RTCPeerConnection =
class extends RTCPeerConnection { constructor(...all) { super(...all); peers.push(this); } };"""
# Of the video that is received, from getStats.
INBOUND = """(async () => { for (const one of (await peers.at(-1).getStats()).values())
  if (one.type === 'inbound-rtp' && one.kind === 'video') return {...one}; })()"""


class Relay(harness.Server):
    def render(self, changes):
        self.port = 3478
        return super().render({**changes, "admin-socket": self.folder / "admin.sock"})


class Watched(Person):
    """A person's page whose peers can be asked."""

    def __init__(self, url, cobrowse, prefix):
        super().__init__(url, cobrowse, script=KEEP_PEERS, hosts={SERVER: SERVER}, prefix=prefix)

    def inbound(self):
        return self.evaluate(INBOUND) or {}


class LossTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.net = netns.Net()
        cls.addClassCleanup(cls.net.close)
        cls.net.join_hub("server", f"{SERVER}/24")
        cls.net.join_hub("near", f"{NEAR}/24")
        cls.net.add("slow")
        cls.link = DelayLink(cls.net, ("server", ENDS[0]), ("slow", ENDS[1]))
        cls.addClassCleanup(cls.link.close)
        cls.net.ip("slow", "route", "add", "default", "via", ENDS[0])
        namespace = cls.net.name("server")
        cls.relay = Relay({"lt-cred-mech": None, "user": None, "use-auth-secret": "",
                           "static-auth-secret": harness.SECRET, "allow-loopback-peers": None},
                          (SERVER,), namespace=namespace)
        cls.addClassCleanup(cls.relay.close)
        with netns.inside(namespace):
            cls.site = Site({"/": MOVING})
        cls.addClassCleanup(cls.site.close)
        # Over TCP nobody would see what is lost; it is taken where the first packets are.
        relays = [{"host": SERVER, "port": 3478, "transports": "udp",
                   "admin_socket": str(cls.relay.folder / "admin.sock")}]
        cls.cobrowse = Cobrowse(cls.relay, (SERVER, 80, namespace), relays=relays,
                                egress={"allow_internal": ["127.0.0.1"],
                                        "allow_ports": [cls.site.port]}, **cls.changes)
        cls.addClassCleanup(cls.cobrowse.close)

    changes = {}

    def setUp(self):
        self.addCleanup(self.cobrowse.end_all)

    def make(self, path="/"):
        return self.cobrowse.make(start_url=self.site.url + path)

    def join(self, session, host, name="Vera", before=lambda: None):
        """As a visitor, from namespace `host`; the picture has come. `before` it begins to come."""
        invite = session["invite"] if host == "slow" else self.cobrowse.ask(
            "POST", f"/app/v1/sessions/{session['id']}/invites", {"role": "observer"},
            self.cobrowse.key)[1]
        person = Watched(invite["url"], self.cobrowse, self.net.exec(host))
        self.addCleanup(person.close)
        person.fill("input[name=name]", name)
        person.click("button[type=submit]")
        before()
        person.click(f'[data-action="{"allow" if host == "slow" else "view-only"}"]')
        person.wait_for("state", "playing")
        return person


class Loss(LossTest):
    def test_a_picture_and_a_click_come_through(self):
        self.link.change(loss_percent=5, delay_ms=50, jitter_ms=10)
        visitor = self.join(self.make(), "slow")
        visitor.sees(*BOX, WHITE)
        for wanted in (BLACK, WHITE, BLACK):
            visitor.click_at(*BOX)
            visitor.sees(*BOX, wanted)
        # What was lost was asked for, and came.
        wait_until(lambda: visitor.inbound().get("nackCount", 0) > 0, visitor.inbound)
        wait_until(lambda: visitor.inbound().get("retransmittedPacketsReceived", 0) > 0,
                   visitor.inbound)
        self.assertEqual(visitor.data("route"), "relay/udp")


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no co-browsing")
    if netns.unavailable():
        harness.skip_all(netns.unavailable())
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        harness.skip_all("the line is made of TUN devices, and there is no /dev/net/tun")
    harness.main()
