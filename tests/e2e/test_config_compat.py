"""A config from the field loads as it is, and every line has its effect: the paths, addresses and
names of the interface's network are ours, the lines are not. In namespaces, so that the ports and
the device are the real ones. Needs root."""

import subprocess
import unittest
import urllib.request

import harness
import netns
import stun_message as stun
from turn_client import TurnError, connect

PUBLIC, PRIVATE, GATEWAY_INSIDE = "20.0.0.11", "10.0.7.2", "10.0.7.1"
CLIENT = "20.0.0.30"
PORT, TLS_PORT, METRICS_PORT = 3478, 443, 9641
SECRET = "W3dEO1VoSURAJVtCeGdPVHoqYWtOJiMoaUhCYEFRemFsSW0q"
REALM = "unblu.com"

CONFIG = """\
prometheus
no-software-attribute
pidfile="{folder}/turnserver.pid"
listening-device=eth0
listening-port=3478
tls-listening-port=443
listening-ip={private}
external-ip={public}/{private}
relay-ip={private}
min-port=20000
max-port=20200
verbose
use-auth-secret
static-auth-secret={secret}
realm=unblu.com
cert={folder}/cert.pem
pkey={folder}/key.pem
log-file={folder}/turn.log
simple-log
cipher-list="ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:\
DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305"
no-tlsv1
no-tlsv1_1
# nobody reaches the network behind the relay
denied-peer-ip=10.0.0.0-10.255.255.255
"""

GATEWAY_RULES = f"""
table ip nat {{
  chain before {{
    type nat hook prerouting priority -100
    ip daddr {PUBLIC} dnat to {PRIVATE}
  }}
  chain after {{
    type nat hook postrouting priority 100
    ip saddr {PRIVATE} snat to {PUBLIC}
  }}
}}
"""


class FieldServer(harness.Server):
    """Listens on the config's own ports and is asked from outside, through the gateway."""

    def render(self, _):
        self.port, self.tls_port = PORT, TLS_PORT
        return CONFIG.format(folder=self.folder, private=PRIVATE, public=PUBLIC, secret=SECRET)

    def __init__(self, net):
        self.net = net
        super().__init__(hosts=(PRIVATE,), namespace=net.name("relay"), certificate="rsa")

    def answers(self):
        try:
            with netns.inside(self.net.name("client")):
                for transport, port in (("udp", PORT), ("tcp", TLS_PORT)):
                    connect(transport, PUBLIC, port).close()
                with self.client("udp", PUBLIC) as client:
                    client.timeout = 1
                    client.binding()
            return True
        except (OSError, TimeoutError):
            return False


