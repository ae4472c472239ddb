"""The basic exchanges byte by byte over every transport and family, with our own small client:
what the other drivers rely on, and what their tools cannot see (signatures, TTL, both ports)."""

import harness
import stun_message as stun
from turn_client import TurnError

TRANSPORTS = ("udp", "tcp", "tls")
HOSTS = ("127.0.0.1", "::1")


class Wire(harness.ServerTest):
    def each_link(self):
        for transport in TRANSPORTS:
            for host in HOSTS:
                with self.subTest(transport=transport, host=host):
                    yield transport, host

    def test_binding_reports_the_client(self):
        for transport, host in self.each_link():
            with self.server.client(transport, host) as client:
                mapped = client.binding().address(stun.XOR_MAPPED_ADDRESS)
                self.assertEqual(mapped, client.link.socket.getsockname()[:2])

    def test_allocation_of_the_default_family_is_ipv4(self):
        for transport, host in self.each_link():
            with self.server.client(transport, host) as client:
                relayed = client.allocate().address(stun.XOR_RELAYED_ADDRESS)
                self.assertEqual(relayed[0], "127.0.0.1")
                self.assertTrue(self.server.min_port <= relayed[1] <= self.server.max_port)
                self.assertEqual(client.refresh(0).number(stun.LIFETIME), 0)

    def test_two_clients_talk_over_channels_and_indications(self):
        for transport, host in self.each_link():
            for family, number in ((stun.FAMILY_IPV4, 0x4000), (stun.FAMILY_IPV6, 0x4FFF)):
                with self.server.client(transport, host) as a, self.server.client() as b:
                    self.talk(a, b, family, number)

    def talk(self, a, b, family, number):
        at_a = a.allocate(family=family).address(stun.XOR_RELAYED_ADDRESS)
        at_b = b.allocate(family=family).address(stun.XOR_RELAYED_ADDRESS)
        a.channel_bind(number, at_b)
        b.create_permission(at_a)
        a.send_channel(number, b"odd")
        self.assertEqual(b.receive_data(), (at_a, b"odd"))
        b.send_indication(at_a, b"back")
        self.assertEqual(a.receive_data(), (at_b, b"back"))
        a.send_indication(at_b, b"x" * 1200)
        self.assertEqual(b.receive_data(), (at_a, b"x" * 1200))

    def test_dual_allocation_has_both_families(self):
        if harness.is_coturn():
            self.skipTest("Coturn 4.6 knows the attribute by its draft number only")
        with self.server.client() as client:
            response = client.allocate(additional=stun.FAMILY_IPV6)
            relayed = response.addresses(stun.XOR_RELAYED_ADDRESS)
            self.assertEqual(sorted(address for address, _ in relayed), ["127.0.0.1", "::1"])

    def test_every_packet_leaves_with_the_systems_ttl(self):
        with self.server.client() as client:
            client.binding()
            self.assertEqual(client.link.ttl, 64)
            client.allocate()
            client.refresh(600)
            self.assertEqual(client.link.ttl, 64)

    def test_wrong_password_is_401(self):
        for transport in TRANSPORTS:
            with self.server.client(transport, password="wrong") as client:
                with self.assertRaises(TurnError) as failure:
                    client.allocate()
                self.assertEqual(failure.exception.code, 401)

    def test_nothing_is_relayed_without_a_permission(self):
        with self.server.client() as a, self.server.client() as b:
            at_a = a.allocate().address(stun.XOR_RELAYED_ADDRESS)
            b.allocate()
            b.create_permission(at_a)
            b.send_indication(at_a, b"uninvited")
            with self.assertRaises(TimeoutError):
                a.receive_data(timeout=0.5)

    def test_plain_bytes_on_the_tls_port_and_tls_on_the_plain_port(self):
        for transport, port in (("tcp", self.server.tls_port), ("tls", self.server.port)):
            with self.subTest(transport=transport, port=port):
                with self.server.client(transport, port=port) as client:
                    client.allocate()


if __name__ == "__main__":
    harness.main()
