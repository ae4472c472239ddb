"""Every shape of credentials API over real HTTP: its path, method, status and body as the clients
of that service expect them, and a credential that the relay takes."""

import base64
import json
import unittest
import urllib.parse
import xml.etree.ElementTree

import credentials_service
import harness


class Adapters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.relay = harness.Server({"lt-cred-mech": None, "user": None, "use-auth-secret": "",
                                    "static-auth-secret": harness.SECRET}, ("127.0.0.1",))
        cls.addClassCleanup(cls.relay.close)
        cls.key, stored = credentials_service.make_key("shop")
        cls.secret = cls.key.split(".", 1)[1]
        cls.service = credentials_service.Service({
            "relays": [{"host": "127.0.0.1", "port": cls.relay.port,
                        "tls_port": cls.relay.tls_port}],
            "api_keys": [{"id": "shop", "hash": stored, "may_manage": True}]})
        cls.addClassCleanup(cls.service.close)

    def ask(self, method, target, status, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        got, _, answer = self.service.ask(method, "/public" + target, None, body, named)
        self.assertEqual(got, status, answer)
        return answer

    def bearer(self):
        return f"Bearer {self.key}"

    def basic(self):
        return "Basic " + base64.b64encode(f"shop:{self.secret}".encode()).decode()

    def is_good(self, username, credential):
        with self.relay.client(username=username, password=credential) as client:
            client.allocate()

    def turn_urls(self):
        port, tls_port = self.relay.port, self.relay.tls_port
        return [f"turn:127.0.0.1:{port}?transport=udp", f"turn:127.0.0.1:{port}?transport=tcp",
                f"turns:127.0.0.1:{tls_port}?transport=tcp"]

    def test_uberti(self):
        for method in ("GET", "POST"):
            answer = self.ask(method, f"/turn?service=turn&username=alice&key={self.key}", 200)
            self.assertEqual(answer["uris"], self.turn_urls())
            self.assertEqual(answer["ttl"], 86400)
            self.assertTrue(answer["username"].endswith(":alice"))
            self.is_good(answer["username"], answer["password"])
        self.ask("GET", f"/turn?service=mail&username=alice&key={self.key}", 400)

    def test_w3c(self):
        answer = self.ask("GET", "/v1/ice-servers", 200, Authorization=self.bearer())
        stun, turn = answer["iceServers"]
        self.assertEqual(stun, {"urls": [f"stun:127.0.0.1:{self.relay.port}"]})
        self.assertEqual(turn["urls"], self.turn_urls())
        self.is_good(turn["username"], turn["credential"])

    def test_cloudflare(self):
        path = "/v1/turn/keys/shop/credentials/"
        one = self.ask("POST", path + "generate", 201, {"ttl": 600, "customIdentifier": "c1"},
                       Authorization=self.bearer())
        self.is_good(one["iceServers"]["username"], one["iceServers"]["credential"])
        many = self.ask("POST", path + "generate-ice-servers", 201,
                        {"ttl": 600, "customIdentifier": "c2"},
                        Authorization=self.bearer())
        turn = many["iceServers"][-1]
        self.is_good(turn["username"], turn["credential"])
        name = urllib.parse.quote(turn["username"], safe="")
        self.ask("POST", f"{path}{name}/revoke", 204, Authorization=self.bearer())
        # As Cloudflare's own clients: the path names the key, and the token is its secret.
        self.ask("POST", path + "generate", 201, {"ttl": 600},
                 Authorization=f"Bearer {self.secret}")

    def test_twilio(self):
        answer = self.ask("POST", "/2010-04-01/Accounts/shop/Tokens.json", 201, "Ttl=600",
                          Authorization=self.basic(),
                          Content_Type="application/x-www-form-urlencoded")
        self.assertEqual(answer["ttl"], "600")
        self.assertEqual(answer["account_sid"], "shop")
        self.assertEqual([one["urls"] for one in answer["ice_servers"]][1:], self.turn_urls())
        self.is_good(answer["username"], answer["password"])

    def test_xirsys_2(self):
        form = urllib.parse.urlencode({"ident": "shop", "secret": self.secret, "domain": "d",
                                       "application": "a", "room": "r", "secure": "1"})
        answer = self.ask("POST", "/getIceServers", 200, form,
                          Content_Type="application/x-www-form-urlencoded")
        self.assertIsNone(answer["e"])
        turn = answer["d"]["iceServers"][-1]
        self.is_good(turn["username"], turn["credential"])

    def test_xirsys_3(self):
        answer = self.ask("PUT", "/_turn/channel", 200, {"format": "urls", "expire": "30"},
                          Authorization=self.basic())
        self.assertEqual(answer["s"], "ok")
        turn = answer["v"]["iceServers"]
        self.is_good(turn["username"], turn["credential"])
        listed = self.ask("PUT", "/_turn/channel", 200, Authorization=self.basic())
        self.assertIn("url", listed["v"]["iceServers"][0])

    def test_metered(self):
        answer = self.ask("GET", f"/api/v1/turn/credentials?apiKey={self.key}", 200)
        self.assertIsInstance(answer, list)
        self.is_good(answer[-1]["username"], answer[-1]["credential"])

    def test_matrix(self):
        answer = self.ask("GET", "/_matrix/client/v3/voip/turnServer?user=@a:example.org", 200,
                          Authorization=self.bearer())
        self.assertEqual(sorted(answer), ["password", "ttl", "uris", "username"])
        self.assertEqual(answer["uris"], self.turn_urls())
        self.is_good(answer["username"], answer["password"])

    def test_kinesis(self):
        answer = self.ask("POST", "/v1/get-ice-server-config", 200,
                          {"ChannelARN": "arn", "ClientId": "c", "Service": "TURN",
                           "Username": "alice"}, Authorization=self.bearer())
        server = answer["IceServerList"][-1]
        self.assertEqual(server["Uris"], self.turn_urls())
        self.is_good(server["Username"], server["Password"])

    def test_nextcloud(self):
        answer = self.ask("GET", "/ocs/v2.php/apps/spreed/api/v1/signaling/settings", 200,
                          Authorization=self.bearer())
        turn = answer["ocs"]["data"]["turnservers"][0]
        self.is_good(turn["username"], turn["credential"])

    def test_xmpp(self):
        answer = self.ask("GET", "/xep0215", 200, Authorization=self.bearer())
        services = xml.etree.ElementTree.fromstring(answer)
        turn = [one for one in services.iter() if one.get("type") == "turn"]
        self.assertEqual([one.get("transport") for one in turn], ["udp", "tcp"])
        self.is_good(turn[0].get("username"), turn[0].get("password"))

    def test_openvidu(self):
        answer = self.ask("POST", "/openvidu/api/tokens", 200, {"session": "s1"},
                          Authorization=self.basic())
        # What openvidu-browser reads of a token's address.
        query = dict(urllib.parse.parse_qsl(answer["query"]))
        self.assertEqual(query["coturnIp"], "127.0.0.1")
        self.is_good(query["turnUsername"], query["turnCredential"])

    def test_our_own(self):
        answer = self.ask("POST", "/v1/credentials", 201, {"user": "alice", "session": "s1"},
                          Authorization=self.bearer())
        self.assertIn(":s1:alice", answer["username"])
        self.is_good(answer["username"], answer["password"])

    def test_openapi_describes_every_path(self):
        answer = self.ask("GET", "/v1/openapi.json", 200, Authorization=self.bearer())
        self.assertTrue(answer["openapi"].startswith("3.1"))
        self.assertIn("/_matrix/client/v3/voip/turnServer", json.dumps(answer["paths"]))

    def test_without_a_key_nobody_gets_anything(self):
        for method, target in (("GET", "/turn?service=turn&username=a"), ("GET", "/v1/ice-servers"),
                               ("GET", "/api/v1/turn/credentials"),
                               ("GET", "/_matrix/client/v3/voip/turnServer")):
            answer = self.service.ask(method, "/public" + target)
            self.assertIn(answer[0], (401, 403), target)
            self.assertNotIn("credential", json.dumps(answer[2]).replace("credentials", ""))


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no credentials service")
    harness.main()
