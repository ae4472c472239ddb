"""A wire between two network namespaces that is slow, uneven and narrow: this kernel has no netem.
A process of its own carries IP packets from one TUN device to the other, each direction by itself.
What it cannot keep to, for want of a processor, it counts and says."""

import argparse
import fcntl
import heapq
import json
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time

import netns

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
MTU = 1500
LOSS = """
table inet {device} {{
  chain arriving {{
    type filter hook prerouting priority -400; policy accept;
    iifname "{device}" numgen random mod 1000 < {per_mille} counter drop
  }}
}}
"""


def make_tun(namespace, device):
    """The end that this process reads and writes; the device is as good as pulled out after it."""
    with netns.inside(namespace):
        descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(descriptor, TUNSETIFF,
                    struct.pack("16sH", device.encode(), IFF_TUN | IFF_NO_PI))
    return descriptor


class DelayLink:
    """`near` and `far` are (host, address) of `net`: a point-to-point link of the two. Starts as
    one that does nothing but carry; change() makes it what it is to be."""

    def __init__(self, net, near, far, device="slow0"):
        self.net, self.device, self.hosts = net, device, (near[0], far[0])
        self.ends = [make_tun(net.name(host), device) for host in self.hosts]
        for (host, address), (_, peer) in ((near, far), (far, near)):
            net.ip(host, "address", "add", address, "peer", peer, "dev", device)
            net.ip(host, "link", "set", device, "up")
        self.process, self.counts = None, {}
        self.change()

    def change(self, loss_percent=0, **shape):
        """`shape`: delay_ms, jitter_ms, kbps, queue_ms. What is under way is lost."""
        self.stop()
        for host in self.hosts:
            self.net.nft(host, f"table inet {self.device}\ndelete table inet {self.device}\n" +
                         (LOSS.format(device=self.device, per_mille=round(10 * loss_percent))
                          if loss_percent else ""))
        words = [word for name, value in shape.items()
                 for word in (f"--{name.replace('_', '-')}", str(value))]
        self.process = subprocess.Popen(
            [sys.executable, __file__, *map(str, self.ends), *words], pass_fds=self.ends,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def stop(self):
        """Leaves in `counts` what went through."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.counts = json.loads(self.process.communicate(timeout=10)[0] or "{}")
        self.process = None

    def close(self):
        self.stop()
        for end in self.ends:
            os.close(end)
        self.ends = []


class Direction:
    """A narrow place with a queue before it, then the way. Packets do not overtake each other."""

    def __init__(self, source, target, shape, chance):
        self.source, self.target, self.shape, self.chance = source, target, shape, chance
        self.free_at = self.last_due = 0.0
        self.waiting, self.number = [], 0
        self.carried = self.bytes = self.full = 0
        self.late = []

    def take(self, now):
        while True:
            try:
                packet = os.read(self.source, MTU + 100)
            except BlockingIOError:
                return
            self.queue(packet, now)

    def queue(self, packet, now):
        through = now
        if self.shape.kbps:
            through = max(now, self.free_at) + len(packet) * 8 / (self.shape.kbps * 1000)
            if through - now > self.shape.queue_ms / 1000:
                self.full += 1
                return
            self.free_at = through
        way = self.shape.delay_ms + self.chance.uniform(-1, 1) * self.shape.jitter_ms
        self.last_due = max(self.last_due, through + max(way, 0) / 1000)
        self.number += 1
        heapq.heappush(self.waiting, (self.last_due, self.number, packet))

    def deliver(self, now):
        while self.waiting and self.waiting[0][0] <= now:
            due, _, packet = heapq.heappop(self.waiting)
            try:
                os.write(self.target, packet)
            except OSError:
                continue  # the device is down
            self.carried += 1
            self.bytes += len(packet)
            self.late.append(now - due)

    def counts(self):
        late = sorted(self.late)
        return {"packets": self.carried, "bytes": self.bytes, "queue_full": self.full,
                "late_ms_p99": round(1000 * late[int(len(late) * 0.99)], 1) if late else 0,
                "late_ms_most": round(1000 * late[-1], 1) if late else 0}


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ends", type=int, nargs=2)
    parser.add_argument("--delay-ms", type=float, default=0)
    parser.add_argument("--jitter-ms", type=float, default=0, help="up to so much more or less")
    parser.add_argument("--kbps", type=float, default=0, help="0: as fast as it comes")
    parser.add_argument("--queue-ms", type=float, default=300, help="before the narrow place")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    shape = parse()
    near, far = shape.ends
    chance = random.Random(shape.seed)
    directions = [Direction(near, far, shape, chance), Direction(far, near, shape, chance)]
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    if os.geteuid() == 0:
        os.nice(-10)  # a wire does not wait for its turn
    while not ended:
        due = [one.waiting[0][0] for one in directions if one.waiting]
        wait = max(min(due) - time.monotonic(), 0) if due else None
        select.select([near, far, wake], [], [], wait)
        now = time.monotonic()
        for one in directions:
            one.take(now)
            one.deliver(now)
    print(json.dumps({"there": directions[0].counts(), "back": directions[1].counts()}))


if __name__ == "__main__":
    main()
