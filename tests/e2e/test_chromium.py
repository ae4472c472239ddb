"""The main job on real input: two Chromium browsers, relay-only, exchange video and a data channel
over turn: UDP, turn: TCP and turns:, and a wrong password is named at once."""

import base64
import hashlib
import pathlib
import subprocess
import time

import harness
from browser import Browser

PEER_SCRIPT = pathlib.Path(__file__).with_name("peer.js").read_text()
FRAMES = 20
MEDIA_TIMEOUT_S = 20
ERROR_TIMEOUT_S = 5
HOST = "turn.test"


def public_key_pin(folder):
    key = subprocess.run(["openssl", "pkey", "-in", str(folder / "key.pem"), "-pubout", "-outform",
                          "DER"], check=True, capture_output=True).stdout
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


class Chromium(harness.ServerTest):
    server_lines = {"lt-cred-mech": None, "user": None, "use-auth-secret": "",
                    "static-auth-secret": harness.SECRET}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        pins = [public_key_pin(cls.server.folder)]
        cls.browsers = []
        for _ in range(2):
            cls.browsers.append(Browser({HOST: "127.0.0.1"}, pins))
            cls.addClassCleanup(cls.browsers[-1].close)

    def ice_server(self, transport, user="visitor", secret=harness.SECRET):
        username, credential = harness.rest_credential(user, secret)
        urls = {"udp": f"turn:127.0.0.1:{self.server.port}?transport=udp",
                "tcp": f"turn:127.0.0.1:{self.server.port}?transport=tcp",
                "tls": f"turns:{HOST}:{self.server.tls_port}?transport=tcp"}
        return {"urls": urls[transport], "username": username, "credential": credential}

    def page(self, number):
        page = self.browsers[number].new_page()
        self.addCleanup(page.close)
        page.evaluate(PEER_SCRIPT)
        return page

    def wait_for_video(self, page):
        deadline = time.monotonic() + MEDIA_TIMEOUT_S
        while True:
            report = page.call("report")
            if report["framesDecoded"] >= FRAMES:
                return report
            if time.monotonic() > deadline:
                self.fail(f"too few frames: {report}")
            time.sleep(0.1)

    def call_each_other(self, first, second):
        a, b = self.page(0), self.page(1)
        offer = a.call("offer", self.ice_server(first))
        answer = b.call("answer", self.ice_server(second), offer)
        a.call("accept", answer)
        for text in ("first", "x" * 16000, "last"):
            self.assertEqual(a.call("ask", text), f"echo {text}")
        for page, own in ((a, first), (b, second)):
            report = self.wait_for_video(page)
            self.assertEqual(report["local"]["candidateType"], "relay", report)
            self.assertEqual(report["local"]["relayProtocol"], own, report)
            self.assertEqual(report["remote"]["candidateType"], "relay", report)
            self.assertEqual(report["state"], "connected", report)

    def test_udp(self):
        self.call_each_other("udp", "udp")

    def test_tcp(self):
        self.call_each_other("tcp", "tcp")

    def test_tls(self):
        self.call_each_other("tls", "tls")

    def test_udp_with_tls(self):
        self.call_each_other("udp", "tls")

    def test_a_wrong_password_is_named_within_seconds(self):
        for transport in ("udp", "tcp", "tls"):
            with self.subTest(transport=transport):
                page = self.page(0)
                page.call("offer", self.ice_server(transport, secret="not the secret"))
                self.assertIn(401, [error["code"] for error in self.errors_of(page)])

    def test_an_expired_credential_is_401(self):
        page = self.page(0)
        expired = self.ice_server("udp")
        expired["username"], expired["credential"] = harness.rest_credential(
            "visitor", lifetime_s=-60)
        page.call("offer", expired)
        self.assertIn(401, [error["code"] for error in self.errors_of(page)])

    def errors_of(self, page):
        deadline = time.monotonic() + ERROR_TIMEOUT_S
        while time.monotonic() < deadline:
            errors = page.call("report")["errors"]
            if errors:
                return errors
            time.sleep(0.1)
        return []


if __name__ == "__main__":
    harness.need("chromium", "openssl")
    harness.main()
