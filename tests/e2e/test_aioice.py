"""Two relay-only ICE agents of python3-aioice talk through the server over UDP, TCP and TLS."""

import asyncio

import harness
import turn_client

try:
    import aioice
    from aioice.ice import TransportPolicy
except ImportError:
    harness.skip_all("python3-aioice is not installed, scripts/setup test installs it")

STEP_TIMEOUT_S = 15
MESSAGES = 50


def agent(server, transport, controlling):
    username, password = harness.rest_credential("ice")
    tls = transport == "tls"
    return aioice.Connection(
        ice_controlling=controlling, transport_policy=TransportPolicy.RELAY,
        turn_server=("127.0.0.1", server.tls_port if tls else server.port),
        turn_username=username, turn_password=password,
        turn_ssl=turn_client.insecure_tls() if tls else False,
        turn_transport="udp" if transport == "udp" else "tcp")


async def introduce(a, b):
    for one in (a, b):
        await one.gather_candidates()
    for one, other in ((a, b), (b, a)):
        for candidate in one.local_candidates:
            await other.add_remote_candidate(candidate)
        await other.add_remote_candidate(None)
        other.remote_username, other.remote_password = one.local_username, one.local_password
    await asyncio.gather(a.connect(), b.connect())


async def converse(server, transports):
    """The kinds of all local candidates, after every message came back."""
    a, b = agent(server, transports[0], True), agent(server, transports[1], False)
    try:
        await asyncio.wait_for(introduce(a, b), STEP_TIMEOUT_S)
        for number in range(MESSAGES):
            question = f"message {number}".encode() + b"." * number * 20
            await a.send(question)
            assert await asyncio.wait_for(b.recv(), STEP_TIMEOUT_S) == question
            await b.send(question[::-1])
            assert await asyncio.wait_for(a.recv(), STEP_TIMEOUT_S) == question[::-1]
        return {candidate.type for candidate in a.local_candidates + b.local_candidates}
    finally:
        await a.close()
        await b.close()


class AioIce(harness.ServerTest):
    server_lines = {"lt-cred-mech": None, "user": None, "use-auth-secret": "",
                    "static-auth-secret": harness.SECRET}

    def test_relay_only_agents_talk(self):
        for pair in (("udp", "udp"), ("tcp", "tcp"), ("tls", "tls"), ("udp", "tls"),
                     ("tcp", "udp")):
            with self.subTest(transports=pair):
                self.assertEqual(asyncio.run(converse(self.server, pair)), {"relay"})


if __name__ == "__main__":
    harness.main()
