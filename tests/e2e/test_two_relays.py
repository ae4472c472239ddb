"""Two relays and a service that share a store: what is revoked at the service ends at both within a
second, without an admin socket, and a relay that starts later knows it before it admits anybody."""

import shutil
import tempfile
import time
import unittest

import credentials_service
import harness
import redis_server
from turn_client import TurnError

REVOKED_WITHIN_S = 1.0


class TwoRelays:
    """The test; each subclass has a store: the relay's option for it and the service's."""

    def setUp(self):
        option, store = self.open_store()
        self.relays = []
        for _ in range(2):
            relay = harness.Server({"lt-cred-mech": None, "user": None, "use-auth-secret": "",
                                    "static-auth-secret": harness.SECRET,
                                    **option}, ("127.0.0.1",))
            self.addCleanup(relay.close)
            self.relays.append(relay)
        self.key, stored = credentials_service.make_key("backend")
        self.service = credentials_service.Service({
            "store": store,
            "relays": [{"host": "127.0.0.1", "port": relay.port, "tls_port": relay.tls_port}
                       for relay in self.relays],
            "api_keys": [{"id": "backend", "hash": stored, "may_manage": True}]})
        self.addCleanup(self.service.close)

    def ice(self, user):
        status, _, body = self.service.ask("GET", f"/public/v1/ice-servers?user={user}", self.key)
        self.assertEqual(status, 200, body)
        return body["username"], body["credential"]

    def client(self, relay, credential):
        return relay.client(username=credential[0], password=credential[1])

    def is_out(self, client):
        try:
            client.refresh(600)
            return False
        except TurnError as error:
            self.assertIn(error.code, (401, 437))
            client.allocated = False
            return True

    def test_what_is_revoked_ends_at_both(self):
        alice, bob = self.ice("alice"), self.ice("bob")
        clients = [self.client(relay, alice) for relay in self.relays]
        with clients[0], clients[1], self.client(self.relays[0], bob) as other:
            for client in (*clients, other):
                client.allocate()
            began = time.monotonic()
            self.assertEqual(self.service.ask("DELETE", "/app/v1/users/alice", self.key)[0], 204)
            for client in clients:
                while not self.is_out(client):
                    self.assertLess(time.monotonic() - began, REVOKED_WITHIN_S)
                    time.sleep(0.01)
            other.refresh(600)
        for relay in self.relays:
            with self.client(relay, alice) as again:
                with self.assertRaises(TurnError) as refused:
                    again.allocate()
                self.assertEqual(refused.exception.code, 401)

    def test_a_relay_that_was_away_knows_it_before_it_admits_anybody(self):
        alice = self.ice("alice")
        relay = self.relays[0]
        relay.stop()
        self.assertEqual(self.service.ask("DELETE", "/app/v1/users/alice", self.key)[0], 204)
        relay.start()
        with self.client(relay, alice) as client:
            with self.assertRaises(TurnError) as refused:
                client.allocate()
            self.assertIn(refused.exception.code, (401, 500))
        with self.client(relay, self.ice("bob")) as client:
            client.allocate()


class Redis(TwoRelays, unittest.TestCase):
    def open_store(self):
        redis = redis_server.RedisServer()
        self.addCleanup(redis.close)
        address = f"ip=127.0.0.1 port={redis.port} dbname=0"
        return {"redis-userdb": address}, {"kind": "redis", "connection": address}


class Sqlite(TwoRelays, unittest.TestCase):
    def open_store(self):
        folder = tempfile.mkdtemp(prefix="turnpike-e2e-")
        self.addCleanup(shutil.rmtree, folder)
        file = f"{folder}/turnpike.db"
        return {"userdb": file}, {"kind": "sqlite", "connection": file}


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no credentials service")
    harness.need("redis-server")
    harness.main()
