"""turnadmin and Coturn's, on one SQLite file: what one writes the other lists, in the same bytes.
And `turnpike keygen`. The other stores are test_turnadmin_stores.py's."""

import base64
import contextlib
import hashlib
import hmac
import json
import pathlib
import re
import sqlite3
import subprocess
import tempfile
import time
import unittest

import harness
import redis_server

COTURN = "/usr/bin/turnadmin"
SCHEMA = """
CREATE TABLE turnusers_lt (realm varchar(127) default '', name varchar(512), hmackey char(128),
  PRIMARY KEY (realm, name));
CREATE TABLE turn_secret (realm varchar(127) default '', value varchar(256),
  PRIMARY KEY (realm, value));
CREATE TABLE turn_origin_to_realm (origin varchar(127), realm varchar(127), PRIMARY KEY (origin));
CREATE TABLE admin_user (name varchar(32), realm varchar(127), password varchar(127),
  PRIMARY KEY (name));
CREATE TABLE turn_realm_option (realm varchar(127) default '', opt varchar(32), value varchar(128),
  PRIMARY KEY (realm, opt));
CREATE TABLE allowed_peer_ip (realm varchar(127) default '', ip_range varchar(256),
  PRIMARY KEY (realm, ip_range));
CREATE TABLE denied_peer_ip (realm varchar(127) default '', ip_range varchar(256),
  PRIMARY KEY (realm, ip_range));
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

    def test_administrators_and_realm_options_are_coturns(self):
        options = ("-g", "-r", "a.org", "--max-bps=100", "--total-quota=20", "--user-quota=3")
        for add, show, remove in (
                (("-A", "-u", "root", "-p", "x"), "-L", ("-D", "-u", "root")),
                (("-A", "-u", "adm", "-p", "x", "-r", "a.org"), "-L", ("-D", "-u", "adm")),
                (options, "-G", ("-g", "-r", "a.org", "--max-bps=0", "--total-quota=0",
                                 "--user-quota=0"))):
            with self.subTest(add):
                self.ours(*add)
                listed = data(self.coturn(show))
                self.assertNotEqual(listed, [])
                self.assertEqual(data(self.ours(show)), listed)
                self.ours(*remove)
                self.assertEqual(data(self.coturn(show)), [])
                self.coturn(*add)
                self.assertEqual(data(self.ours(show)), listed)
                self.coturn(*remove)
        self.ours(*options)
        for spelling in ("--list-realm-option", "--list-realm-options"):
            self.assertEqual(len(data(self.ours(spelling, "-r", "a.org"))), 3)
            self.assertEqual(data(self.ours(spelling, "-r", "b.org")), [])

    def test_hashes_of_passwords_are_coturns(self):
        def is_hash_of(text, password):
            _, five, salt, digest = text.split("$")
            wanted = hashlib.sha256(bytes.fromhex(salt) + password.encode()).hexdigest()
            return (five, len(salt), digest) == ("5", 16, wanted)

        made = data(run(ours(), "-P", "--password-stdin", stdin="sesame\n"))
        self.assertTrue(is_hash_of(made[0], "sesame"), made)
        self.assertNotEqual(made, data(self.ours("-P", "-p", "sesame")))
        self.assertTrue(is_hash_of(data(self.coturn("-P", "-p", "sesame"))[0], "sesame"))
        self.ours("-A", "-u", "root", "-p", "sesame")
        self.assertTrue(is_hash_of(self.rows("admin_user")[0][2], "sesame"))

    def test_encrypted_passwords_are_coturns(self):
        key_file = self.database + ".key"
        self.ours("-x", key_file)
        status = pathlib.Path(key_file).stat()
        self.assertEqual((status.st_size, status.st_mode & 0o777), (16, 0o600))
        encrypted = data(self.ours("-E", "-f", key_file, "-p", "sesame"))
        self.assertEqual(encrypted, data(self.coturn("-E", "-f", key_file, "-p", "sesame")))
        self.assertEqual(self.ours("-v", encrypted[0], "-f", key_file).stdout, "sesame\n")
        again = run(ours(), "-x", key_file)
        self.assertEqual((again.returncode, again.stdout), (255, ""))
        self.assertIn(key_file, again.stderr)

    def test_a_range_that_no_relay_could_read_is_refused(self):
        for nonsense in ("10.0.0.0/33", "10.0.0.9-10.0.0.1", "::1-10.0.0.1", "a", "10.0.0.0/"):
            answer = run(ours(), "-b", self.database, "--add-denied-peer", nonsense)
            self.assertEqual(answer.returncode, 255, nonsense)
            self.assertIn(nonsense, answer.stderr)

    def test_peer_ranges(self):
        for which, table in (("allowed", "allowed_peer_ip"), ("denied", "denied_peer_ip")):
            with self.subTest(which):
                self.ours(f"--add-{which}-peer", "10.0.0.0-10.0.0.9", "-r", "a.org")
                self.ours(f"--add-{which}-peer", "192.0.2.7")
                self.assertEqual(self.rows(table),
                                 [("", "192.0.2.7"), ("a.org", "10.0.0.0-10.0.0.9")])
                self.assertEqual(data(self.ours(f"--list-{which}-peers")),
                                 ["10.0.0.0-10.0.0.9[a.org]", "192.0.2.7"])
                self.ours(f"--delete-{which}-peer", "192.0.2.7")
                self.assertEqual(self.rows(table), [("a.org", "10.0.0.0-10.0.0.9")])

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
                (("-a", "-l"), "more than one command"), (("--nonsense",), "--nonsense"),
                (("-l", "-b", "/nonexistent/turndb"), "/nonexistent/turndb"),
                (("-l", "-b", "x", "-N", "y"), "more than one database"),
                (("-l", "-J", "nonsense"), "mongodb"),
                (("-g", "-r", "x", "-b", self.database), "no option is named"),
                (("-g", "-r", "x", "--max-bps=1k", "-b", self.database), "'1k'"),
                (("-A", "-u", "x", "-b", self.database), "the password must be set"),
                (("-k", "-u", "a b", "-r", "x", "-p", "y"), "space"),
                (("-k", "-u", "a", "-r", "x", "-p", "\x07"), "RFC 4013")):
            with self.subTest(arguments):
                answer = run(ours(), *arguments)
                self.assertEqual((answer.returncode, answer.stdout), (255, ""))
                self.assertIn(says, answer.stderr)


class Credentials(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.database = folder.name + "/turndb"
        self.secret_file = folder.name + "/secrets"
        pathlib.Path(self.secret_file).write_text("s3cret\nold\n", encoding="utf-8")
        self.credential("-s", "s3cret", "-r", "a.org", verb=())

    def credential(self, *arguments, stdin="", code=0, verb=("credential",)):
        answer = run(ours(), *verb, *arguments, "-b", self.database, stdin=stdin)
        self.assertEqual((answer.returncode, answer.stderr), (code, ""), arguments)
        return answer.stdout

    def mint(self, *arguments):
        lines = self.credential("mint", "-r", "a.org", *arguments).splitlines()
        return dict(line.split(": ", 1) for line in lines)

    def verdict(self, username, password, code=1):
        return self.credential("verify", "-r", "a.org", "-u", username, "--password-stdin",
                               stdin=password + "\n", code=code).strip()

    def test_a_minted_one_is_valid_until_it_is_revoked(self):
        made = self.mint("-u", "alice", "--session", "s1", "--lifetime", "600")
        username, password = made["username"], made["password"]
        self.assertEqual(username, made["expires"] + ":s1:alice")
        digest = hmac.new(b"s3cret", username.encode(), "sha1").digest()
        self.assertEqual(password, base64.b64encode(digest).decode())
        self.assertLess(abs(int(made["expires"]) - 600 - time.time()), 60)
        self.assertEqual(self.verdict(username, password, 0), "valid")
        self.assertEqual(self.verdict(username, password + "x"), "wrong")
        self.assertEqual(self.verdict(username + "x", password), "wrong")
        until = self.credential("revoke", "--kind", "session", "--value", "s1", "--lifetime", "900")
        self.assertEqual(self.verdict(username, password), "revoked")
        self.assertEqual(self.credential("revoke", "--kind=session", "--value=s1", "--lifetime=1"),
                         until)
        other = self.mint("-u", "bob", "--sha256")
        self.assertEqual(self.verdict(other["username"], other["password"], 0), "valid")
        revoked = self.credential("revoke", "--kind", "credential", "--value", other["username"])
        self.assertEqual(revoked, f"until: {other['expires']}\n")
        self.assertEqual(self.verdict(other["username"], other["password"]), "revoked")

    def test_what_was_minted_is_listed(self):
        made = self.mint("-u", "alice", "--session", "s1")
        self.mint("-u", "bob")
        listed = self.credential("list", "-u", "alice").splitlines()
        self.assertEqual(len(listed), 1)
        fields = listed[0].split("\t")
        self.assertEqual(fields[:4], [made["username"], "alice", "s1", "turnadmin"])
        self.assertEqual(fields[5], made["expires"])
        self.assertEqual(len(self.credential("list").splitlines()), 2)
        self.assertNotIn(made["password"], self.credential("list"))

    def test_programs_read_json(self):
        def ask(*arguments, code=0):
            return json.loads(self.credential(*arguments, "--json", code=code))
        made = ask("mint", "-r", "a.org", "-u", "alice", "--session", "s1")
        self.assertTrue(made["username"].endswith(":s1:alice"))
        self.assertEqual(self.verdict(made["username"], made["password"], 0), "valid")
        [listed] = ask("list")
        self.assertEqual((listed["user"], listed["session"], listed["expires"]),
                         ("alice", "s1", made["expires"]))
        self.assertGreater(ask("revoke", "--kind=session", "--value=s1")["until"], time.time())
        self.assertEqual(ask("verify", "-r", "a.org", "-u", made["username"], "-p",
                             made["password"], code=1), {"verdict": "revoked"})

    def test_an_old_one_is_expired_and_a_file_will_do_for_the_secrets(self):
        username = "1000000000:alice"
        for secret in ("s3cret", "old"):
            digest = hmac.new(secret.encode(), username.encode(), "sha1").digest()
            answer = run(ours(), "credential", "verify", "--secret-file", self.secret_file, "-u",
                         username, "-p", base64.b64encode(digest).decode())
            self.assertEqual((answer.returncode, answer.stdout), (1, "expired\n"), answer.stderr)

    def test_failures(self):
        for arguments, says in (
                (("mint", "-r", "b.org"), "no shared secret"), (("mint",), "the realm"),
                (("mint", "-r", "a.org", "--lifetime", "0"), "--lifetime: '0'"),
                (("mint", "--secret-file", "/nonexistent/file"), "/nonexistent/file"),
                (("revoke", "--value", "x", "--kind", "team"), "'team'"),
                (("revoke",), "--value"), (("nonsense",), "belongs to no option")):
            with self.subTest(arguments):
                answer = run(ours(), "credential", *arguments, "-b", self.database)
                self.assertEqual((answer.returncode, answer.stdout), (255, ""))
                self.assertIn(says, answer.stderr)


class Import(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def copy(self, source, target, *arguments):
        answer = run(ours(), "import", "--from", source, "--to", target, *arguments)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        return dict(line.split(": ") for line in answer.stdout.splitlines())

    def test_from_sqlite_to_redis_and_back(self):
        server = redis_server.RedisServer()
        self.addCleanup(server.close)
        first, back = self.folder + "/first", self.folder + "/back"
        commands = (("-a", "-u", "alice", "-r", "a.org", "-p", "x"), ("-s", "one", "-r", "a.org"),
                    ("-s", "two", "-r", "b.org"), ("-O", "-o", "https://a.org", "-r", "a.org"),
                    ("-A", "-u", "adm", "-p", "x"), ("--add-denied-peer", "10.0.0.1"),
                    ("-g", "-r", "a.org", "--max-bps", "100"),
                    ("credential", "revoke", "--value", "mallory"))
        for command in commands:
            words = command[:2] if command[0] == "credential" else ()
            answer = run(ours(), *words, "-b", first, *command[len(words):])
            self.assertEqual(answer.returncode, 0, answer.stderr)
        redis = f"redis:ip=127.0.0.1 dbname=0 port={server.port}"
        some = self.copy("sqlite:" + first, redis, "-r", "a.org")
        self.assertEqual(some["turn_secret"], "1 read, 1 written")
        self.assertEqual(self.copy("sqlite:" + first, redis)["turn_secret"], "2 read, 1 written")
        self.copy(redis, "sqlite:" + back)
        with contextlib.closing(sqlite3.connect(first)) as one, \
                contextlib.closing(sqlite3.connect(back)) as two:
            for table in ("turnusers_lt", "turn_secret", "turn_origin_to_realm", "admin_user",
                          "denied_peer_ip", "turn_realm_option", "turnpike_revocation"):
                with self.subTest(table):
                    rows = [sorted(each.execute(f"SELECT * FROM {table}")) for each in (one, two)]
                    self.assertNotEqual(rows[0], [])
                    self.assertEqual(rows[0], rows[1])
        for again in (self.copy("sqlite:" + first, redis), self.copy(redis, "sqlite:" + back)):
            self.assertEqual({text.split(", ")[1] for text in again.values()}, {"0 written"})

    def test_users_from_before_there_were_realms(self):
        early, new = self.folder + "/early", self.folder + "/new"
        with contextlib.closing(sqlite3.connect(early)) as connection:
            connection.executescript("CREATE TABLE turnusers_lt (name varchar(512), hmackey "
                                     "char(32)); INSERT INTO turnusers_lt VALUES ('alice', 'ab12')")
        answer = run(ours(), "import", "--from", "sqlite:" + early, "--to", "sqlite:" + new)
        self.assertEqual(answer.returncode, 255)
        self.assertIn("-r", answer.stderr)
        for written in (1, 0):
            counts = self.copy("sqlite:" + early, "sqlite:" + new, "-r", "a.org")
            self.assertEqual(counts, {"turnusers_lt": f"1 read, {written} written"})
        self.assertEqual(run(ours(), "-l", "-b", new).stdout, "alice[a.org]\n")

    def test_failures(self):
        for source, target, says in (("sqlite:/nonexistent/a", "sqlite:b", "/nonexistent/a"),
                                     ("nonsense", "sqlite:b", "--from"),
                                     ("redis:port=x", "sqlite:b", "--from")):
            with self.subTest(source):
                answer = run(ours(), "import", "--from", source, "--to", target)
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
