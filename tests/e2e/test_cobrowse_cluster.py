"""Several co-browsing servers that share their sessions in Redis: whoever is asked, the server that
has the session answers."""

import time
import unittest

import harness
import redis_server
import test_cobrowse
from cobrowse_service import Cobrowse, Person, Site, wait_until
from test_cobrowse_documents import coloured_pdf
from test_cobrowse import BLUE, PAGE, RED, Relay

RELAY = test_cobrowse.CobrowseTest.relay_lines
SECRET = "one secret of all the servers"


class SharingCobrowse(Cobrowse):
    """Its sessions are in Redis, not in a file."""

    redis = None

    def start(self):
        self.config["store"] = {"redis": self.redis.connection()}
        self.config.setdefault("cluster", {
            "address": self.url, "secret": SECRET, "lease": 3})
        super().start()


class Cluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        SharingCobrowse.redis = cls.redis = redis_server.RedisServer()
        cls.addClassCleanup(cls.redis.close)
        cls.relay = Relay(RELAY)
        cls.addClassCleanup(cls.relay.close)
        cls.site = Site({"/": PAGE})
        cls.addClassCleanup(cls.site.close)
        egress = {"allow_internal": ["127.0.0.1"], "allow_ports": [cls.site.port]}
        cls.a = SharingCobrowse(cls.relay, egress=egress)
        cls.addClassCleanup(cls.a.close)
        cls.b = SharingCobrowse(cls.relay, egress=egress, api_keys=cls.a.config["api_keys"],
                                invites={"free_attempts": 5})
        cls.addClassCleanup(cls.b.close)
        cls.b.key = cls.a.key

    def setUp(self):
        self.addCleanup(self.a.end_all)

    def make(self):
        return self.a.make(start_url=self.site.url + "/")

    def person(self, url):
        person = Person(url, self.b)
        self.addCleanup(person.close)
        return person

    def join(self, person, name, allow=True):
        person.fill("input[name=name]", name)
        person.click("button[type=submit]")
        if allow:
            person.click('[data-action="allow"]')
        person.wait_for("state", "playing")

    def at_b(self, url):
        return url.replace(self.a.url, self.b.url)

    def test_a_visitor_of_the_other_server_sees_and_clicks(self):
        session = self.make()
        visitor = self.person(self.at_b(session["invite"]["url"]))
        self.join(visitor, "Vera")
        visitor.sees(100, 100, RED)
        visitor.click_at(100, 100)
        visitor.sees(100, 100, BLUE)
        # The list of B shows A's session, and B ends it.
        status, body = self.b.ask("GET", "/app/v1/sessions", key=self.b.key)
        self.assertEqual((status, [one["id"] for one in body["sessions"]]), (200, [session["id"]]))
        status, _ = self.b.ask("DELETE", f"/app/v1/sessions/{session['id']}", key=self.b.key)
        self.assertEqual(status, 204)
        status, body = self.a.ask("GET", "/app/v1/sessions", key=self.a.key)
        self.assertEqual(body["sessions"], [])
        status, _ = self.b.ask("GET", f"/app/v1/sessions/{session['id']}", key=self.b.key)
        self.assertEqual(status, 404)

    def test_a_document_comes_in_at_the_other_server(self):
        session = self.make()
        token = self.b.ask("POST", "/public/v1/join", {
            "invite": session["invite"]["url"].split("invite=")[1], "name": "Vera"})[1]["token"]
        large = coloured_pdf(RED) + b"%" + b"x" * 200_000 + b"\n"
        status, made = self.b.ask("POST", "/public/v1/documents?name=large.pdf", large, token)
        self.assertEqual(status, 201, made)
        wait_until(lambda: self.b.ask("GET", "/public/v1/documents", key=token)[1]["documents"][0][
            "state"] == "ready", self.a.output)
        # Whoever only knows the session's name is read no further than anybody else.
        status, _ = self.b.ask("POST", "/public/v1/documents?name=large.pdf", large,
                               session["id"] + ".x")
        self.assertEqual(status, 413)

    def test_media_goes_on_while_its_server_is_away(self):
        session = self.make()
        visitor = self.person(self.at_b(session["invite"]["url"]))
        self.join(visitor, "Vera")
        visitor.sees(100, 100, RED)
        self.a.process.kill()
        self.a.process.wait()
        wait_until(lambda: self.b.ask("GET", f"/app/v1/sessions/{session['id']}",
                                      key=self.b.key)[0] == 503, "unavailable")
        visitor.sees(100, 100, RED)
        self.a.start()
        wait_until(lambda: self.b.ask("GET", f"/app/v1/sessions/{session['id']}",
                                      key=self.b.key)[0] == 200, "taken up")
        visitor.wait_for("state", "playing")

        def clicked():
            visitor.click_at(100, 100)
            return visitor.pixel(100, 100)[2] > 150
        wait_until(clicked, visitor.state)

    def test_pins_are_good_everywhere_and_guesses_count_everywhere(self):
        session = self.make()
        pin = session["invite"]["pin"]
        status, joined = self.b.ask("POST", "/public/v1/join", {"pin": pin, "name": "Vera"})
        self.assertEqual((status, joined["session"]), (201, session["id"]))
        status, _ = self.b.ask("POST", "/public/v1/join", {"pin": pin, "name": "Eve"})
        self.assertEqual(status, 404)
        statuses = [server.ask("POST", "/public/v1/join", {"pin": "nobody", "name": "x"})[0]
                    for server in (self.a, self.b) * 4]
        self.assertIn(429, statuses[:7])
        status, more = self.a.ask("POST", f"/app/v1/sessions/{session['id']}/invites", {},
                                  self.a.key)
        self.assertEqual(status, 201)
        status, _ = self.b.ask("POST", "/public/v1/join", {"pin": more["pin"], "name": "Eve"})
        self.assertEqual(status, 429)
        self.redis.cli("EVAL", "for _, k in ipairs(redis.call('KEYS', '*guess:*')) do "
                       "redis.call('DEL', k) end", "0")

    def test_a_wrong_pass_is_refused(self):
        session = self.make()
        for made in ("", "1 127.0.0.1 0 " + "0" * 64,
                     f"{int(time.time())} 192.0.2.1 0 " + "a" * 64):
            status, _ = self.b.ask("GET", f"/app/v1/sessions/{session['id']}", key=self.b.key,
                                   headers={"Turnpike-Cluster": made})
            self.assertEqual(status, 403, made)

    def test_without_redis_sessions_go_on_and_none_is_made(self):
        session = self.make()
        self.redis.stop()
        try:
            status, _ = self.a.ask("GET", f"/app/v1/sessions/{session['id']}", key=self.a.key)
            self.assertEqual(status, 200)
            status, _ = self.a.ask("POST", "/app/v1/sessions", {"start_url": self.site.url},
                                   self.a.key)
            self.assertEqual(status, 503)
        finally:
            self.redis.start()
        # An empty Redis: what runs is written again.
        wait_until(lambda: self.b.ask("GET", f"/app/v1/sessions/{session['id']}",
                                      key=self.b.key)[0] == 200, "written again")


if __name__ == "__main__":
    harness.main()
