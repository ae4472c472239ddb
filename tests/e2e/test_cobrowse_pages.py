"""The pages of co-browsing alone, at a server that only plays its part: what they do when something
of it does not come, or comes at the wrong time."""

import os
import threading
import time
import unittest

import cobrowse_stub
import harness
from cobrowse_service import Person, wait_until

SHOTS = os.environ.get("TURNPIKE_SCREENSHOTS")


class Stub:
    """The stand-in, as Person wants a server: `received` is what pages have sent."""

    def __init__(self):
        class Handler(cobrowse_stub.Handler):
            received, failing, sockets = [], {}, []
        self.handler, self.received, self.failing = Handler, Handler.received, Handler.failing
        self.server = cobrowse_stub.serve(handler=Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def tell(self, **message):
        """To the page that has come last."""
        self.handler.sockets[-1].send(message)

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

    def visitor(self, scene, **browser):
        visitor = self.open(f"/public/visitor.html#invite={scene}&name=Vera", **browser)
        visitor.click('[data-action="allow"]')
        visitor.wait_for("state", "joined")
        return visitor

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

    def test_a_file_that_stands_still_is_asked_for_again(self):
        whole = self.stub.handler.static
        over, stood = threading.Event(), []

        def stand(handler, path):
            if path.endswith("/notices.js") and not stood:
                stood.append(path)
                over.wait(60)
                handler.close_connection = True
            else:
                whole(handler, path)
        self.addCleanup(over.set)
        self.stub.handler.static = stand
        visitor = self.open("/public/visitor.html")
        visitor.wait_for("state", "start")
        self.assertEqual(len(stood), 1)

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


class Questions(PagesTest):
    """What the shared page asks, at those who do not answer it."""

    def asked(self, visitor):
        return visitor.evaluate("document.querySelector('[data-modal]')?.dataset.modal ?? ''")

    def wait_asked(self, visitor, name):
        wait_until(lambda: self.asked(visitor) == name,
                   lambda: f"asked {self.asked(visitor)!r}, not {name!r}: {visitor.state()}")

    def answers(self):
        return [one for one in self.stub.received if one.get("t") in ("dialog", "files")]

    def test_a_chooser_that_is_over_closes(self):
        visitor = self.visitor("view")
        self.stub.tell(t="chooser", multiple=False)
        self.wait_asked(visitor, "chooser")
        self.stub.tell(t="chooser", kind="none")
        self.wait_asked(visitor, "")
        self.assertFalse(visitor.evaluate("document.querySelector('.session-body').inert"))
        self.assertEqual(self.answers(), [])

    def test_who_cannot_answer_closes_it_for_himself(self):
        visitor = self.visitor("confirm")
        self.wait_asked(visitor, "dialog")
        self.shoot(visitor, "question-of-another")
        self.assertEqual(visitor.evaluate("document.activeElement.textContent"), "Close")
        visitor.key("Escape", "Escape")
        self.wait_asked(visitor, "")
        self.stub.tell(t="people", people=[])  # draws everything anew
        wait_until(lambda: visitor.data("people") == "0", visitor.state)
        self.assertEqual(self.asked(visitor), "")
        # His own when control is his.
        visitor.click('[data-action="take"]')
        self.wait_asked(visitor, "dialog")
        self.assertEqual(self.answers(), [])

    def test_the_button_closes_a_chooser_of_another(self):
        visitor = self.visitor("view")
        self.stub.tell(t="chooser", multiple=False)
        visitor.click("[data-modal=chooser] button")
        self.wait_asked(visitor, "")
        self.stub.tell(t="chooser", multiple=True)  # the next question is another one
        self.wait_asked(visitor, "chooser")
        self.assertEqual(self.answers(), [])

    def test_a_browser_that_has_gone_asks_nothing(self):
        band = "document.querySelector('.band.private').hidden"
        for state in ("restarting", "gone"):
            with self.subTest(state):
                visitor = self.visitor("sensitive")
                wait_until(lambda: visitor.evaluate(band) is False, visitor.state)
                self.stub.tell(t="chooser", multiple=False)
                self.stub.tell(t="dialog", kind="alert", text="Hello", default="")
                self.wait_asked(visitor, "dialog")
                self.stub.tell(t="renderer", state=state, text="")
                self.wait_asked(visitor, "")
                self.assertTrue(visitor.evaluate(band))


# As where "block all cookies" is set.
NO_STORAGE = """for (const name of ['sessionStorage', 'localStorage'])
  Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError'); }});
"""


class Joining(PagesTest):
    def test_an_answer_that_is_cut_off_is_told(self):
        def cut(handler, _):
            handler.send_response(201)
            handler.send_header("Content-Length", "100")
            handler.end_headers()
            handler.wfile.write(b'{"session":')
            handler.close_connection = True
        whole = self.stub.handler.join
        self.stub.handler.join = cut
        visitor = self.open("/public/visitor.html#invite=free&name=Vera")
        visitor.click('[data-action="allow"]')
        visitor.wait_for("state", "start")
        self.assertIn("could not be reached", visitor.evaluate("document.body.innerText"))
        self.stub.handler.join = whole
        visitor.click("button[type=submit]")
        visitor.click('[data-action="allow"]')
        visitor.wait_for("state", "joined")

    def test_without_storage_there_is_a_session_and_its_end(self):
        visitor = self.visitor("free", script=NO_STORAGE)
        self.stub.tell(t="bye", reason="inactive", text="")
        visitor.wait_for("state", "ended")
        self.assertIn("not used for some time", visitor.evaluate("document.body.innerText"))
        self.shoot(visitor, "ended-without-storage")

    def test_without_storage_the_desk_signs_in_and_out(self):
        agent = self.open("/app/desk.html", script=NO_STORAGE)
        self.sign_in(agent)
        agent.click(".desk-head button")
        agent.wait_for("state", "login")

    def test_a_double_click_joins_once(self):
        joined = []
        post = self.stub.handler.do_POST

        def slow(handler):
            if handler.path.endswith("/join"):
                joined.append(handler.path)
                time.sleep(1)
            post(handler)
        self.stub.handler.do_POST = slow
        agent = self.open("/app/desk.html")
        self.sign_in(agent)
        wait_until(lambda: agent.evaluate("""(() => {
            const all = [...document.querySelectorAll('[data-action="join"]')];
            for (const one of [...all, ...all]) one.click();
            return all.length; })()"""), agent.state)
        agent.wait_for("state", "joined")
        time.sleep(1.5)  # a second one would have come by now
        self.assertEqual(len(joined), 1)
        self.assertEqual(len(self.stub.handler.sockets), 1)

    def test_an_answer_for_the_list_that_has_gone_signs_nobody_out(self):
        agent = self.open("/app/desk.html")
        self.sign_in(agent)
        asked, joined = threading.Event(), threading.Event()

        def late(handler, make):
            if handler.command == "GET":
                asked.set()
                joined.wait(20)
                handler.answer(401, {"detail": "the key is not valid"})
            else:
                handler.answer(*make())
        self.stub.handler.rest = late
        self.assertTrue(asked.wait(20), "the list is not asked for again")
        agent.click('[data-action="join"]')
        agent.wait_for("state", "joined")
        joined.set()
        time.sleep(1)
        self.assertEqual(agent.data("state"), "joined")

    def sign_in(self, agent):
        agent.wait_for("state", "login")
        agent.fill("input[type=password]", cobrowse_stub.KEY)
        agent.fill("input[name=name]", "Ann")
        agent.click("button[type=submit]")
        agent.wait_for("state", "list")


# Before the page's own scripts: how long it waited before each connection.
PAUSES = """globalThis.pauses = []; let lost = 0;
globalThis.WebSocket = class extends WebSocket {
  constructor(...all) { super(...all);
    if (lost) pauses.push(performance.now() - lost);
    this.addEventListener('close', () => { lost = performance.now(); }); } };"""


class Connecting(PagesTest):
    def test_a_socket_without_welcome_is_given_up(self):
        whole = self.stub.handler.upgrade
        over, stood = threading.Event(), []

        def stand(handler):
            stood.append(handler.path)
            self.stub.handler.upgrade = whole
            over.wait(60)
            handler.close_connection = True
        self.addCleanup(over.set)
        self.stub.handler.upgrade = stand
        visitor = self.visitor("free")  # which waits until it has joined
        self.assertEqual((len(stood), len(self.stub.handler.sockets)), (1, 1))
        self.assertEqual(visitor.data("state"), "joined")

    def test_who_is_cut_after_each_welcome_comes_back_more_seldom(self):
        visitor = self.open("/public/visitor.html#invite=drop&name=Vera", script=PAUSES)
        visitor.click('[data-action="allow"]')
        wait_until(lambda: visitor.evaluate("pauses.length") >= 3, visitor.state)
        for pause, middle in zip(visitor.evaluate("pauses"), (500, 1000, 2000)):
            self.assertGreaterEqual(pause, middle * 0.5 - 50)
            self.assertLess(pause, middle * 1.5 + 1000)  # others use this machine, too


# Touches as Safari tells them: `touch('touchstart', [[identifier, x, y]])`.
TOUCH = """globalThis.touch = (type, all) => {
  const surface = document.querySelector('.surface'), box = surface.getBoundingClientRect();
  const touches = all.map(([identifier, x, y]) => ({
    identifier, clientX: box.x + box.width * x, clientY: box.y + box.height * y }));
  const event = new Event(type, {cancelable: true});
  event.targetTouches = touches;
  event.changedTouches = touches;
  surface.dispatchEvent(event); };"""


class Session(PagesTest):
    def test_fingers_have_small_numbers(self):
        visitor = self.visitor("request", script=TOUCH)
        visitor.wait_for("control", "yes")
        first, second, third = [-1234567890, .5, .5], [4000000000, .6, .6], [7, .4, .4]
        for phase, touches in (("start", [first]), ("start", [first, second]), ("end", [second]),
                               ("start", [third, second]), ("end", [])):
            visitor.evaluate(f"touch('touch{phase}', {touches})")
        sent = wait_until(lambda: (lambda all: all if len(all) == 5 else None)(
            [[point["id"] for point in one["points"]] for one in self.stub.received
             if one.get("t") == "touch"]), self.stub.output)
        self.assertEqual(sent, [[0], [0, 1], [1], [0, 1], []])

    def test_a_countdown_that_is_over_goes(self):
        visitor = self.visitor("free")
        self.stub.tell(t="warning", reason="inactive", ends_in_s=1)
        card = "document.querySelector('[data-warning]') !== null"
        wait_until(lambda: visitor.evaluate(card), visitor.state)
        wait_until(lambda: not visitor.evaluate(card), visitor.state)
        self.assertEqual(visitor.data("state"), "joined")


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no co-browsing")
    harness.main()
