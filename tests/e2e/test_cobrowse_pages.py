"""The pages of co-browsing alone, at a server that only plays its part: what they do when something
of it does not come, or comes at the wrong time."""

import os
import threading
import unittest

import cobrowse_stub
import harness
from cobrowse_service import Person, wait_until

SHOTS = os.environ.get("TURNPIKE_SCREENSHOTS")


class Stub:
    """The stand-in, as Person wants a server: `received` is what pages have sent."""

    def __init__(self):
        class Handler(cobrowse_stub.Handler):
            received, failing = [], {}
        self.received, self.failing = Handler.received, Handler.failing
        self.server = cobrowse_stub.serve(handler=Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def output(self):
        return f"received: {self.received}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class PagesTest(unittest.TestCase):
    def setUp(self):
        self.stub = Stub()
        self.addCleanup(self.stub.close)

    def open(self, path, **browser):
        person = Person(self.stub.url + path, self.stub, **browser)
        self.addCleanup(person.close)
        return person

    def shoot(self, person, name):
        if SHOTS:
            person.screenshot(os.path.join(SHOTS, f"{name}.png"))


class Loading(PagesTest):
    """One module that does not come keeps all of them from running."""

    def test_a_file_that_fails_is_asked_for_again(self):
        self.stub.failing["notices.js"] = 2
        visitor = self.open("/public/visitor.html#invite=free&name=Vera")
        visitor.wait_for("state", "consent")  # so the fragment has outlived it
        self.assertEqual(self.stub.failing["notices.js"], 0)
        wait_until(lambda: visitor.evaluate("history.state === null"), visitor.state)

    def test_a_style_that_fails_is_asked_for_again(self):
        self.stub.failing["style.css"] = 1
        visitor = self.open("/public/visitor.html")
        visitor.wait_for("state", "start")
        self.assertEqual(self.stub.failing["style.css"], 0)
        self.assertEqual(visitor.evaluate("document.styleSheets.length"), 1)

    def test_after_some_tries_the_page_says_so(self):
        self.stub.failing["desk_list.js"] = 5
        agent = self.open("/app/desk.html")
        agent.wait_for("state", "failed")
        self.assertEqual(self.stub.failing["desk_list.js"], 1)
        self.assertIn("could not be loaded", agent.evaluate("document.body.innerText"))
        self.assertEqual(agent.evaluate("document.activeElement.textContent"), "Try again")
        self.shoot(agent, "not-loaded")
        agent.key("Enter", "Enter", "\r")
        agent.wait_for("state", "login")


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no co-browsing")
    harness.main()
