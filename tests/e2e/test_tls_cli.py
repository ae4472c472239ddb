"""What an operator tries first: openssl s_client against the TLS port, and what must be refused."""

import subprocess
import time

import harness

STAYS_OPEN_S = 2.0


class TlsCli(harness.ServerTest):
    # Coturn before 4.7 wants to be told; for us it is the default and a line that changes nothing.
    server_lines = {"no-tlsv1": "", "no-tlsv1_1": ""}

    def s_client(self, *arguments, port=None):
        return subprocess.Popen(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{port or self.server.tls_port}",
             "-CAfile", str(self.server.folder / "ca.pem"), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def handshake(self, *arguments, port=None):
        """(exit code, output) of a client that says nothing and leaves."""
        process = self.s_client(*arguments, port=port)
        try:
            output, _ = process.communicate("Q\n", timeout=5)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            process.kill()
            return "no answer", process.communicate()[0]

    def test_completes_shows_the_chain_and_stays_open(self):
        for port in (self.server.tls_port, self.server.port):
            with self.subTest(port=port):
                process = self.s_client("-showcerts", "-verify_return_error", "-verify_hostname",
                                        "turn.test", "-servername", "turn.test", port=port)
                time.sleep(STAYS_OPEN_S)
                self.assertIsNone(process.poll(), "the server hung up on a silent client")
                output, _ = process.communicate("Q\n", timeout=15)
                self.assertEqual(process.returncode, 0, output)
                self.assertIn("Verify return code: 0 (ok)", output)
                self.assertEqual(output.count("BEGIN CERTIFICATE"), 2, output)

    def test_alpn_of_rfc_7443(self):
        for protocol in ("stun.turn", "stun.nat-discovery"):
            with self.subTest(protocol=protocol):
                code, output = self.handshake("-alpn", protocol)
                self.assertEqual(code, 0, output)
                self.assertIn(f"ALPN protocol: {protocol}", output)

    def test_an_unknown_alpn_does_not_end_the_handshake(self):
        code, output = self.handshake("-alpn", "h2")
        self.assertEqual(code, 0, output)
        self.assertIn("No ALPN negotiated", output)

    def test_versions(self):
        for flag, works in (("-tls1", False), ("-tls1_1", False), ("-tls1_2", True),
                            ("-tls1_3", not harness.is_coturn())):
            with self.subTest(version=flag):
                code, output = self.handshake(flag, "-cipher", "DEFAULT@SECLEVEL=0")
                self.assertEqual(code == 0, works, output)
                if not harness.is_coturn():  # which leaves an old client without an answer
                    self.assertNotEqual(code, "no answer")

    def test_the_port_serves_on_after_garbage(self):
        for junk in (b"\x16\x03\x01\x00\x05hello", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 64):
            with self.subTest(junk=junk):
                with harness.turn_client.socket.create_connection(
                        ("127.0.0.1", self.server.tls_port), timeout=5) as connection:
                    connection.sendall(junk)
                with self.server.client("tls") as client:
                    client.binding()


if __name__ == "__main__":
    harness.need("openssl")
    harness.main()
