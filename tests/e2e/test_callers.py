"""Who may ask turnpike-credentials: tokens of an identity provider, and keys that are made at run
time. What they get is used at a relay."""

import base64
import hashlib
import hmac
import json
import subprocess
import time
import unittest

import harness
from test_credentials import Pair, eventually

ISSUER = "https://id.example.org"


def encoded(data):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True,
                          check=True).stdout


class Provider:
    """An identity provider with one RSA key."""

    def __init__(self, folder, name):
        self.name = name
        self.file = folder / f"{name}.pem"
        openssl("genrsa", "-out", str(self.file), "2048")
        modulus = openssl("rsa", "-in", str(self.file), "-noout", "-modulus").decode().strip()
        self.jwk = {"kty": "RSA", "kid": name, "use": "sig", "alg": "RS256", "e": "AQAB",
                    "n": encoded(bytes.fromhex(modulus.partition("=")[2]))}
        self.public_pem = openssl("rsa", "-in", str(self.file), "-pubout")

    def sign(self, message):
        return openssl("dgst", "-sha256", "-sign", str(self.file), data=message)

    def token(self, claims, header=None, sign=None):
        claims = {"iss": ISSUER, "aud": "turn", "exp": int(time.time()) + 300, **claims}
        text = f"{encoded(header or {'alg': 'RS256', 'kid': self.name})}.{encoded(claims)}"
        return f"{text}.{encoded((sign or self.sign)(text.encode()))}"


class Tokens(Pair):
    def setUp(self):
        super().setUp()
        self.provider = Provider(self.folder, "first")
        self.jwks = self.folder / "jwks.json"
        self.publish(self.provider)
        self.service.config["jwt"] = {"issuer": ISSUER, "audience": "turn",
                                      "jwks_file": str(self.jwks)}
        self.service.stop()
        self.service.write()
        self.service.start()

    def publish(self, *providers):
        fresh = self.folder / "fresh.json"
        fresh.write_text(json.dumps({"keys": [one.jwk for one in providers]}))
        fresh.rename(self.jwks)

    def ask(self, token, user="somebody"):
        return self.service.ask("GET", f"/public/v1/ice-servers?user={user}", token)

    def test_the_token_says_who_it_is(self):
        status, _, body = self.ask(self.provider.token({"sub": "alice"}))
        self.assertEqual(status, 200, body)
        self.assertTrue(body["username"].endswith(":alice"), body["username"])
        with self.session(body["username"], body["credential"]) as alice:
            alice.allocate()
        status, _, body = self.ask(self.provider.token({"sub": "a", "turnpike": "page"}), "guest-1")
        self.assertEqual(status, 403)  # the named policy is for pages of an origin
        status, _, body = self.ask(
            self.provider.token({"sub": "desk", "turnpike": {"users": ["guest-*"],
                                                             "max_lifetime": 30}}), "guest-1")
        self.assertEqual((status, body.get("ttl")), (200, 30), body)

    def test_forged_tokens_are_none(self):
        good = {"sub": "alice"}
        stranger = Provider(self.folder, "stranger")
        by_public_key = (lambda text: hmac.new(self.provider.public_pem, text,
                                               hashlib.sha256).digest())
        forged = {
            "unsigned": self.provider.token(good, {"alg": "none"}, lambda text: b""),
            "public key as secret": self.provider.token(good, {"alg": "HS256", "kid": "first"},
                                                        by_public_key),
            "another's key": stranger.token(good, {"alg": "RS256", "kid": "first"}),
            "its own key": stranger.token(good, {"alg": "RS256", "jwk": stranger.jwk}),
            "expired": self.provider.token({**good, "exp": int(time.time()) - 61}),
            "another issuer": self.provider.token({**good, "iss": "https://evil.example"}),
            "another audience": self.provider.token({**good, "aud": ["mail"]}),
            "nobody": self.provider.token({})}
        for what, token in forged.items():
            status, _, body = self.ask(token)
            self.assertEqual(status, 401, what)
            self.assertNotIn("password", json.dumps(body))

    def test_keys_are_rotated_without_a_restart(self):
        second = Provider(self.folder, "second")
        self.publish(self.provider, second)
        self.assertTrue(eventually(lambda: self.ask(second.token({"sub": "bob"}))[0] == 200, 20))
        self.assertEqual(self.ask(self.provider.token({"sub": "bob"}))[0], 200)
        self.publish(second)
        old = self.provider.token({"sub": "bob"})
        self.assertTrue(eventually(lambda: self.ask(old)[0] == 401, 20))


class RunTimeKeys(Pair):
    def test_a_key_is_made_used_and_removed(self):
        status, headers, made = self.service.ask(
            "POST", "/app/v1/keys", self.key, {"id": "shop", "policy": {"users": ["shop-*"]}})
        self.assertEqual(status, 201, made)
        self.assertEqual(headers["Cache-Control"], "no-store")

        def mint(user):
            return self.service.ask("GET", f"/public/v1/ice-servers?user={user}", made["key"])
        status, _, body = mint("shop-1")
        self.assertEqual(status, 200, body)
        with self.session(body["username"], body["credential"]) as shop:
            shop.allocate()
        self.assertEqual(mint("bank-1")[0], 403)
        # Only its hash is kept, and it is there after a restart.
        self.assertNotIn(made["key"].partition(".")[2].encode(),
                         (self.service.folder / "turnpike.db").read_bytes())
        self.service.stop()
        self.service.start()
        self.assertEqual(mint("shop-1")[0], 200)
        self.assertEqual(self.service.ask("DELETE", "/app/v1/keys/shop", self.key)[0], 204)
        self.assertEqual(mint("shop-1")[0], 401)
        self.assertEqual(self.service.ask("GET", "/app/v1/keys", self.page_key)[0], 403)


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no credentials service")
    harness.main()
