"""The relay's admin socket: who is there, who must go, and which credentials are good no longer."""

import http.client
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import stat
import tempfile
import time
import unittest

import harness
from turn_client import TurnError


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class AdminTest(harness.ServerTest):
    server_hosts = ("127.0.0.1",)

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.socket = cls.folder / "admin.sock"
        cls.server_lines = {"relay-threads": 2, "admin-socket": cls.socket, **cls.more_lines()}
        super().setUpClass()

    @classmethod
    def more_lines(cls):
        return {}

    def ask(self, method, target, body=None):
        connection = UnixConnection(self.socket)
        connection.request(method, target, json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def revoke(self, kind, value, lifetime_s=3600):
        status, answer = self.ask("POST", "/v1/revocations", {"revocations": [
            {"kind": kind, "value": value, "until": int(time.time()) + lifetime_s,
             "reason": "test"}]})
        self.assertEqual(status, 200, answer)
        return answer

    def lift(self, kind, value):
        return self.ask("DELETE", f"/v1/revocations?kind={kind}&value={value}")[0]

    def error_of(self, call, *arguments):
        try:
            call(*arguments)
        except TurnError as error:
            return error.code
        return None


@unittest.skipIf(harness.is_coturn(), "Coturn has no such socket")
class Admin(AdminTest):
    @classmethod
    def more_lines(cls):
        return {"use-auth-secret": "", "static-auth-secret": harness.SECRET}

    def test_only_its_owner_and_group_may_use_it(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.socket).st_mode), 0o660)

    def test_sessions_are_listed_and_ended(self):
        with self.server.client() as first, self.server.client("tcp") as second:
            first.allocate()
            second.allocate()
            self.assertEqual(self.ask("GET", "/v1/status")[1]["allocations"], 2)
            status, answer = self.ask("GET", f"/v1/sessions?user={harness.USER}")
            self.assertEqual(status, 200)
            by_transport = {one["transport"]: one for one in answer["sessions"]}
            self.assertEqual(sorted(by_transport), ["TCP", "UDP"])
            udp = by_transport["UDP"]
            self.assertEqual(udp["client"], "127.0.0.1:%d" % first.link.socket.getsockname()[1])
            self.assertTrue(590 < udp["expires_in_s"] <= 600, udp)
            self.assertEqual(len(udp["relayed"]), 1)
            self.assertGreater(udp["usage"]["received_packets"], 0)
            self.assertEqual(self.ask("GET", "/v1/sessions?user=nobody")[1], {"sessions": []})

            self.assertEqual(self.ask("DELETE", f"/v1/sessions/{udp['id']}")[0], 204)
            self.assertEqual(self.ask("DELETE", f"/v1/sessions/{udp['id']}")[0], 404)
            self.assertEqual(self.error_of(first.refresh, 600), 437)
            self.assertIsNone(self.error_of(second.refresh, 600))
            second.refresh(0)

    def test_a_revoked_credential_is_closed_when_the_answer_is_there(self):
        username, password = harness.rest_credential("s7:dave")
        other, other_password = harness.rest_credential("s8:erin")
        with self.server.client(username=username, password=password) as dave, \
                self.server.client(username=other, password=other_password) as erin:
            dave.allocate()
            erin.allocate()
            answer = self.revoke("session", "s7")
            self.assertEqual(answer, {"added": 1, "closed": 1, "stored": False})
            self.assertEqual(self.error_of(dave.refresh, 600), 401)
            self.assertEqual(self.error_of(dave.allocate), 401)
            self.assertIsNone(self.error_of(erin.refresh, 0))
            self.assertEqual(self.revoke("session", "s7")["closed"], 0)
            listed = self.ask("GET", "/v1/revocations")[1]["revocations"]
            self.assertEqual([(one["kind"], one["value"]) for one in listed], [("session", "s7")])
            self.assertEqual(self.lift("session", "s7"), 204)
            self.assertEqual(self.lift("session", "s7"), 404)
            self.assertIsNone(self.error_of(dave.allocate))
            dave.refresh(0)

    def test_nonsense_is_refused_with_a_reason(self):
        status, answer = self.ask("POST", "/v1/revocations", {"revocations": [{"kind": "planet"}]})
        self.assertEqual(status, 400)
        self.assertIn("kind", answer["detail"])
        self.assertEqual(self.ask("GET", "/nothing")[0], 404)
        self.assertEqual(self.ask("PUT", "/v1/status")[0], 405)

    def test_the_socket_goes_and_comes_with_the_relay(self):
        before = self.ask("GET", "/v1/status")[1]["instance"]
        self.server.stop()
        self.assertFalse(self.socket.exists())
        self.server.start()
        self.assertNotEqual(self.ask("GET", "/v1/status")[1]["instance"], before)


@unittest.skipIf(harness.is_coturn(), "Coturn has no such socket")
class AdminWithStore(AdminTest):
    @classmethod
    def more_lines(cls):
        cls.database = cls.folder / "turndb"
        return {"use-auth-secret": "", "static-auth-secret": harness.SECRET,
                "userdb": cls.database}

    def test_a_restart_forgets_nothing_that_was_revoked(self):
        username, password = harness.rest_credential("frank")
        self.assertEqual(self.ask("GET", "/v1/status")[1]["store"], "ok")
        self.assertTrue(self.revoke("user", "frank")["stored"])
        self.server.stop()
        self.server.start()
        with self.server.client(username=username, password=password) as frank:
            self.assertEqual(self.error_of(frank.allocate), 401)
            self.assertEqual(self.lift("user", "frank"), 204)
            self.assertIsNone(self.error_of(frank.allocate))
            frank.refresh(0)
        connection = sqlite3.connect(self.database)
        self.assertEqual(connection.execute("SELECT count(*) FROM turnpike_revocation")
                         .fetchone(), (0,))
        connection.close()


if __name__ == "__main__":
    harness.main()
