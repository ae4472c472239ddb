"""A bank's own web site with visitor.js in it: the visitor's page in a frame of that site, where
the server says so, and nowhere else."""

import os

import harness
from cobrowse_service import Person, Site, wait_until
from test_cobrowse import RED, CobrowseTest

SHOT = os.environ.get("TURNPIKE_SCREENSHOTS")


class Customer(Person):
    """At the bank's page; afterwards all that he does happens in the frame."""

    def __init__(self, url, cobrowse):
        super().__init__(url, cobrowse)
        self.context = None

    def press_button(self):
        box = wait_until(lambda: self.evaluate(
            "(() => { const b = document.querySelector('turnpike-cobrowse');"
            " if (!b) return null; const r = b.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"), "no button")
        for kind in ("mousePressed", "mouseReleased"):
            self.browser.call("Input.dispatchMouseEvent", self.page.session, type=kind, x=box[0],
                              y=box[1], button="left", clickCount=1)

    def frame(self):
        tree = self.browser.call("Page.getFrameTree", self.page.session)["frameTree"]
        return next((one["frame"] for one in tree.get("childFrames", [])), None)

    def enter_frame(self):
        frame = wait_until(lambda: (lambda one: one if one and "visitor.html" in one["url"] else
                                    None)(self.frame()), lambda: f"no frame: {self.frame()}")
        self.context = self.browser.call("Page.createIsolatedWorld", self.page.session,
                                         frameId=frame["id"])["executionContextId"]

    def evaluate(self, expression):
        if self.context is None:
            return super().evaluate(expression)
        done = self.browser.call("Runtime.evaluate", self.page.session, expression=expression,
                                 contextId=self.context, awaitPromise=True, returnByValue=True)
        return done["result"].get("value")


class Embedded(CobrowseTest):
    @classmethod
    def setUpClass(cls):
        cls.bank = Site({})
        cls.addClassCleanup(cls.bank.close)
        cls.stranger = Site({})
        cls.addClassCleanup(cls.stranger.close)
        cls.changes = {"embed_origins": [cls.bank.url]}
        super().setUpClass()

    def open(self, site, session):
        invite = session["invite"]["url"].split("invite=")[1]
        site.pages["/"] = (
            f"<!doctype html><title>Bank</title><h1>Your bank</h1>"
            f"<script src='{self.cobrowse.url}/public/visitor.js' data-button=none></script>"
            f"<turnpike-cobrowse mode=inline invite={invite} name=Vera></turnpike-cobrowse>")
        customer = Customer(site.url + "/", self.cobrowse)
        self.addCleanup(customer.close)
        customer.press_button()
        return customer

    def test_a_site_that_may_shows_the_session_in_its_page(self):
        session = self.make()
        customer = self.open(self.bank, session)
        customer.enter_frame()
        customer.click('[data-action="allow"]')
        customer.wait_for("state", "playing")
        customer.sees(100, 100, RED)
        if SHOT:
            customer.screenshot(os.path.join(SHOT, "embedded.png"))
        people = self.cobrowse.ask("GET", f"/app/v1/sessions/{session['id']}",
                                   key=self.cobrowse.key)[1]["people"]
        self.assertEqual([one["name"] for one in people], ["Vera"])

    def test_any_other_site_shows_nothing(self):
        customer = self.open(self.stranger, self.make())
        wait_until(customer.frame, "no frame")
        wait_until(lambda: customer.frame()["url"].startswith("chrome-error:"),
                   lambda: f"it is shown: {customer.frame()}")


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no co-browsing")
    harness.main()
