"""What people see over a bad line: `python3 tests/bench/cobrowse_loss.py [line] [seconds]` after
scripts/build, as root, for it makes namespaces. The line is one of LINES. Gates nothing. Both
viewers, the browser on the server, the relay and the line share the machine."""

import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import harness
from test_cobrowse_loss import BOX, WHITE, LossTest

LINES = {
    "none": {},
    "delay": {"delay_ms": 50, "jitter_ms": 10},
    "loss": {"delay_ms": 50, "jitter_ms": 10, "loss_percent": 2},
    "1000": {"delay_ms": 30, "jitter_ms": 5, "kbps": 1000},
    "300": {"delay_ms": 30, "jitter_ms": 5, "kbps": 300},
    "100": {"delay_ms": 30, "jitter_ms": 5, "kbps": 100},
}
CLICK_EACH_S = 0.7
# All on the page's clock: when a press was made, when a frame was shown, when the box changed.
WATCH = """
globalThis.watched = {pressed: [], changed: [], shown: []};
addEventListener('pointerdown', () => watched.pressed.push(performance.now()), true);
(() => {
  const video = document.querySelector('video'), canvas = new OffscreenCanvas(4, 4);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  let last = null;
  const look = () => {
    watched.shown.push(performance.now());
    context.drawImage(video, 120, 120, 80, 80, 0, 0, 4, 4);
    const light = context.getImageData(2, 2, 1, 1).data[0] > 128;
    if (last !== null && light !== last) watched.changed.push(performance.now());
    last = light;
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
})();"""
COUNTERS = ("framesDecoded", "keyFramesDecoded", "nackCount", "pliCount", "packetsReceived",
            "packetsLost", "retransmittedPacketsReceived", "bytesReceived", "freezeCount",
            "totalFreezesDuration", "qpSum")


def share(values, part):
    values = sorted(values)
    return values[min(int(len(values) * part), len(values) - 1)] if values else float("nan")


def latencies(watched, until_s):
    """From each press to the first change after it, and how many have none before the next one."""
    found, missed = [], 0
    presses = watched["pressed"] + [float("inf")]
    for press, following in zip(presses, presses[1:]):
        after = [at for at in watched["changed"] if press < at < min(following, until_s * 1e6)]
        if after:
            found.append(after[0] - press)
        else:
            missed += 1
    return found, missed


class Bench(LossTest):
    def say(self, name, person, before, seconds):
        now, watched = person.inbound(), person.evaluate("watched")
        gap = {key: now.get(key, 0) - before.get(key, 0) for key in COUNTERS}
        shown = watched["shown"]
        longest = max((b - a for a, b in zip(shown, shown[1:])), default=float("nan"))
        over = sum(b - a > 500 for a, b in zip(shown, shown[1:]))
        times, missed = latencies(watched, seconds)
        if times:
            print(f"{name}: press to pixel p50 {statistics.median(times):.0f} ms, "
                  f"p95 {share(times, 0.95):.0f} ms, {missed} of {len(times) + missed} not seen "
                  "before the next one")
        print(f"{name}: {gap['framesDecoded'] / seconds:.1f} frames/s, longest without one "
              f"{longest:.0f} ms ({over} over 500), {gap['bytesReceived'] / 125 / seconds:.0f} "
              f"kbit/s, quantiser {gap['qpSum'] / max(gap['framesDecoded'], 1):.0f} of 127")
        print(f"{name}: key frames {gap['keyFramesDecoded']}, PLI {gap['pliCount']}, NACK "
              f"{gap['nackCount']}, resent {gap['retransmittedPacketsReceived']}, lost "
              f"{gap['packetsLost']} of {gap['packetsReceived']}", flush=True)

    def measure(self, line, seconds):
        self.link.change()
        session = self.make()
        near = self.join(session, "near", "Olga") if line.isdigit() else None
        begun = []

        def narrow():  # the page is there: it is the picture that is measured
            self.link.change(**LINES[line])
            begun.append(time.monotonic())
        slow = self.join(session, "slow", before=narrow)
        slow.sees(*BOX, WHITE)
        print(f"line {line} {LINES[line]}, load {os.getloadavg()[0]:.1f}: a picture "
              f"{time.monotonic() - begun[0]:.1f} s after consent")
        time.sleep(3)
        people = [("slow", slow)] + ([("near", near)] if near else [])
        before = {}
        for name, person in people:
            person.evaluate(WATCH)
            before[name] = person.inbound()
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            slow.click_at(*BOX)
            time.sleep(CLICK_EACH_S)
        took = time.monotonic() - began
        for name, person in people:
            self.say(name, person, before[name], took)
        self.link.stop()
        print(f"line: {self.link.counts}, load {os.getloadavg()[0]:.1f}\n", flush=True)


def main():
    lines = [sys.argv[1]] if len(sys.argv) > 1 else list(LINES)
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    Bench.setUpClass()
    bench = Bench()
    try:
        for line in lines:
            bench.measure(line, seconds)
            bench.doCleanups()
            bench.cobrowse.end_all()
    finally:
        if os.environ.get("SHOW_LOG"):
            print(bench.cobrowse.output())
        bench.doCleanups()
        Bench.doClassCleanups()


if __name__ == "__main__":
    main()
