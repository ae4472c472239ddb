"""turnadmin and Coturn's, on one SQLite file: what one writes the other lists, in the same bytes.
And `turnpike keygen`."""

import base64
import contextlib
import hashlib
import pathlib
import re
import sqlite3
import subprocess
import tempfile
import unittest

import harness
import redis_server

COTURN = "/usr/bin/turnadmin"
SCHEMA = """
CREATE TABLE turnusers_lt (realm varchar(127) default '', name varchar(512), hmackey char(128),
  PRIMARY KEY (realm, name));
CREATE TABLE turn_secret (realm varchar(127) default '', value varchar(256),
  PRIMARY KEY (realm, value));
CREATE TABLE turn_realm_option (realm varchar(127) default '', opt varchar(32),
  value varchar(128), PRIMARY KEY (realm, opt));
CREATE TABLE admin_user (name varchar(32), realm varchar(127), password varchar(127),
  PRIMARY KEY (name));
CREATE TABLE turn_origin_to_realm (origin varchar(127), realm varchar(127), PRIMARY KEY (origin));
"""


def ours(program="turnadmin"):
    return str(pathlib.Path(harness.turnserver()).parent / program)


def run(program, *arguments, stdin=""):
    return subprocess.run([program, *arguments], input=stdin, capture_output=True, text=True,
                          check=False, timeout=30)


def data(answer):
    """Coturn logs to stdout too; its log lines start with a number of seconds."""
    lines = [line for line in answer.stdout.splitlines()
             if line and not re.match(r"(\d+: |\d+:? ?\(|CONFIG|INFO)", line)]
    return sorted(lines)


