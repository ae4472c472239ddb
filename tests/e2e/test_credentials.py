"""turnpike-credentials beside a relay: credentials that are handed out are good there, and those
that are taken back are not, at once."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import credentials_service
import harness
from turn_client import TurnError


def code_of(call, *arguments):
    try:
        call(*arguments)
    except TurnError as error:
        return error.code
    return None


def eventually(holds, timeout=10):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


class Pair(unittest.TestCase):
    """A relay with an admin socket and a service that tells it of revocations."""

    more_config = {}

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.admin = self.folder / "admin.sock"
        self.relay = harness.Server({"lt-cred-mech": None, "user": None, "use-auth-secret": "",
                                     "static-auth-secret": harness.SECRET,
                                     "admin-socket": self.admin}, ("127.0.0.1",))
        self.addCleanup(self.relay.close)
        self.key, stored = credentials_service.make_key("backend")
        self.page_key, page_stored = credentials_service.make_key("page")
        self.service = credentials_service.Service({
            "relays": [{"host": "127.0.0.1", "port": self.relay.port,
                        "tls_port": self.relay.tls_port, "admin_socket": str(self.admin)}],
            "api_keys": [{"id": "backend", "hash": stored, "may_manage": True},
                         {"id": "page", "hash": page_stored, "max_lifetime": 60,
                          "users": ["guest-*"], "origins": ["https://app.example.org"]}],
            "cors_origins": ["https://app.example.org"],
            "audit_file": str(self.folder / "audit.jsonl"), **self.more_config})
        self.addCleanup(self.service.close)

    def ice(self, user, key=None):
        status, _, body = self.service.ask("GET", f"/public/v1/ice-servers?user={user}",
                                           key or self.key)
        self.assertEqual(status, 200, body)
        return body["username"], body["credential"]

    def session(self, username, password, transport="udp"):
        return self.relay.client(transport, username=username, password=password)


class Revocation(Pair):
    def test_a_revoked_user_is_out_at_once(self):
        with self.session(*self.ice("alice")) as alice, self.session(*self.ice("bob")) as bob:
            alice.allocate()
            bob.allocate()
            began = time.monotonic()
            self.assertEqual(self.service.ask("DELETE", "/app/v1/users/alice", self.key)[0], 204)
            self.assertIn(code_of(alice.refresh, 600), (401, 437))
            self.assertLess(time.monotonic() - began, 1.0)
            bob.refresh(600)
            alice.allocated = False
        status, _, body = self.service.ask("GET", "/app/v1/revocations", self.key)
        self.assertEqual(status, 200)
        self.assertIn("alice", json.dumps(body))

    def test_a_relay_that_starts_again_learns_what_it_missed(self):
        credential = self.ice("carol")
        self.relay.stop()
        self.assertEqual(self.service.ask("DELETE", "/app/v1/users/carol", self.key)[0], 204)
        self.relay.start()

        def is_refused():
            with self.session(*credential) as carol:
                return code_of(carol.allocate) == 401
        self.assertTrue(eventually(is_refused))

    def test_one_credential_is_taken_back(self):
        first, second = self.ice("dave"), None
        time.sleep(1.1)  # the name holds whole seconds: another second is another credential
        second = self.ice("dave")
        self.assertNotEqual(first[0], second[0])
        target = "/app/v1/credentials/" + first[0].replace(":", "%3A")
        self.assertEqual(self.service.ask("DELETE", target, self.key)[0], 204)
        with self.session(*first) as old, self.session(*second) as new:
            self.assertEqual(code_of(old.allocate), 401)
            new.allocate()


class Participants(Pair):
    def test_who_leaves_is_out_and_the_others_stay(self):
        def join(who):
            status, _, body = self.service.ask(
                "POST", "/app/v1/sessions/s1/participants", self.key, {"user": who})
            self.assertEqual(status, 201, body)
            return body
        one, two = join("visitor"), join("agent")
        with self.session(one["username"], one["password"]) as visitor, \
                self.session(two["username"], two["password"]) as agent:
            visitor.allocate()
            agent.allocate()
            status, _, body = self.service.ask(
                "DELETE", "/app/v1/sessions/s1/participants/visitor", self.key)
            self.assertEqual(status, 204, body)
            self.assertIn(code_of(visitor.refresh, 600), (401, 437))
            visitor.allocated = False
            agent.refresh(600)


class Callers(Pair):
    def test_a_key_is_good_for_what_its_policy_says(self):
        def ask(user, origin="https://app.example.org", key=self.page_key):
            return self.service.ask("GET", f"/public/v1/ice-servers?user={user}&ttl=3600", key,
                                    headers={"Origin": origin})
        status, headers, body = ask("guest-1")
        self.assertEqual(status, 200, body)
        self.assertLessEqual(body["ttl"], 60)
        self.assertEqual(headers["Access-Control-Allow-Origin"], "https://app.example.org")
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(ask("root")[0], 403)
        self.assertEqual(ask("guest-1", "https://evil.example")[0], 403)
        self.assertEqual(ask("guest-1", key=self.page_key + "x")[0], 401)
        self.assertEqual(self.service.ask("DELETE", "/app/v1/users/x", self.page_key)[0], 403)

    def test_guessing_keys_is_slowed_down(self):
        answers = [self.service.ask("GET", "/public/v1/ice-servers", f"backend.guess{i}")
                   for i in range(60)]
        self.assertEqual(answers[0][0], 401)
        self.assertEqual(answers[-1][0], 429)
        self.assertGreaterEqual(int(answers[-1][1]["Retry-After"]), 1)

    def test_the_entry_paths_cannot_be_got_around(self):
        inside = "v1/credentials"
        self.assertEqual(self.service.ask("GET", f"/app/{inside}", self.key)[0], 200)
        for target in (f"/public/{inside}", f"/{inside}", f"/public/../app/{inside}",
                       f"/public/%2e%2e/app/{inside}", f"//app/{inside}", f"/APP/{inside}",
                       f"/%61pp/{inside}", f"/public/..%2fapp/{inside}", f"/apple/{inside}",
                       f"/system/{inside}", f"/webhook/{inside}"):
            status = self.service.ask("GET", target, self.key)[0]
            self.assertIn(status, (400, 403, 404, 405), target)


class Health(Pair):
    def test_a_relay_that_is_gone_leaves_the_answers(self):
        ask = lambda: self.service.ask("GET", "/public/v1/ice-servers?user=x", self.key)
        self.assertEqual(ask()[0], 200)
        self.relay.stop()
        began = time.monotonic()
        self.assertTrue(eventually(lambda: ask()[0] == 503))
        self.assertLess(time.monotonic() - began, 5.0)
        self.relay.start()
        self.assertTrue(eventually(lambda: ask()[0] == 200))

    def test_operators_see_numbers_and_strangers_do_not(self):
        self.ice("x")
        status, _, page = self.service.ask("GET", "/app/metrics")
        self.assertEqual(status, 200)
        self.assertIn("turnpike_credentials_usable_relays 1\n", page)
        self.assertEqual(self.service.ask("GET", "/public/metrics")[0], 404)
        self.assertEqual(self.service.ask("GET", "/public/healthz")[0], 200)


class Process(Pair):
    def test_a_config_is_read_again_and_a_bad_one_is_not(self):
        self.service.file.write_text("threads: [")
        self.service.signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: "the old one stays in force" in self.service.output()))
        self.ice("x")
        self.service.config["relay_only"] = True
        self.service.write()
        self.service.signal(signal.SIGHUP)

        def is_relay_only():
            body = self.service.ask("GET", "/public/v1/ice-servers?user=x", self.key)[2]
            return body.get("iceTransportPolicy") == "relay"
        self.assertTrue(eventually(is_relay_only), self.service.output())

    def test_secrets_are_rotated_without_a_refused_call(self):
        """The relay knows both secrets; the service signs with the new one from the reload on."""
        self.relay.stop()
        with open(self.relay.config, "a", encoding="utf-8") as config:
            config.write("static-auth-secret=the-new-one\n")
        self.relay.start()
        before = self.ice("x")
        self.service.config["secrets"] = ["the-new-one", harness.SECRET]
        self.service.write()
        self.service.signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: "configuration read again" in self.service.output()))
        after = self.ice("x")
        self.assertNotEqual(before[1], after[1])
        for credential in (before, after):
            with self.session(*credential) as client:
                client.allocate()

    def test_the_audit_log_tells_and_its_chain_holds(self):
        self.ice("audited")
        self.service.signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: "configuration read again" in self.service.output()))
        self.service.ask("DELETE", "/app/v1/users/audited", self.key)
        file = self.folder / "audit.jsonl"
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        self.assertEqual(lines[0]["action"], "mint")
        self.assertEqual({line["action"] for line in lines[1:]}, {"revoke"})
        self.assertEqual(lines[0]["caller"], "backend")
        check = [credentials_service.program(), "--verify-audit", str(file)]
        self.assertEqual(subprocess.run(check, capture_output=True, check=False).returncode, 0)
        file.write_text(file.read_text().replace("audited", "nobody", 1))
        self.assertEqual(subprocess.run(check, capture_output=True, check=False).returncode, 1)

    def test_no_secret_is_logged_or_dumped(self):
        username, password = self.ice("x")
        dump = subprocess.run([credentials_service.program(), "-c", str(self.service.file),
                               "--dump-config"], capture_output=True, text=True, check=True).stdout
        self.assertIn("relays[0].host: 127.0.0.1", dump)
        for text in (dump, self.service.output(), (self.folder / "audit.jsonl").read_text()):
            self.assertNotIn(harness.SECRET, text)
            self.assertNotIn(password, text)
            self.assertNotIn(self.key.split(".", 1)[1], text)


class Mistakes(unittest.TestCase):
    def run_with(self, text, *more):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "c.yml"
            file.write_text(text)
            return subprocess.run([credentials_service.program(), "-c", str(file), *more],
                                  capture_output=True, text=True, check=False, timeout=20)

    def test_a_wrong_key_names_file_line_and_the_nearest(self):
        done = self.run_with("secrets: [a]\nrelay: x\n", "--check-config")
        self.assertEqual(done.returncode, 255)
        self.assertRegex(done.stdout, r"c\.yml:2: error: relay: .* did you mean relays\?")

    def test_equal_prefixes_do_not_start(self):
        done = self.run_with("secrets: [a]\nrelays: [{host: h}]\n"
                             "entry_paths: {public_prefix: /same, internal_prefix: /same}\n")
        self.assertEqual(done.returncode, 255)
        self.assertIn("/same", done.stderr)

    def test_system_without_authentication_does_not_start(self):
        done = self.run_with("secrets: [a]\nrelays: [{host: h}]\n"
                             "com.unblu.systementrypath.enabled: true\n")
        self.assertEqual(done.returncode, 255, done.stderr)


if __name__ == "__main__":
    if not os.access(credentials_service.program(), os.X_OK):
        print(f"no service to test at {credentials_service.program()}: run scripts/build")
        sys.exit(1)
    if harness.is_coturn():
        harness.skip_all("Coturn has no credentials service")
    harness.main()
