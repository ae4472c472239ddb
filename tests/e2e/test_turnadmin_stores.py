"""turnadmin on Redis, PostgreSQL, MariaDB and MongoDB; where Coturn's turnadmin can reach them,
what one writes the other lists and removes."""

import re
import shutil
import tempfile
import unittest

import database_servers
import harness
import redis_server
from test_turnadmin import COTURN, data, ours, run


class OtherStores:
    """The tests; each subclass has a server."""

    coturn_knows_it = True
    coturns = {}  # what its listings look like where they differ
    changes = (
        (("-a", "-u", "alice", "-r", "a.org", "-p", "x"), "-l",
         ("-d", "-u", "alice", "-r", "a.org"), ["alice[a.org]"]),
        (("-s", "s3cret", "-r", "a.org"), "-S", ("-X", "s3cret", "-r", "a.org"),
         ["s3cret[a.org]"]),
        (("-A", "-u", "adm", "-p", "x", "-r", "a.org"), "-L", ("-D", "-u", "adm"), ["adm[a.org]"]),
        (("-O", "-o", "https://a.org", "-r", "a.org"), "-I", ("-R", "-o", "https://a.org"),
         ["https://a.org:443 ==>> a.org"]),
        (("-g", "-r", "a.org", "--max-bps=100", "--user-quota=3"), "-G",
         ("-g", "-r", "a.org", "--max-bps=0", "--user-quota=0"),
         ["max-bps[a.org]=100", "user-quota[a.org]=3"]))

    @classmethod
    def setUpClass(cls):
        if cls.server.missing():
            raise unittest.SkipTest(cls.server.missing())
        server = cls.server()
        cls.addClassCleanup(server.close)
        cls.where = (server.flag, server.connection)
        cls.kind, cls.connection = server.kind, server.connection

    def ours(self, *arguments, verb=()):
        answer = run(ours(), *verb, *self.where, *arguments)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), arguments)
        return data(answer)

    def coturn(self, *arguments):
        harness.need(COTURN)
        return run(COTURN, *self.where, *arguments)

    def test_what_is_added_is_listed_until_it_is_removed(self):
        for add, show, remove, listed in self.changes:
            with self.subTest(add):
                self.assertEqual(self.ours(*add), [])
                self.assertEqual(self.ours(show), listed)
                self.assertEqual(self.ours(*add), [])  # the same again is the same
                self.assertEqual(self.ours(show), listed)
                self.assertEqual(self.ours(*remove), [])
                self.assertEqual(self.ours(show), [])

    def test_each_reads_what_the_other_wrote(self):
        if not self.coturn_knows_it:
            self.skipTest("Debian's turnadmin of Coturn does not know it")
        self.ours("-l")  # makes the tables
        for add, show, remove, listed in self.changes:
            with self.subTest(add):
                self.ours(*add)
                self.assertEqual(data(self.coturn(show)), self.coturns.get(show, listed))
                self.coturn(*remove)
                self.assertEqual(self.ours(show), [])
                self.coturn(*add)
                self.assertEqual(self.ours(show), listed)
                self.ours(*remove)
                self.assertEqual(data(self.coturn(show)), [])

    def test_what_only_ours_has(self):
        self.ours("--add-denied-peer", "10.0.0.0-10.0.0.9", "-r", "a.org")
        self.assertEqual(self.ours("--list-denied-peers"), ["10.0.0.0-10.0.0.9[a.org]"])
        self.ours("--delete-denied-peer", "10.0.0.0-10.0.0.9", "-r", "a.org")
        self.assertEqual(self.ours("--list-denied-peers"), [])
        self.ours("-s", "k", "-r", "a.org")
        made = self.ours("-r", "a.org", "-u", "bob", verb=("credential", "mint"))
        fields = dict(line.split(": ", 1) for line in made)
        name = ("-u", fields["username"], "-p", fields["password"])
        self.assertEqual(self.ours("-r", "a.org", *name, verb=("credential", "verify")),
                         ["valid"])
        self.assertEqual(len(self.ours("-u", "bob", verb=("credential", "list"))), 1)
        self.ours("--kind", "user", "--value", "bob", verb=("credential", "revoke"))
        refused = run(ours(), "credential", "verify", *self.where, "-r", "a.org", *name)
        self.assertEqual((refused.returncode, refused.stdout), (1, "revoked\n"))
        self.ours("-X", "k", "-r", "a.org")

    def test_import_goes_both_ways(self):
        self.ours("-s", "moved", "-r", "a.org")
        self.ours("-a", "-u", "carol", "-r", "a.org", "-p", "x")
        with tempfile.TemporaryDirectory() as folder:
            there, back = f"{self.kind}:{self.connection}", f"sqlite:{folder}/copy"
            for source, target, says in ((there, back, "1 read, 1 written"),
                                         (back, there, "1 read, 0 written")):
                answer = run(ours(), "import", "--from", source, "--to", target)
                self.assertEqual((answer.returncode, answer.stderr), (0, ""))
                self.assertIn(f"turn_secret: {says}\n", answer.stdout)
                self.assertIn(f"turnusers_lt: {says}\n", answer.stdout)
        self.ours("-X", "moved", "-r", "a.org")
        self.ours("-d", "-u", "carol", "-r", "a.org")

    def test_a_server_that_is_not_there_is_told_without_the_password(self):
        port = str(harness.free_ports(1)[0])
        away = re.sub(r"(port=|127\.0\.0\.1:)\d+", rf"\g<1>{port}", self.connection)
        self.assertNotEqual(away, self.connection)
        answer = run(ours(), self.where[0], away, "-l")
        self.assertEqual((answer.returncode, answer.stdout), (255, ""))
        self.assertNotEqual(answer.stderr, "")
        self.assertNotIn(database_servers.PASSWORD, answer.stderr)



class Redis(OtherStores, unittest.TestCase):
    coturns = {"-G": ["a.org/max-bps = 100", "a.org/user-quota = 3"]}

    class server(redis_server.RedisServer):
        flag, kind = "-N", "redis"

        def __init__(self):
            super().__init__()
            self.connection = super().connection() + " connect_timeout=5"

        @staticmethod
        def missing():
            there = shutil.which(redis_server.PROGRAM)
            return "" if there else "redis-server is not installed"


class Postgresql(OtherStores, unittest.TestCase):
    server = database_servers.PostgresqlServer


class Mariadb(OtherStores, unittest.TestCase):
    server = database_servers.MariadbServer


class Mongo(OtherStores, unittest.TestCase):
    coturn_knows_it = False  # Debian builds it without MongoDB
    server = database_servers.MongoServer


if __name__ == "__main__":
    harness.main()
