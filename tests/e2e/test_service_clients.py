"""Clients that we did not write take the service's answer as it is: a page of another origin in
Chromium, python3-aioice, and a program with a client certificate over HTTPS."""

import asyncio
import http.client
import http.server
import json
import ssl
import subprocess
import threading
import time

import harness
from browser import Browser
from test_credentials import Pair

STEP_TIMEOUT_S = 20

# Runs in a page: what the service answers goes into RTCPeerConnection untouched.
GATHER = """(async () => {
  const answer = await fetch(%s, {headers: {Authorization: %s}});
  const configuration = await answer.json();
  const connection = new RTCPeerConnection(configuration);
  const found = [];
  const done = new Promise((resolve) => {
    connection.onicecandidate = (event) => {
      if (event.candidate === null) return resolve();
      found.push(event.candidate.type);
    };
  });
  connection.createDataChannel("x");
  await connection.setLocalDescription(await connection.createOffer());
  await done;
  connection.close();
  return {found, policy: configuration.iceTransportPolicy};
})()"""


def is_there(page, address):
    try:
        return page.evaluate("document.readyState + location.href") == "complete" + address
    except RuntimeError:  # asked in the middle of the navigation
        return False


class Blank(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_):
        pass


class Clients(Pair):
    def setUp(self):
        self.pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Blank)
        self.addCleanup(self.pages.server_close)
        threading.Thread(target=self.pages.serve_forever, daemon=True).start()
        self.addCleanup(self.pages.shutdown)
        self.origin = f"http://127.0.0.1:{self.pages.server_port}"
        self.more_config = {"cors_origins": [self.origin], "relay_only": True}
        super().setUp()

    def test_a_page_of_an_allowed_origin(self):
        browser = Browser()
        self.addCleanup(browser.close)
        script = GATHER % (
            json.dumps(f"http://127.0.0.1:{self.service.port}/public/v1/ice-servers?user=page"),
            json.dumps(f"Bearer {self.key}"))

        def page(address):
            opened = browser.new_page(address)
            deadline = time.monotonic() + STEP_TIMEOUT_S
            while not is_there(opened, address):
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
            return opened
        result = page(self.origin + "/").evaluate(script)
        self.assertEqual(result["policy"], "relay")
        self.assertEqual(set(result["found"]), {"relay"}, result)
        with self.assertRaisesRegex(RuntimeError, "Failed to fetch"):
            page(self.origin.replace("127.0.0.1", "localhost") + "/").evaluate(script)

    def test_aioice(self):
        try:
            import aioice
            from aioice.ice import TransportPolicy
        except ImportError:
            self.skipTest("python3-aioice is not installed, scripts/setup test installs it")

        def agent(controlling):
            username, password = self.ice("agent")
            return aioice.Connection(
                ice_controlling=controlling, transport_policy=TransportPolicy.RELAY,
                turn_server=("127.0.0.1", self.relay.port), turn_username=username,
                turn_password=password)

        async def converse():
            first, second = agent(True), agent(False)
            for one in (first, second):
                await one.gather_candidates()
            for one, other in ((first, second), (second, first)):
                for candidate in one.local_candidates:
                    await other.add_remote_candidate(candidate)
                await other.add_remote_candidate(None)
                other.remote_username = one.local_username
                other.remote_password = one.local_password
            await asyncio.wait_for(asyncio.gather(first.connect(), second.connect()),
                                   STEP_TIMEOUT_S)
            await first.send(b"hello")
            heard = await asyncio.wait_for(second.recv(), STEP_TIMEOUT_S)
            await first.close()
            await second.close()
            return heard
        self.assertEqual(asyncio.run(converse()), b"hello")


class MutualTls(Pair):
    def certificate(self, name, subject, signer=None):
        """Self-signed, or signed by another."""
        key, file = self.folder / f"{name}.key", self.folder / f"{name}.pem"
        signing = (["-CA", str(signer.with_suffix(".pem")), "-CAkey",
                    str(signer.with_suffix(".key"))] if signer else [])
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", subject, "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(file), *signing],
            check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return file

    def setUp(self):
        super().setUp()
        server = self.certificate("server", "/CN=service")
        authority = self.certificate("authority", "/CN=authority")
        self.certificate("backend", "/O=Example/CN=backend", authority)
        self.certificate("unknown", "/O=Example/CN=unknown", authority)
        self.certificate("stranger", "/O=Example/CN=backend")
        self.service.config["tls"] = {
            "certificate": str(server), "key": str(server.with_suffix(".key")),
            "client_ca": str(authority), "client_certificates": "optional"}
        self.service.config["api_keys"].append({"id": "machine",
                                                "certificate": "CN=backend,O=Example"})
        self.service.stop()
        self.service.write()
        self.service.start()

    def ask(self, certificate=None, key=None):
        context = ssl.create_default_context(cafile=str(self.folder / "server.pem"))
        if certificate:
            file = self.folder / f"{certificate}.pem"
            context.load_cert_chain(file, file.with_suffix(".key"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.service.port, timeout=10,
                                                 context=context)
        self.addCleanup(connection.close)
        connection.request("GET", "/public/v1/ice-servers?user=alice",
                           headers={"Authorization": f"Bearer {key}"} if key else {})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def test_a_certificate_is_a_key(self):
        status, body = self.ask("backend")
        self.assertEqual(status, 200, body)
        with self.session(body["username"], body["credential"]) as alice:
            alice.allocate()
        self.assertEqual(self.ask(key=self.key)[0], 200)
        self.assertEqual(self.ask()[0], 401)
        self.assertEqual(self.ask("unknown")[0], 401)
        with self.assertRaises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
            self.ask("stranger")  # the right name, signed by nobody whom we trust


if __name__ == "__main__":
    harness.need("chromium", "openssl")
    if harness.is_coturn():
        harness.skip_all("Coturn has no credentials service")
    harness.main()
