#!/usr/bin/env python3
"""How many credentials turnpike-credentials mints a second on one core, and how long one takes.
Prints and gates nothing. Usage: tests/bench/credentials_load.py [seconds] [connections]; the
program is that of $TURNPIKE_BUILT_TURNSERVER's folder, or of build/release."""

import itertools
import os
import pathlib
import selectors
import socket
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import credentials_service  # noqa: E402

WARM_UP_S = 0.5


def pin_to_one_core(pid):
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {0})


def run(service, key, length_s, connections):
    """Latencies in seconds of closed loops, one request in flight on each connection."""
    users = itertools.count()

    def request():
        return (f"GET /public/v1/ice-servers?user=u{next(users)} HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: Bearer {key}\r\n\r\n").encode()
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        link = socket.create_connection(("127.0.0.1", service.port))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.sendall(request())
        selector.register(link, selectors.EVENT_READ, [time.perf_counter()])
    began, latencies, refused = time.perf_counter(), [], 0
    while time.perf_counter() - began < length_s + WARM_UP_S:
        for chosen, _ in selector.select(1):
            answer, now = chosen.fileobj.recv(65536), time.perf_counter()
            if not answer.startswith(b"HTTP/1.1 200"):
                refused += 1
            if now - began > WARM_UP_S:
                latencies.append(now - chosen.data[0])
            chosen.data[0] = time.perf_counter()
            chosen.fileobj.sendall(request())
    for link in list(selector.get_map().values()):
        link.fileobj.close()
    return latencies, refused


def main():
    length_s = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    connections = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    key, stored = credentials_service.make_key("bench")
    with tempfile.TemporaryDirectory() as folder:
        service = credentials_service.Service({
            "relays": [{"host": "127.0.0.1", "probe": "off"}],
            "api_keys": [{"id": "bench", "hash": stored}]}, folder)
        try:
            pin_to_one_core(service.process.pid)
            latencies, refused = run(service, key, length_s, connections)
        finally:
            service.stop()
    latencies.sort()
    print(f"{len(latencies) / length_s:.0f} mints/s over {connections} connections, p50 "
          f"{latencies[len(latencies) // 2] * 1000:.2f} ms, p99 "
          f"{latencies[len(latencies) * 99 // 100] * 1000:.2f} ms, {refused} refused")


if __name__ == "__main__":
    main()
