"""What pages give to be saved: kept among the session's documents, for people to show or save, and
never more than a session may have."""

import http.client
import os
import unittest

import harness
import test_cobrowse_documents as documents
from cobrowse_service import wait_until
from test_cobrowse import GREEN, CobrowseTest

SHOT = os.environ.get("TURNPIKE_SCREENSHOTS")
STATEMENT = documents.coloured_pdf(documents.PAGE_ONE)
ODD = bytes(range(256)) * 40  # of no kind that is shown
BUTTON = """<!doctype html><title>Statements</title><body style="margin:0;background:rgb(0,200,0)">
<a href="%s" style="position:absolute;left:0;top:0;width:400px;height:200px;background:#fff">
Statement</a>"""
# One after the other, as fast as it may.
BOMB = """<!doctype html><title>Bomb</title><body style="background:rgb(0,200,0)"><script>
let number = 0;
setInterval(() => {
  const link = document.createElement('a');
  link.href = 'data:application/x-many,' + 'x'.repeat(1000);
  link.download = 'many-' + ++number + '.dat';
  link.click();
}, 60);</script>"""


def attachment(name, content, kind="application/octet-stream"):
    return 200, {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": kind}, \
        content


class DownloadTest(CobrowseTest):
    changes = {"documents": {"max_mb": 1}}
    join, send = documents.Documents.join, documents.Documents.send
    list, wait_ready, show = (documents.Documents.list, documents.Documents.wait_ready,
                              documents.Documents.show)
    folder, files_of = documents.Documents.folder, documents.Documents.files_of

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.pages.update({
            "/statement": BUTTON % "/statement.pdf",
            "/statement.pdf": attachment("statement.pdf", STATEMENT,
                                         "application/pdf"),
            "/odd": BUTTON % "/odd.dat", "/odd.dat": attachment("../odd.dat", ODD),
            "/big": BUTTON % "/big.dat", "/big.dat": attachment("big.dat", b"b" * (3 << 20)),
            "/bomb": BOMB})

    def click_link(self, path):
        """The session, a visitor who has clicked at the page's link, and a further one's token."""
        session = self.make(path)
        visitor, token = self.visitor(session), self.join(session)
        visitor.sees(1200, 650, GREEN)
        visitor.click_at(100, 100)
        return session, visitor, token

    def told(self, visitor, text):
        wait_until(lambda: text in visitor.evaluate("document.body.innerText"),
                   lambda: f"{visitor.state()}\n{self.cobrowse.output()}", 20)

    def get(self, target, token):
        connection = http.client.HTTPConnection(self.cobrowse.host, self.cobrowse.port, timeout=10)
        connection.request("GET", target, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, dict(answer.headers), body


class Downloads(DownloadTest):
    def test_a_statement_is_shown_to_both_and_saved(self):
        session, visitor, token = self.click_link("/statement")
        self.told(visitor, "it is with the documents: statement.pdf")
        made = self.wait_ready(token, "statement.pdf")
        self.assertEqual((made["download"], made["pages"]), (True, 1))
        visitor.wait_for("control", "yes")
        agent = self.agent(session)
        self.show(visitor, "statement.pdf")
        for person in (visitor, agent):
            person.sees(640, 250, documents.PAGE_ONE)
        saved = self.cobrowse.folder / "saved"
        saved.mkdir()
        visitor.browser.call("Browser.setDownloadBehavior", behavior="allow",
                             downloadPath=str(saved))
        if SHOT:
            visitor.screenshot(os.path.join(SHOT, "download-visitor.png"))
        visitor.click('[data-document-name="statement.pdf"] [data-action="save"]')
        file = saved / "statement.pdf"
        wait_until(lambda: file.exists() and file.read_bytes() == STATEMENT,
                   lambda: str(list(saved.iterdir())))
        lines = {line["action"]: line for line in self.cobrowse.audit()}
        self.assertIn("statement.pdf sha256 ", lines["download"]["detail"])
        self.assertEqual(lines["save"]["detail"], lines["download"]["detail"].split(" sha256")[0])
        self.assertIn("Vera", lines["save"]["who"])
        self.cobrowse.ask("DELETE", f"/app/v1/sessions/{session['id']}", key=self.cobrowse.key)
        wait_until(lambda: not self.files_of(session), lambda: f"left: {self.files_of(session)}")

    def test_what_cannot_be_shown_is_kept_for_those_of_the_session(self):
        session, visitor, token = self.click_link("/odd")
        self.told(visitor, "it is with the documents: ")
        [one] = self.list(token)
        self.assertEqual((one["state"], one["download"]), ("kept", True))
        self.assertTrue(one["name"].endswith("odd.dat") and "/" not in one["name"], one["name"])
        target = f"/public/v1/documents/{one['id']}"
        status, headers, body = self.get(target, token)
        self.assertEqual((status, body), (200, ODD))
        self.assertEqual(headers["Content-Disposition"], "attachment")
        self.assertEqual(headers["Content-Type"], "application/octet-stream")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        # Not others, and not what somebody has uploaded.
        self.assertEqual(self.get(target, self.join(self.make()))[0], 404)
        self.assertEqual(self.get(target, "nobody")[0], 401)
        watcher = self.cobrowse.ask("POST", f"/app/v1/sessions/{session['id']}/join",
                                    {"name": "Eve", "role": "observer"}, self.cobrowse.key)[1]
        self.assertEqual(self.get(target.replace("public", "app"), watcher["token"])[0], 403)
        mine = self.send(token, "mine.pdf", STATEMENT)[1]
        self.assertEqual(self.get(f"/public/v1/documents/{mine['id']}", token)[0], 404)

    def test_big_files_are_refused(self):
        _, visitor, token = self.click_link("/big")
        self.told(visitor, "a download was refused: big.dat: it is too big")
        self.assertEqual(self.list(token), [])

    def test_a_page_that_gives_files_without_end_fills_half_of_the_room(self):
        session = self.make("/bomb")
        visitor, token = self.visitor(session), self.join(session)
        self.told(visitor, "as many downloads here as a session may have")
        self.assertEqual(len(self.list(token)), 10)
        self.assertEqual(self.send(token, "mine.pdf", STATEMENT)[0], 201)
        visitor.sees(1200, 650, GREEN)


class Refused(DownloadTest):
    changes = {"policy": {"downloads": False}}

    def test_none_is_kept(self):
        _, visitor, token = self.click_link("/statement")
        self.told(visitor, "a download was refused: statement.pdf")
        self.assertEqual(self.list(token), [])


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no co-browsing")
    unittest.main(verbosity=2)
