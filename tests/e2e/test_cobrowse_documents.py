"""Documents: uploaded by either side, made a PDF of where they are none, shown to both, given to
pages that ask for files, and gone with their session."""

import http.client
import io
import json
import os
import pathlib
import unittest
import zipfile

import harness
from cobrowse_service import wait_until
from test_cobrowse import GREEN, CobrowseTest

SHOT = os.environ.get("TURNPIKE_SCREENSHOTS")
PAGE_ONE, PAGE_TWO = [200, 0, 0], [0, 0, 200]
UPLOAD = """<!doctype html><title>Upload</title><body style="margin:0;background:#fff">
<input id=f type=file
 style="position:absolute;left:0;top:0;width:400px;height:200px;font-size:40px">
<script>f.onchange = async () => {
  const text = await f.files[0].text();
  if (f.files[0].name === 'note.txt' && text === 'what is in it')
    document.body.style.background = 'rgb(0,200,0)';
};</script>"""
DOCUMENT_XML = """<?xml version="1.0"?><w:document
 xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>
<w:t>A letter</w:t></w:r></w:p></w:body></w:document>"""
TYPES_XML = """<?xml version="1.0"?><Types
 xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml" ContentType=
"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELS_XML = """<?xml version="1.0"?><Relationships
 xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type=
"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="word/document.xml"/></Relationships>"""


def coloured_pdf(*colours):
    """A page for each colour, 1200 by 600 points."""
    kids = " ".join(f"{3 + 2 * index} 0 R" for index in range(len(colours)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>",
               f"<< /Type /Pages /Kids [{kids}] /Count {len(colours)} >>"]
    for index, colour in enumerate(colours):
        paint = " ".join(f"{part / 255:.3f}" for part in colour) + " rg 0 0 1200 600 re f"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1200 600] "
                       f"/Contents {4 + 2 * index} 0 R >>")
        objects.append(f"<< /Length {len(paint)} >>\nstream\n{paint}\nendstream")
    text, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (f"{text}xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} "
            f"/Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n").encode()


def letter():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"[Content_Types].xml": TYPES_XML, "_rels/.rels": RELS_XML,
                           "word/document.xml": DOCUMENT_XML}.items():
            archive.writestr(name, text)
    return made.getvalue()


