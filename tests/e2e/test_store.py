"""The relay with a database of users: who is added may come in at once, who is removed may not,
secrets, peer rules and revocations in it hold, and a database that is away stops newcomers only."""

import hashlib
import pathlib
import shutil
import sqlite3
import tempfile
import time
import unittest

import harness
from turn_client import TurnError

# A change in the database is effective within 100 ms; a busy machine gets more time here, and the
# slowest is told at the end.
PATIENCE_S = 5


def key_of(user, realm, password):
    return hashlib.md5(f"{user}:{realm}:{password}".encode()).hexdigest()


@unittest.skipIf(harness.is_coturn(), "Coturn keeps what it has read for a while")
class Store(harness.ServerTest):
    server_hosts = ("127.0.0.1",)
    server_lines = {"relay-threads": 1, "use-auth-secret": ""}  # each thread learns by itself

    @classmethod
    def setUpClass(cls):
        cls.database_folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-e2e-"))
        cls.database = cls.database_folder / "turndb"
        cls.metrics_port = harness.free_ports(1)[0]
        cls.server_lines = dict(cls.server_lines, userdb=cls.database, **{
            "prometheus": "", "prometheus-address": "127.0.0.1",
            "prometheus-port": cls.metrics_port})
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        shutil.rmtree(cls.database_folder)
        print(f"slowest change: {cls.slowest_s * 1000:.0f} ms")

    slowest_s = 0.0

    def execute(self, statement, *values):
        connection = sqlite3.connect(self.database, timeout=5)
        with connection:
            connection.execute(statement, values)
        connection.close()

    def add_user(self, name, password):
        self.execute("INSERT OR REPLACE INTO turnusers_lt VALUES (?, ?, ?)", harness.REALM, name,
                     key_of(name, harness.REALM, password))

    def refused(self, **credential):
        with self.server.client(**credential) as client:
            try:
                client.allocate()
                client.refresh(0)
            except TurnError as error:  # by either: a user may go between the two
                return error.code
            return None

    def soon(self, ask, wanted):
        """Asks until the answer is the wanted one, and not for long."""
        start = time.monotonic()
        answers = [ask()]
        while answers[-1] != wanted and time.monotonic() < start + PATIENCE_S:
            time.sleep(0.01)
            answers.append(ask())
        self.assertEqual(answers[-1], wanted, answers)
        Store.slowest_s = max(Store.slowest_s, time.monotonic() - start)

    def assert_soon(self, wanted, **credential):
        self.soon(lambda: self.refused(**credential), wanted)

    @staticmethod
    def error_of(call, *arguments):
        try:
            call(*arguments)
        except TurnError as error:
            return error.code
        return None

    def test_a_user_is_good_from_when_he_is_added_until_he_is_removed(self):
        carol = {"username": "carol", "password": "pw-1"}
        self.assertEqual(self.refused(**carol), 401)
        self.add_user("carol", "pw-1")
        self.assert_soon(None, **carol)
        self.add_user("carol", "pw-2")
        self.assert_soon(401, **carol)
        carol["password"] = "pw-2"
        self.assert_soon(None, **carol)
        with self.server.client(**carol) as client:
            client.allocate()
            client.refresh(600)
            self.execute("DELETE FROM turnusers_lt WHERE name = ?", "carol")
            self.soon(lambda: self.error_of(client.refresh, 600), 401)
        self.assertEqual(self.refused(**carol), 401)

    def test_users_of_the_config_come_in_as_before(self):
        self.assertIsNone(self.refused())

    def test_secrets_in_the_database_are_good(self):
        username, password = harness.rest_credential("dave", "in the database")
        dave = {"username": username, "password": password}
        self.assertEqual(self.refused(**dave), 401)
        self.execute("INSERT INTO turn_secret VALUES (?, ?)", harness.REALM, "in the database")
        self.assert_soon(None, **dave)
        self.execute("DELETE FROM turn_secret")
        self.assert_soon(401, **dave)

    def test_a_peer_rule_in_the_database_holds(self):
        with self.server.client() as client:
            client.allocate()

            def ask():
                return self.error_of(client.create_permission, ("198.18.7.9", 0))
            self.assertEqual(ask(), 403)
            self.execute("INSERT INTO allowed_peer_ip VALUES (?, ?)", "", "198.18.7.0/24")
            self.soon(ask, None)
            self.execute("DELETE FROM allowed_peer_ip")
            self.soon(ask, 403)
            self.execute("INSERT INTO denied_peer_ip VALUES (?, ?)", harness.REALM, "9.9.9.9")
            self.soon(lambda: self.error_of(client.create_permission, ("9.9.9.9", 0)), 403)
            self.execute("DELETE FROM denied_peer_ip")
            client.refresh(0)

    def test_a_revocation_ends_what_lives_and_refuses_the_next(self):
        self.execute("INSERT INTO turn_secret VALUES (?, ?)", harness.REALM, "revocable")
        username, password = harness.rest_credential("s1:erin", "revocable")
        erin = {"username": username, "password": password}
        self.assert_soon(None, **erin)
        with self.server.client(**erin) as client:
            client.allocate()
            self.execute("INSERT INTO turnpike_revocation VALUES ('session', 's1', ?, 1, 'left')",
                         int(time.time()) + 3600)
            self.soon(lambda: self.error_of(client.refresh, 600), 401)
            self.server.wait_for_log("reason: credential revoked")
        self.assertEqual(self.metric("turnpike_revocations"), 1)
        self.assertEqual(self.refused(**erin), 401)
        self.server.wait_for_log("the credential was revoked")
        self.server.stop()
        self.server.start()
        self.assertEqual(self.refused(**erin), 401)  # a restart has not forgotten
        self.execute("DELETE FROM turnpike_revocation")
        self.assert_soon(None, **erin)
        self.assertEqual(self.metric("turnpike_revocations"), 0)
        self.execute("DELETE FROM turn_secret")

    def metric(self, line):
        return harness.metric(self.metrics_port, line)

    def test_the_metrics_tell_of_lookups(self):
        names = ("turnpike_user_lookups", "turnpike_user_cache_hits")
        before = [self.metric(name) for name in names]
        self.add_user("frank", "pw")
        self.assert_soon(None, username="frank", password="pw")
        self.assertIsNone(self.refused(username="frank", password="pw"))
        for name, old in zip(names, before):
            self.assertGreater(self.metric(name), old)
        self.assertEqual(self.metric("turnpike_store_up"), 1)
        for name in ("turnpike_store_failures", "turnpike_user_lookups_refused",
                     'turnpike_queue_length{queue="user_lookups"}'):
            self.assertEqual(self.metric(name), 0, name)
        self.assertGreater(self.metric('turnpike_queue_capacity{queue="user_lookups"}'), 0)
        self.server.wait_for_log("answers of the store")

    def test_many_unknown_users_are_refused_without_harm(self):
        for number in range(50):
            self.assertEqual(self.refused(username=f"nobody{number}", password="x"), 401)
        self.assertIsNone(self.refused())


