"""Networks that loopback cannot show: a client behind NAT, a relay behind external-ip, IPv6.
Needs root; everything happens in namespaces that the test makes and removes."""

import contextlib
import subprocess
import unittest

import harness
import netns
import stun_message as stun
from turn_client import TurnError

NAT_PUBLIC, RELAY_PUBLIC, GATEWAY_PUBLIC, FAR = "20.0.0.1", "20.0.0.10", "20.0.0.11", "20.0.0.20"
RELAY_PRIVATE = "10.0.7.2"
RELAY_V6, FAR_V6 = "2001:470:1::10", "2001:470:1::20"

MASQUERADE = """
table ip nat {
  chain after { type nat hook postrouting priority 100; oifname "net0" masquerade; }
}
"""
# What a cloud does for a machine with a public address that it does not know itself.
ONE_TO_ONE = f"""
table ip nat {{
  chain before {{
    type nat hook prerouting priority -100
    ip daddr {GATEWAY_PUBLIC} dnat to {RELAY_PRIVATE}
  }}
  chain after {{
    type nat hook postrouting priority 100
    ip saddr {RELAY_PRIVATE} snat to {GATEWAY_PUBLIC}
  }}
}}
"""


class Namespaces(unittest.TestCase):
    def setUp(self):
        self.net = netns.Net()
        self.addCleanup(self.net.close)
        self.net.join_hub("far", f"{FAR}/24", f"{FAR_V6}/64")

    def relay(self, host, addresses, lines=None):
        server = harness.Server({"allow-loopback-peers": None, "rfc5766-channel-numbers": "",
                                 **(lines or {})}, addresses, namespace=self.net.name(host))
        self.addCleanup(server.close)
        return server

    @contextlib.contextmanager
    def client(self, host, server, address, transport="udp"):
        with netns.inside(self.net.name(host)):
            client = server.client(transport, address)
        with client:
            try:
                yield client
            except BaseException:
                print(server.dump())
                raise

    def echo_peer(self, host, address):
        self.enterContext(harness.running(
            [*self.net.exec(host), "turnutils_peer", "-L", address, "-p", "3480"]))
        return address

    def uclient(self, host, server, address, *flags):
        port = server.tls_port if "-S" in flags else server.port
        done = subprocess.run(
            [*self.net.exec(host), "turnutils_uclient", "-c", "-n", "20", "-u", harness.USER, "-w",
             harness.PASSWORD, "-p", str(port), "-r", "3480", *flags, address],
            capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
        text = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, text[-3000:] + server.dump())
        self.assertIn("Total lost packets 0 (", text, text[-3000:])

    def test_a_client_behind_nat(self):
        self.net.join_hub("nat", f"{NAT_PUBLIC}/24")
        self.net.behind("nat", "home", "192.168.7.1/24", "192.168.7.2/24")
        self.net.nft("nat", MASQUERADE)
        self.net.join_hub("relay", f"{RELAY_PUBLIC}/24")
        server = self.relay("relay", (RELAY_PUBLIC,))
        for transport in ("udp", "tcp", "tls"):
            with self.client("home", server, RELAY_PUBLIC, transport) as client:
                response = client.allocate()
                self.assertEqual(response.address(stun.XOR_MAPPED_ADDRESS)[0], NAT_PUBLIC)
                self.assertEqual(response.address(stun.XOR_RELAYED_ADDRESS)[0], RELAY_PUBLIC)
        peer = self.echo_peer("far", FAR)
        self.uclient("home", server, RELAY_PUBLIC, "-e", peer)
        self.uclient("home", server, RELAY_PUBLIC, "-e", peer, "-t")

    def relay_behind_a_gateway(self, external):
        self.net.join_hub("gateway", f"{GATEWAY_PUBLIC}/24")
        self.net.behind("gateway", "relay", "10.0.7.1/24", f"{RELAY_PRIVATE}/24")
        self.net.nft("gateway", ONE_TO_ONE)
        return self.relay("relay", (RELAY_PRIVATE,), {
            "external-ip": external, "denied-peer-ip": "10.0.0.0-10.255.255.255"})

    def test_a_relay_behind_external_ip(self):
        server = self.relay_behind_a_gateway(f"{GATEWAY_PUBLIC}/{RELAY_PRIVATE}")
        self.net.join_hub("near", "20.0.0.30/24")
        peer = self.echo_peer("far", FAR)
        self.uclient("near", server, GATEWAY_PUBLIC, "-e", peer)
        self.meet_on_the_public_address(server)

    @unittest.skipIf(harness.is_coturn(), "Coturn denies its own address with this form")
    def test_a_relay_behind_a_single_external_ip(self):
        server = self.relay_behind_a_gateway(GATEWAY_PUBLIC)
        self.net.join_hub("near", "20.0.0.30/24")
        self.meet_on_the_public_address(server)

    def meet_on_the_public_address(self, server):
        with self.client("near", server, GATEWAY_PUBLIC) as a, \
                self.client("far", server, GATEWAY_PUBLIC, "tls") as b:
            at_a = a.allocate().address(stun.XOR_RELAYED_ADDRESS)
            at_b = b.allocate().address(stun.XOR_RELAYED_ADDRESS)
            self.assertEqual((at_a[0], at_b[0]), (GATEWAY_PUBLIC, GATEWAY_PUBLIC))
            with self.assertRaises(TurnError) as refused:
                a.create_permission(("10.0.7.1", 9))
            self.assertEqual(refused.exception.code, 403)
            self.talk_relay_to_relay(a, at_a, b, at_b)

    def talk_relay_to_relay(self, a, at_a, b, at_b):
        """Both ends relay-only on one relay whose own network is denied: the hairpin."""
        a.channel_bind(0x4001, at_b)
        b.create_permission(at_a)
        a.send_channel(0x4001, b"there")
        self.assertEqual(b.receive_data(), (at_a, b"there"))
        b.send_indication(at_a, b"and back")
        self.assertEqual(a.receive_data(), (at_b, b"and back"))

    def test_ipv6(self):
        self.net.join_hub("relay", f"{RELAY_PUBLIC}/24", f"{RELAY_V6}/64")
        server = self.relay("relay", (RELAY_PUBLIC, RELAY_V6))
        peer = self.echo_peer("far", FAR_V6)
        self.net.join_hub("near", "20.0.0.30/24", "2001:470:1::30/64")
        for address, transport in ((RELAY_V6, "udp"), (RELAY_V6, "tls"), (RELAY_PUBLIC, "udp")):
            with self.subTest(address=address, transport=transport):
                with self.client("near", server, address, transport) as client:
                    self.echo_over_ipv6(client, (peer, 3480))
        self.uclient("near", server, RELAY_V6, "-x", "-e", peer)

    def echo_over_ipv6(self, client, peer):
        response = client.allocate(family=stun.FAMILY_IPV6)
        self.assertEqual(response.address(stun.XOR_RELAYED_ADDRESS)[0], RELAY_V6)
        with self.assertRaises(TurnError) as refused:
            client.create_permission((FAR, 3480))
        self.assertEqual(refused.exception.code, 443)
        client.channel_bind(0x4000, peer)
        for size in (1, 99, 1200):
            client.send_channel(0x4000, b"v" * size)
            self.assertEqual(client.receive_data(), (peer, b"v" * size))


if __name__ == "__main__":
    harness.need("ip", "nft", "sysctl", "turnutils_uclient", "turnutils_peer")
    if reason := netns.unavailable():
        harness.skip_all(reason)
    harness.main()