class ConfigCompat(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.net = netns.Net()
        cls.addClassCleanup(cls.net.close)
        cls.net.join_hub("gateway", f"{PUBLIC}/24")
        cls.net.join_hub("client", f"{CLIENT}/24")
        cls.net.behind("gateway", "relay", f"{GATEWAY_INSIDE}/24", f"{PRIVATE}/24", device="eth0")
        cls.net.nft("gateway", GATEWAY_RULES)
        cls.server = FieldServer(cls.net)
        cls.addClassCleanup(cls.server.close)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            print(self.server.dump())

    def client(self, transport="udp", **more):
        username, password = harness.rest_credential("visitor", SECRET)
        with netns.inside(self.net.name("client")):
            return self.server.client(transport, PUBLIC, username, password, **more)

    def s_client(self, *arguments):
        done = subprocess.run(
            [*self.net.exec("client"), "openssl", "s_client", "-connect", f"{PUBLIC}:{TLS_PORT}",
             *arguments], input="Q\n", capture_output=True, text=True, timeout=30, check=False)
        return done.returncode, done.stdout + done.stderr

    @unittest.skipIf(harness.is_coturn(), "Debian's Coturn is built without it")
    def test_prometheus(self):
        with self.client() as client:
            client.allocate()
            with netns.inside(self.net.name("relay")):
                url = f"http://{PRIVATE}:{METRICS_PORT}/metrics"
                with urllib.request.urlopen(url, timeout=10) as response:
                    page = response.read().decode()
        self.assertIn("turn_total_allocations", page)

    def test_no_software_attribute(self):
        with self.client() as client:
            self.assertIsNone(client.binding().get(stun.SOFTWARE))
            self.assertIsNone(client.allocate().get(stun.SOFTWARE))

    def test_pidfile_in_double_quotes(self):
        path = self.server.folder / "turnserver.pid"
        self.assertEqual(path.read_text().strip(), str(self.server.process.pid))

    def test_listening_device(self):
        sockets = netns.run(*self.net.exec("relay"), "ss", "-H", "-l", "-n", "-u", "-t")
        for port in (PORT, TLS_PORT):
            self.assertIn(f"{PRIVATE}%eth0:{port}", sockets)

    def test_ports_and_transports(self):
        for transport, port in (("udp", PORT), ("tcp", PORT), ("tls", TLS_PORT), ("tls", PORT),
                                ("tcp", TLS_PORT)):
            with self.subTest(transport=transport, port=port):
                with self.client(transport, port=port) as client:
                    mapped = client.binding().address(stun.XOR_MAPPED_ADDRESS)
                    self.assertEqual(mapped[0], CLIENT)

    def test_external_address_and_port_range(self):
        ports = set()
        for _ in range(40):
            with self.client() as client:
                address, port = client.allocate().address(stun.XOR_RELAYED_ADDRESS)
                self.assertEqual(address, PUBLIC)
                self.assertTrue(20000 <= port <= 20200, port)
                ports.add(port)
        self.assertGreater(len(ports), 20, "relayed ports are predictable")

    def test_secret_and_realm(self):
        digest = harness.hmac.new(SECRET.encode(), b"1767225600:alice", "sha1").digest()
        self.assertEqual(harness.base64.b64encode(digest), b"6fzW4r9uMN2VGgcnFZ0hLi7rf6U=")
        with self.client() as client:
            client.allocate()
            self.assertEqual(client.realm, REALM)
        with self.client() as client:
            client.password = "guess"
            with self.assertRaises(TurnError) as refused:
                client.allocate()
            self.assertEqual(refused.exception.code, 401)

    def test_log_file_with_its_exact_name_and_verbose_lines(self):
        with self.client() as client:
            client.allocate()
            client.refresh(0)
        self.assertTrue(self.server.log.is_file())
        self.assertRegex(self.server.log_text(),
                         rf"new, realm=<{REALM}>, username=<\d+:visitor>, lifetime=600")

    def test_cipher_list(self):
        for cipher in ("DHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384"):
            with self.subTest(cipher=cipher):
                code, output = self.s_client("-tls1_2", "-cipher", cipher)
                self.assertEqual(code, 0, output)
                self.assertIn(f"Cipher is {cipher}", output)
        code, output = self.s_client("-tls1_2", "-cipher", "AES256-SHA256")
        self.assertNotEqual(code, 0, output)

    @unittest.skipIf(harness.is_coturn(), "Coturn leaves an old client without an answer")
    def test_old_tls_is_off(self):
        for version in ("-tls1", "-tls1_1"):
            with self.subTest(version=version):
                code, output = self.s_client(version, "-cipher", "ALL:@SECLEVEL=0")
                self.assertNotEqual(code, 0, output)

    def test_denied_peer_ip(self):
        with self.client() as client:
            client.allocate()
            for peer in (GATEWAY_INSIDE, "10.255.255.255"):
                with self.assertRaises(TurnError) as refused:
                    client.create_permission((peer, 4000))
                self.assertEqual(refused.exception.code, 403)
            client.create_permission((CLIENT, 4000))

    @unittest.skipIf(harness.is_coturn(), "an option of ours")
    def test_check_config_has_nothing_to_say_against_it(self):
        done = subprocess.run(
            [harness.turnserver(), "-c", str(self.server.config), "--check-config"], timeout=15,
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @unittest.skipIf(harness.is_coturn(), "Coturn never removes its pid file")
    def test_z_the_pid_file_goes_with_the_process(self):
        """The last one (tests run in the order of their names): it stops the server."""
        self.assertEqual(self.server.stop(), 0)
        self.assertFalse((self.server.folder / "turnserver.pid").exists())


if __name__ == "__main__":
    harness.need("ip", "ss", "nft", "sysctl", "openssl")
    if reason := netns.unavailable():
        harness.skip_all(reason)
    harness.main()