@unittest.skipIf(harness.is_coturn(), "Coturn lets users of the config in without its database")
class NoStore(harness.ServerTest):
    """The database cannot be opened at first."""
    server_hosts = ("127.0.0.1",)

    @classmethod
    def setUpClass(cls):
        cls.database_folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-e2e-"))
        cls.folder = cls.database_folder / "later"
        cls.metrics_port = harness.free_ports(1)[0]
        cls.server_lines = {"userdb": cls.folder / "turndb", "prometheus": "",
                            "prometheus-address": "127.0.0.1",
                            "prometheus-port": cls.metrics_port}
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        shutil.rmtree(cls.database_folder)

    def test_newcomers_hear_500_until_it_is_there(self):
        with self.server.client() as client:
            client.binding()
            with self.assertRaises(TurnError) as failure:
                client.allocate()
            self.assertEqual(failure.exception.code, 500)
        self.assertEqual(harness.metric(self.metrics_port, "turnpike_store_up"), 0)
        self.assertGreater(harness.metric(self.metrics_port, "turnpike_store_failures"), 0)
        self.server.wait_for_log("the user database does not answer")
        log = self.server.log_text()
        self.assertEqual(log.count("the user database does not answer"), 1, log)
        self.assertIn(str(self.folder / "turndb"), log)
        self.folder.mkdir()
        self.server.wait_for_log("the user database answers again")
        with self.server.client() as client:
            client.allocate()
            client.refresh(0)


if __name__ == "__main__":
    harness.main()
