"""A credential's whole life with every store: the service mints it, a client allocates and relays
with it, the service takes it back, and the relay, told by nothing but the store they share, closes
what lives and refuses the next. And a user whom turnadmin adds may come in, one it deletes not."""

import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

import credentials_service
import database_servers
import harness
import redis_server
import stun_message as stun
from turn_client import TurnError

PATIENCE_S = 10  # how long it took is told, not judged


class Peer:
    """Echoes what a relayed address sends, and knows when nobody is behind that address."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.2", 0))  # the relay guards its own
        self.address = self.socket.getsockname()

    def meet(self, relayed):
        self.socket.connect(relayed)
        self.socket.settimeout(5)

    def echo(self):
        self.socket.send(self.socket.recv(2048))

    def is_refused(self):
        """Loopback says at once that the relay has closed its socket."""
        try:
            self.socket.send(b"is anybody there?")
            self.socket.settimeout(0.002)
            self.socket.recv(2048)
        except ConnectionRefusedError:
            return True
        except TimeoutError:
            pass
        return False

    def close(self):
        self.socket.close()


class Lifecycle:
    """The tests; each subclass has a store: `option` of the relay, `flag` of turnadmin, `kind` of
    the service, and what to write behind each of them."""

    @classmethod
    def setUpClass(cls):
        connection = cls.open_store()
        cls.flags = (cls.flag, connection)
        cls.relay = harness.Server({cls.option: connection, "use-auth-secret": "",
                                    "relay-threads": 1,  # each thread learns of users by itself
                                    "static-auth-secret": harness.SECRET}, ("127.0.0.1",))
        cls.addClassCleanup(cls.relay.close)
        cls.key, stored = credentials_service.make_key("backend")
        cls.service = credentials_service.Service({
            "store": {"kind": cls.kind, "connection": connection},
            "relays": [{"host": "127.0.0.1", "port": cls.relay.port,
                        "tls_port": cls.relay.tls_port}],
            "api_keys": [{"id": "backend", "hash": stored, "may_manage": True}]})
        cls.addClassCleanup(cls.service.close)

    @classmethod
    def open_store(cls):
        if cls.server.missing():
            raise unittest.SkipTest(cls.server.missing())
        server = cls.server()
        cls.addClassCleanup(server.close)
        cls.option, cls.flag, cls.kind = server.option, server.flag, server.kind
        return server.connection

    def mint(self, user):
        status, _, body = self.service.ask("GET", f"/public/v1/ice-servers?user={user}", self.key)
        self.assertEqual(status, 200, body)
        return {"username": body["username"], "password": body["credential"]}

    def relay_packets(self, client, peer):
        """Both ways: by ChannelData, and before it by Send and Data indications."""
        client.create_permission(peer.address)
        client.send_indication(peer.address, b"by indication")
        peer.echo()
        self.assertEqual(client.receive_data(), (peer.address, b"by indication"))
        client.channel_bind(0x4000, peer.address)
        for number in range(20):
            client.send_channel(0x4000, b"packet %d" % number)
            peer.echo()
            self.assertEqual(client.receive_data(), (peer.address, b"packet %d" % number))

    def code_of(self, call, *arguments):
        try:
            call(*arguments)
        except TurnError as error:
            return error.code
        return None

    def refused(self, credential):
        with self.relay.client(**credential) as client:
            return self.code_of(client.allocate)

    def soon(self, ask, wanted):
        deadline = time.monotonic() + PATIENCE_S
        while (got := ask()) != wanted:
            self.assertLess(time.monotonic(), deadline, f"{got}\n{self.relay.dump()}")
            time.sleep(0.01)

    def test_minted_relayed_revoked_closed(self):
        alice, bob = self.mint("alice"), self.mint("bob")
        peers = [Peer(), Peer()]
        with self.relay.client(**alice) as client, self.relay.client(**bob) as other:
            for one, peer in zip((client, other), peers):
                self.addCleanup(peer.close)
                peer.meet(one.allocate().address(stun.XOR_RELAYED_ADDRESS))
                self.relay_packets(one, peer)
            began = time.monotonic()
            target = "/app/v1/credentials/" + alice["username"].replace(":", "%3A")
            self.assertEqual(self.service.ask("DELETE", target, self.key)[0], 204)
            answered = time.monotonic()
            while not peers[0].is_refused():
                self.assertLess(time.monotonic() - began, PATIENCE_S, self.relay.dump())
            closed = time.monotonic()
            print(f"{self.kind}: closed {(closed - began) * 1000:.0f} ms after DELETE was sent, "
                  f"{(closed - answered) * 1000:.0f} ms after its answer", flush=True)
            self.assertIn(self.code_of(client.refresh, 600), (401, 437))
            client.allocated = False
            self.relay_packets(other, peers[1])
        self.assertEqual(self.refused(alice), 401)
        self.assertIsNone(self.refused(bob))
        self.relay.wait_for_log("reason: credential revoked")

    def turnadmin(self, *arguments):
        program = pathlib.Path(harness.turnserver()).parent / "turnadmin"
        done = subprocess.run([program, *self.flags, *arguments], capture_output=True, text=True,
                              check=False, timeout=30, stdin=subprocess.DEVNULL)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_a_user_whom_turnadmin_adds_and_deletes(self):
        erin = {"username": "erin", "password": "sesame"}
        self.assertEqual(self.refused(erin), 401)
        self.turnadmin("-a", "-u", "erin", "-r", harness.REALM, "-p", "sesame")
        self.soon(lambda: self.refused(erin), None)
        peer = Peer()
        self.addCleanup(peer.close)
        with self.relay.client(**erin) as client:
            peer.meet(client.allocate().address(stun.XOR_RELAYED_ADDRESS))
            self.relay_packets(client, peer)
            self.turnadmin("-d", "-u", "erin", "-r", harness.REALM)
            self.soon(lambda: self.code_of(client.refresh, 600), 401)
            client.allocated = False
        self.assertEqual(self.refused(erin), 401)

    def test_the_stores_password_is_not_told(self):
        for text in (self.relay.log_text(), self.service.output()):
            self.assertNotIn(database_servers.PASSWORD, text)


class Sqlite(Lifecycle, unittest.TestCase):
    option, flag, kind = "userdb", "-b", "sqlite"

    @classmethod
    def open_store(cls):
        folder = tempfile.mkdtemp(prefix="turnpike-e2e-")
        cls.addClassCleanup(shutil.rmtree, folder)
        return f"{folder}/turnpike.db"


class Redis(Lifecycle, unittest.TestCase):
    option, flag, kind = "redis-userdb", "-N", "redis"

    @classmethod
    def open_store(cls):
        if shutil.which(redis_server.PROGRAM) is None:
            raise unittest.SkipTest("redis-server is not installed")
        redis = redis_server.RedisServer()
        cls.addClassCleanup(redis.close)
        return redis.connection()


class Postgresql(Lifecycle, unittest.TestCase):
    server = database_servers.PostgresqlServer


class Mariadb(Lifecycle, unittest.TestCase):
    server = database_servers.MariadbServer


class Mongo(Lifecycle, unittest.TestCase):
    server = database_servers.MongoServer


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no credentials service")
    harness.main()