class Documents(CobrowseTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.pages["/upload"] = UPLOAD

    def join(self, session, side="public"):
        """Somebody without a page: his token, and where his documents are."""
        if side == "public":
            body = {"invite": session["invite"]["url"].split("invite=")[1], "name": "Upa"}
            return self.cobrowse.ask("POST", "/public/v1/join", body)[1]["token"]
        return self.cobrowse.ask("POST", f"/app/v1/sessions/{session['id']}/join",
                                 {"name": "Ann"}, self.cobrowse.key)[1]["token"]

    def send(self, token, name, content, side="public", length=None):
        connection = http.client.HTTPConnection(self.cobrowse.host, self.cobrowse.port, timeout=30)
        connection.putrequest("POST", f"/{side}/v1/documents?name={name}")
        if token:
            connection.putheader("Authorization", f"Bearer {token}")
        connection.putheader("Content-Length", str(length or len(content)))
        connection.endheaders()
        if length is None:
            connection.send(content)
        answer = connection.getresponse()
        body = json.loads(answer.read() or b"{}")
        connection.close()
        return answer.status, body

    def list(self, token, side="public"):
        return self.cobrowse.ask("GET", f"/{side}/v1/documents", key=token)[1]["documents"]

    def wait_ready(self, token, name):
        return wait_until(
            lambda: next((one for one in self.list(token)
                          if one["name"] == name and one["state"] == "ready"), None),
            lambda: f"{self.list(token)}\n{self.cobrowse.output()}", timeout=90)

    def folder(self):
        return pathlib.Path(self.cobrowse.folder / "cobrowse-documents")

    def files_of(self, session):
        return list(self.folder().glob(f"{session['id']}/*"))

    def show(self, person, name):
        if not person.evaluate("!!document.querySelector('[data-section=documents]').offsetParent"):
            person.click('[data-panel="documents"]')
        person.click(f'[data-document-name="{name}"] [data-action="show"]')

    def test_a_pdf_is_shown_to_both_and_paged_together(self):
        session = self.make()
        visitor, agent = self.visitor(session), self.agent(session)
        token = self.join(session)
        status, made = self.send(token, "two%20pages.pdf", coloured_pdf(PAGE_ONE, PAGE_TWO))
        self.assertEqual((status, made["name"]), (201, "two pages.pdf"))
        self.assertEqual(self.wait_ready(token, "two pages.pdf")["pages"], 2)
        visitor.click_at(600, 650)  # control is free: who uses the page has it
        self.show(visitor, "two pages.pdf")
        for person in (visitor, agent):
            person.sees(640, 250, PAGE_ONE)
        self.assertIn("two pages.pdf", visitor.evaluate(
            "document.querySelector('.tabs').textContent"))
        if SHOT:
            visitor.screenshot(os.path.join(SHOT, "document-visitor.png"))
        visitor.click_at(640, 300)
        visitor.key("PageDown", "PageDown")
        visitor.key("PageDown", "PageDown")
        for person in (visitor, agent):
            person.sees(640, 400, PAGE_TWO)
        if SHOT:
            agent.screenshot(os.path.join(SHOT, "document-agent.png"))
        actions = [line["action"] for line in self.cobrowse.audit()]
        self.assertIn("document", actions)

    def test_other_kinds_are_made_pdfs_of_here(self):
        session = self.make()
        visitor, agent = self.join(session), self.join(session, "app")
        self.assertEqual(self.send(visitor, "note.txt", b"what is in it")[0], 201)
        self.assertEqual(self.send(agent, "letter.docx", letter(), "app")[0], 201)
        for name in ("note.txt", "letter.docx"):
            self.assertEqual(self.wait_ready(visitor, name)["pages"], 1)
        files = self.files_of(session)
        self.assertTrue(files)
        self.assertTrue(all(file.stat().st_mode & 0o077 == 0 for file in files))
        self.cobrowse.ask("DELETE", f"/app/v1/sessions/{session['id']}", key=self.cobrowse.key)
        wait_until(lambda: not self.files_of(session), lambda: f"left: {self.files_of(session)}")

    def test_what_is_refused(self):
        session = self.make()
        token = self.join(session)
        pdf = coloured_pdf(PAGE_ONE)
        self.assertEqual(self.send(token, "x.html", b"<!doctype html><script>1</script>")[0], 415)
        self.assertEqual(self.send(token, "x.exe", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff")[0], 415)
        self.assertEqual(self.send(None, "x.pdf", pdf)[0], 401)
        self.assertEqual(self.send("nobody", "x.pdf", pdf)[0], 401)
        # Refused by their heads: nothing of them is sent.
        self.assertEqual(self.send(token, "x.pdf", b"", length=21 << 20)[0], 413)
        self.assertEqual(self.send(None, "x.pdf", b"", length=1 << 20)[0], 413)
        other = self.join(self.make())
        made = self.send(token, "x.pdf", pdf)[1]
        self.assertEqual(self.list(other), [])
        target = f"/public/v1/documents/{made['id']}"
        self.assertEqual(self.cobrowse.ask("DELETE", target, key=other)[0], 404)
        self.assertEqual(self.cobrowse.ask("GET", target, key=token)[0], 404)
        self.assertEqual(self.cobrowse.ask("DELETE", target, key=token)[0], 204)
        self.assertEqual(self.list(token), [])

    def test_the_panel_uploads_shows_and_deletes(self):
        session = self.make()
        visitor, token = self.visitor(session), self.join(session)
        file = self.cobrowse.folder / "letter.docx"
        file.write_bytes(letter())
        call, page = visitor.browser.call, visitor.page.session
        root = call("DOM.getDocument", page)["root"]["nodeId"]
        chooser = call("DOM.querySelector", page, nodeId=root, selector=".upload input[type=file]")
        call("DOM.setFileInputFiles", page, nodeId=chooser["nodeId"], files=[str(file)])
        self.wait_ready(token, "letter.docx")
        visitor.click_at(600, 650)
        self.show(visitor, "letter.docx")
        visitor.sees(900, 500, [255, 255, 255])  # paper
        visitor.sees(100, 700, [40, 40, 40])  # beside it
        visitor.click('[data-document-name="letter.docx"] [data-action="remove"]')
        wait_until(lambda: not self.list(token), lambda: str(self.list(token)))
        wait_until(lambda: not self.files_of(session), lambda: str(self.files_of(session)))

    def test_a_page_is_given_a_file_of_the_session(self):
        session = self.make("/upload")
        visitor = self.visitor(session)
        token = self.join(session)
        self.assertEqual(self.send(token, "note.txt", b"what is in it")[0], 201)
        self.wait_ready(token, "note.txt")
        visitor.click_at(60, 30)
        visitor.click("[data-modal=chooser] input[name=chosen]")
        visitor.click("[data-modal=chooser] .actions .primary")
        visitor.sees(1000, 600, GREEN)

    def test_a_session_of_documents_goes_nowhere_else(self):
        session = self.cobrowse.make(kind="document", start_url="")
        visitor = self.visitor(session)
        token = self.join(session)
        self.send(token, "one.pdf", coloured_pdf(PAGE_TWO))
        self.wait_ready(token, "one.pdf")
        visitor.click_at(600, 650)
        self.show(visitor, "one.pdf")
        visitor.sees(640, 250, PAGE_TWO)


class PdfsOnly(CobrowseTest):
    changes = {"documents": {"non_pdf": False, "max_mb": 1}}
    join, send = Documents.join, Documents.send

    def test_other_kinds_are_refused(self):
        token = self.join(self.make())
        self.assertEqual(self.send(token, "note.txt", b"text")[0], 415)
        self.assertEqual(self.send(token, "a.docx", letter())[0], 415)
        self.assertEqual(self.send(token, "a.pdf", coloured_pdf(PAGE_ONE))[0], 201)
        self.assertEqual(self.send(token, "a.pdf", b"", length=(1 << 20) + 1)[0], 413)


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no co-browsing")
    unittest.main(verbosity=2)