class Turnadmin(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.database = folder.name + "/turndb"
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            connection.executescript(SCHEMA)

    def ours(self, *arguments, stdin=""):
        answer = run(ours(), "-b", self.database, *arguments, stdin=stdin)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), arguments)
        return answer

    def coturn(self, *arguments):
        harness.need(COTURN)
        return run(COTURN, "-b", self.database, *arguments)

    def rows(self, table):
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            return sorted(connection.execute(f"SELECT * FROM {table}").fetchall())

    def test_keys_are_coturns(self):
        key = ("-k", "-u", "alice", "-r", "example.org", "-p")
        self.assertEqual(data(self.ours(*key, "sesame")), data(self.coturn(*key, "sesame")))
        # Debian's Coturn prints no key for these; ours is the one of the prepared form.
        for password in ("\u2168", "I\u00adX"):
            self.assertEqual(self.ours(*key, password).stdout, self.ours(*key, "IX").stdout)

    def test_each_reads_what_the_other_wrote(self):
        pairs = (
            ("turnusers_lt", ("-a", "-u", "alice", "-r", "a.org", "-p", "x"), "-l",
             ("-d", "-u", "alice", "-r", "a.org")),
            ("turn_secret", ("-s", "s3cret", "-r", "a.org"), "-S", ("-X", "s3cret", "-r", "a.org")),
            ("turn_realm_option", ("-g", "-r", "a.org", "--max-bps=7"), "-G",
             ("-g", "-r", "a.org", "--max-bps", "0")),
            ("turn_origin_to_realm", ("-O", "-o", "https://a.org", "-r", "a.org"), "-I",
             ("-R", "-o", "https://a.org")))
        for table, add, show, remove in pairs:
            with self.subTest(table):
                self.assertEqual(self.ours(*add).stdout, "")
                written = self.rows(table)
                self.assertEqual(len(written), 1)
                self.assertEqual(data(self.ours(show)), data(self.coturn(show)))
                self.assertNotEqual(data(self.ours(show)), [])
                self.ours(*remove)
                self.assertEqual(self.rows(table), [])
                self.coturn(*add)
                self.assertEqual(self.rows(table), written)
                self.coturn(*remove)

    def test_admins_have_coturns_hash(self):
        for realm in ((), ("-r", "a.org")):
            self.ours("-A", "-u", "root" + "".join(realm[1:]), "-p", "sesame", *realm)
        self.assertEqual(self.ours("-L").stdout, "root\nroota.org[a.org]\n")
        self.assertEqual(data(self.ours("-L")), data(self.coturn("-L")))
        hashes = [row[2] for row in self.rows("admin_user")]
        hashes.append(self.ours("-P", "-p", "sesame").stdout.strip())
        hashes += [line for line in data(self.coturn("-P", "-p", "sesame")) if line[0] == "$"]
        self.assertEqual(len(hashes), 4)
        for text in hashes:
            _, scheme, salt, digest = text.split("$")
            self.assertEqual(scheme, "5")
            self.assertEqual(hashlib.sha256(bytes.fromhex(salt) + b"sesame").hexdigest(), digest)
        self.ours("-D", "-u", "root")
        self.assertEqual(self.ours("-L").stdout, "roota.org[a.org]\n")

    def test_peer_ranges_can_be_written_without_the_web_page(self):
        for kind in ("allowed", "denied"):
            self.ours(f"--add-{kind}-peer", "10.0.0.0/8")
            self.ours(f"--add-{kind}-peer", "10.0.0.1-10.0.0.9", "-r", "a.org")
            self.assertEqual(self.ours(f"--list-{kind}-peers").stdout,
                             "10.0.0.0/8\n10.0.0.1-10.0.0.9[a.org]\n")
            self.ours(f"--delete-{kind}-peer", "10.0.0.0/8")
            self.assertEqual(self.ours(f"--list-{kind}-peers").stdout,
                             "10.0.0.1-10.0.0.9[a.org]\n")
        for nonsense in ("10.0.0.0/33", "10.0.0.9-10.0.0.1", "::1-10.0.0.1", "a", "10.0.0.0/"):
            answer = run(ours(), "-b", self.database, "--add-denied-peer", nonsense)
            self.assertEqual(answer.returncode, 255, nonsense)

    def test_redis_has_what_coturn_wrote_and_the_other_way_round(self):
        server = redis_server.RedisServer()
        self.addCleanup(server.close)
        connection = server.connection()
        alice = ("-u", "alice", "-r", "a.org")
        self.assertEqual(run(ours(), "-N", connection, "-a", *alice, "-p", "x").returncode, 0)
        listed = data(run(ours(), "-N", connection, "-l"))
        self.assertEqual(listed, ["alice[a.org]"])
        self.assertIn("alice[a.org]", data(run(COTURN, "-N", connection, "-l")))
        run(COTURN, "-N", connection, "-d", *alice)
        self.assertEqual(data(run(ours(), "-N", connection, "-l")), [])

    def test_secrets_need_not_be_arguments(self):
        self.ours("-s", "-", "-r", "a.org", stdin="quiet\n")
        self.assertEqual(self.ours("--show-secret").stdout, "quiet[a.org]\n")
        typed = self.ours("-ku", "bob", "--realm=a.org", "--password-stdin", stdin="pw\n").stdout
        self.assertEqual(typed, self.ours("--key", "-ubob", "-r", "a.org", "-p", "pw").stdout)
        self.ours("--delete-all-s", "-r", "a.org")
        self.assertEqual(self.rows("turn_secret"), [])

    def test_failures_are_told_by_code_and_on_stderr(self):
        for arguments, says in (
                ((), "no command"), (("-a", "-r", "x", "-p", "y"), "the user must be set"),
                (("-a", "-l"), "more than one command"),
                (("-l", "-b", "x", "-N", "ip=127.0.0.1"), "two databases"),
                (("-b", self.database, "-g", "-r", "x", "--max-bps=fast"), "fast"),
                (("--nonsense",), "--nonsense"),
                (("-l", "-b", "/nonexistent/turndb"), "/nonexistent/turndb"),
                (("-k", "-u", "a b", "-r", "x", "-p", "y"), "space"),
                (("-k", "-u", "a", "-r", "x", "-p", "\x07"), "RFC 4013")):
            with self.subTest(arguments):
                answer = run(ours(), *arguments)
                self.assertEqual((answer.returncode, answer.stdout), (255, ""))
                self.assertIn(says, answer.stderr)


class Keygen(unittest.TestCase):
    def test_a_key_works_unquoted_in_the_configuration(self):
        key = run(ours("turnpike"), "keygen").stdout.strip()
        self.assertEqual((len(key), len(base64.b64decode(key, validate=True))), (48, 36))
        self.assertRegex(run(ours("turnpike"), "keygen", "--verbose").stdout,
                         r"\AGenerated, random auth secret: [A-Za-z0-9+/]{48}\n\Z")
        self.assertNotEqual(run(ours("turnpike"), "keygen").stdout.strip(), key)
        server = harness.Server({"lt-cred-mech": None, "user": None, "use-auth-secret": "",
                                 "static-auth-secret": key})
        self.addCleanup(server.close)
        username, password = harness.rest_credential(secret=key)
        with server.client(username=username, password=password) as client:
            client.allocate()
        self.assertEqual(run(ours("turnpike"), "nonsense").returncode, 2)


if __name__ == "__main__":
    harness.main()
