"""Co-browsing out of networks that let little through: the visitor's browser is in a namespace of
its own, behind nftables. Needs root; the namespaces are removed at the end."""

import json
import re
import time
import unittest

import harness
import netns
from cobrowse_service import Cobrowse, Person
from test_chromium import public_key_pin
from test_cobrowse import LISTEN

SERVER, VISITOR = "20.0.0.10", "20.0.0.30"
TLS_NAME = "turn.test"

FILTER = """
table inet box {{
  chain out {{
    type filter hook output priority 0; policy {policy};
    oif lo accept
    {rules}
  }}
  chain in {{
    type filter hook input priority 0; policy {policy};
    iif lo accept
    ct state established,related accept
    {rules}
  }}
}}
"""
# name: (policy, rules, how the relay is reached; None: not at all)
NETWORKS = {
    "open": ("accept", "", "udp"),
    "UDP dropped": ("accept", "meta l4proto udp drop", "tcp"),
    "TCP 80, 443, 53, 3478 only": ("drop", "tcp dport { 80, 443, 53, 3478 } accept", "tcp"),
    "TCP 80 and 3478 only": ("drop", "tcp dport { 80, 3478 } accept", "tcp"),
    "TCP 80 and 443 only": ("drop", "tcp dport { 80, 443 } accept", "tls"),
    "no way to the relay": ("drop", "tcp dport 80 accept", None),
}


class Relay(harness.Server):
    def render(self, changes):
        self.port, self.tls_port = 3478, 443
        return super().render({**changes, "admin-socket": self.folder / "admin.sock"})


class Networks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.net = netns.Net()
        cls.addClassCleanup(cls.net.close)
        cls.net.join_hub("server", f"{SERVER}/24")
        cls.net.join_hub("visitor", f"{VISITOR}/24")
        namespace = cls.net.name("server")
        cls.relay = Relay({"lt-cred-mech": None, "user": None, "use-auth-secret": "",
                           "static-auth-secret": harness.SECRET, "allow-loopback-peers": None},
                          (SERVER,), namespace=namespace)
        cls.addClassCleanup(cls.relay.close)
        # turns: wants a name that the certificate has, so the relay is offered by both.
        relays = [{"host": SERVER, "port": 3478, "transports": "udp,tcp",
                   "admin_socket": str(cls.relay.folder / "admin.sock")},
                  {"host": TLS_NAME, "tls_port": 443, "transports": "tcp,tls"}]
        cls.cobrowse = Cobrowse(cls.relay, (SERVER, 80, namespace), relays=relays,
                                renderer={"capture": "test"})
        cls.addClassCleanup(cls.cobrowse.close)

    def visitor(self, session):
        person = Person(session["invite"]["url"], self.cobrowse, script=LISTEN,
                        hosts={TLS_NAME: SERVER, SERVER: SERVER},
                        pins=[public_key_pin(self.relay.folder)],
                        prefix=self.net.exec("visitor"))
        self.addCleanup(person.close)
        person.fill("input[name=name]", "Vera")
        person.click("button[type=submit]")
        person.click('[data-action="view-only"]')
        return person

    def test_what_gets_through(self):
        for name, (policy, rules, wanted) in NETWORKS.items():
            with self.subTest(name):
                self.net.nft("visitor", "flush ruleset\n" + FILTER.format(policy=policy,
                                                                          rules=rules))
                visitor = self.visitor(self.cobrowse.make())
                try:
                    if wanted is None:
                        time.sleep(8)
                        self.assertNotEqual(visitor.data("state"), "playing")
                        continue
                    visitor.wait_for("state", "playing")
                    self.assertEqual(visitor.wait_for("route", (f"relay/{wanted}",)), True)
                    self.assertIn(wanted.upper(), visitor.evaluate("document.body.innerText"))
                finally:
                    visitor.close()
                    self.cobrowse.end_all()

    def test_relayed_addresses_are_the_only_ones_told(self):
        self.net.nft("visitor", "flush ruleset")
        visitor = self.visitor(self.cobrowse.make())
        visitor.wait_for("state", "playing")
        said = [json.loads(text) for text in visitor.evaluate("said")]
        told = {kind: [one.get("sdp") or one["candidate"] for one in said if one["t"] == kind]
                for kind in ("offer", "answer", "candidate")}
        # Both sides have spoken: the renderer by the offer and its candidates, the page the rest.
        self.assertEqual((len(told["offer"]), len(told["answer"])), (1, 1))
        lines = [line.strip() for texts in told.values() for text in texts
                 for line in text.splitlines()]
        candidates = [line for line in lines if "candidate:" in line]
        self.assertGreaterEqual(len(candidates), 2)
        for line in candidates:
            found = re.search(r" (\S+) \d+ typ (\S+)(?: raddr (\S+) rport (\d+))?", line)
            self.assertIsNotNone(found, line)
            self.assertEqual(found.group(1, 2), (SERVER, "relay"), line)
            self.assertIn(found.group(3, 4), ((None, None), ("0.0.0.0", "0"), ("0.0.0.0", "9")),
                          line)
        for line in lines:
            if line.startswith("c="):
                self.assertIn(line, ("c=IN IP4 0.0.0.0", f"c=IN IP4 {SERVER}"))
            self.assertNotIn(VISITOR, line)
            self.assertNotIn(".local", line)
        record = self.cobrowse.output() + json.dumps(self.cobrowse.audit())
        for word in ("host/", "srflx", "prflx", "typ host"):
            self.assertNotIn(word, record)
        self.assertIn("relay/relay", record)


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no co-browsing")
    if netns.unavailable():
        harness.skip_all(netns.unavailable())
    harness.main()
