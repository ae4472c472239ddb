"""The accounts: what was relayed for whom, in files and over REST, whoever starts again."""

import csv
import json
import os
import time
import unittest

import harness
import stun_message as stun
from test_credentials import Pair, eventually


class Accounts(Pair):
    def setUp(self):
        super().setUp()
        self.csv, self.jsonl = self.folder / "accounts.csv", self.folder / "accounts.jsonl"
        self.service.config["accounting_csv"] = str(self.csv)
        self.service.config["accounting_jsonl"] = str(self.jsonl)
        self.restart()

    def restart(self):
        self.service.stop()
        self.service.write()
        self.service.start()

    def rows(self):
        if not self.jsonl.exists():
            return []
        return [json.loads(line) for line in self.jsonl.read_text().splitlines()]

    def has_rows(self, count):
        self.assertTrue(eventually(lambda: len(self.rows()) >= count, 20), self.rows())
        self.assertEqual(len(self.rows()), count)
        return self.rows()

    def call(self, user, call_id, packets=0):
        """One allocation of a fresh credential that has ended."""
        status, _, body = self.service.ask(
            "GET", f"/public/v1/ice-servers?user={user}&call_id={call_id}", self.key,
            headers={"Origin": "https://app.example.org"})
        self.assertEqual(status, 200, body)
        with self.session(body["username"], body["credential"]) as one, \
                self.session(*self.ice("peer")) as other:
            mine = one.allocate().address(stun.XOR_RELAYED_ADDRESS)
            theirs = other.allocate().address(stun.XOR_RELAYED_ADDRESS)
            one.channel_bind(0x4000, theirs)
            other.channel_bind(0x4000, mine)
            for _ in range(packets):
                one.send_channel(0x4000, b"x" * 100)
                other.receive_data()
            one.refresh(0)
            other.refresh(0)
        return body["username"]

    def test_a_call_is_a_row_with_its_user_origin_and_traffic(self):
        began = int(time.time())
        username = self.call("alice", "call-7", packets=20)
        rows = self.has_rows(2)
        row = next(row for row in rows if row["user"] == "alice")
        self.assertEqual(row["username"], username)
        self.assertEqual((row["call_id"], row["origin"], row["caller"], row["reason"]),
                         ("call-7", "https://app.example.org", "backend", "deleted"))
        self.assertEqual(row["peer_sent_packets"], 20)
        self.assertEqual(row["peer_sent_bytes"], 2000)
        self.assertEqual(row["peers"], "127.0.0.1")
        self.assertGreaterEqual(row["start"], time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                            time.gmtime(began - 1)))
        with self.csv.open(newline="") as file:
            table = list(csv.DictReader(file))
        self.assertEqual([line["username"] for line in table], [row["username"] for row in rows])
        self.assertEqual(set(table[0]), set(row))
        self.assertEqual(os.stat(self.csv).st_mode & 0o027, 0)
        # The same over REST, piece by piece, for who manages everybody.
        status, headers, text = self.service.ask("GET", "/app/v1/accounting?limit=1", self.key)
        self.assertEqual((status, headers["Content-Type"]), (200, "application/x-ndjson"))
        self.assertEqual(text, rows[0])
        following = headers["X-Next-After"]
        _, _, text = self.service.ask("GET", f"/app/v1/accounting?after={following}", self.key)
        self.assertEqual(text, rows[1])
        _, _, text = self.service.ask("GET", "/app/v1/accounting?format=csv", self.key)
        self.assertEqual(text.encode(), self.csv.read_bytes())
        self.assertEqual(self.service.ask("GET", "/app/v1/accounting", self.page_key)[0], 403)
        self.assertEqual(self.service.ask("GET", "/public/v1/accounting", self.key)[0], 404)
        status, _, text = self.service.ask("GET", "/app/v1/audit?limit=1", self.key)
        self.assertEqual((status, text["action"]), (200, "mint"))
        _, _, metrics = self.service.ask("GET", "/app/metrics")
        self.assertIn("turnpike_credentials_accounting_rows_total 2", metrics)

    def test_none_is_lost_or_doubled_when_either_side_starts_again(self):
        self.call("alice", "one")
        self.has_rows(2)
        self.service.stop()
        self.service.start()
        credential = self.ice("bob")
        self.service.stop()
        with self.session(*credential) as bob:  # ends while nobody listens
            bob.allocate()
            bob.refresh(0)
        self.service.start()
        self.has_rows(3)
        with self.session(*self.ice("carol")) as carol:
            carol.allocate()
            self.relay.stop()  # ends what is left, and waits for the reader
            carol.allocated = False
        rows = self.has_rows(4)
        self.assertEqual((rows[-1]["user"], rows[-1]["reason"]), ("carol", "shutdown"))
        self.relay.start()
        self.call("dave", "two")
        rows = self.has_rows(6)
        self.assertEqual(len({(row["instance"], row["number"]) for row in rows}), 6)


if __name__ == "__main__":
    if harness.is_coturn():
        harness.skip_all("Coturn has no credentials service")
    harness.main()
