"""How long a click takes to be seen by the other one, what the renderer costs, and how fast people
get in: `python3 tests/bench/cobrowse_latency.py [clicks]` after scripts/build. Gates nothing.
Both viewers, the browser on the server, the relay and this program share the machine."""

import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import harness
from cobrowse_service import Cobrowse, Person, Site
from test_cobrowse import CobrowseTest, Relay

CLICKS = """<!doctype html><title>clicks</title><body style="margin:0;background:#fff"><script>
let on = false;
document.onmousedown = () => { on = !on;
  document.body.style.background = on ? 'rgb(0,0,0)' : 'rgb(255,255,255)'; };</script>"""
SCROLL = """<!doctype html><title>scroll</title><body style="font:16px sans-serif"><script>
document.body.innerHTML = Array.from({length: 3000},
  (_, i) => `<p>${i} ${'lorem ipsum dolor '.repeat(8)}`).join('');
let y = 0; setInterval(() => scrollTo(0, y += 12), 33);</script>"""
STILL = "<!doctype html><title>still</title><body style='background:#fff'><h1>Nothing moves"
# Seen by the page itself, at each frame that is drawn: asking from outside costs more than the way.
WATCH = """
globalThis.seen = []; (() => {
  const video = document.querySelector('video'), canvas = new OffscreenCanvas(16, 16);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  let last = null;
  const look = () => {
    context.drawImage(video, 0, 0, 16, 16);
    const light = context.getImageData(8, 8, 1, 1).data[0] > 128;
    if (last !== null && light !== last) seen.push(performance.timeOrigin + performance.now());
    last = light;
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
})();"""


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percent(pid, seconds):
    before = cpu_seconds(pid)
    time.sleep(seconds)
    return 100 * (cpu_seconds(pid) - before) / seconds


class Bench(CobrowseTest):
    def renderer(self):
        return self.renderers(1)[0]

    def measure_clicks(self, count):
        session = self.make("/clicks")
        visitor, agent = self.visitor(session), self.agent(session)
        visitor.sees(600, 400, [255, 255, 255])
        agent.sees(600, 400, [255, 255, 255])
        agent.evaluate(WATCH)
        visitor.click_at(600, 400)
        time.sleep(1)
        times = []
        for _ in range(count):
            before = agent.evaluate("seen.length")
            started = time.time() * 1000
            visitor.click_at(600, 400)
            time.sleep(0.6)
            found = agent.evaluate("seen")
            if len(found) > before:
                times.append(found[before] - started)
        times.sort()
        print(f"click to the other's pixel, {len(times)} of {count} seen: "
              f"p50 {statistics.median(times):.0f} ms, "
              f"p95 {times[int(len(times) * 0.95)]:.0f} ms", flush=True)
        self.cobrowse.end_all()

    def measure_cpu(self):
        session = self.make("/scroll")
        visitor = self.visitor(session)
        time.sleep(3)
        print("renderer without Chromium, scrolling, one viewer: "
              f"{percent(self.renderer(), 8):.0f} % of a core", flush=True)
        agent = self.agent(session)
        time.sleep(2)
        print(f"with another viewer: {percent(self.renderer(), 8):.0f} %", flush=True)
        agent.close(), visitor.close()
        self.cobrowse.end_all()
        session = self.make("/still")
        visitor = self.visitor(session)
        time.sleep(5)
        print(f"a page that stands still: {percent(self.renderer(), 8):.1f} %", flush=True)
        begun = time.monotonic()
        agent = self.agent(session)
        print(f"another one sees a session that runs {time.monotonic() - begun:.2f} s after he "
              "opened the desk (with a browser's start)", flush=True)
        visitor.close()
        self.cobrowse.end_all()


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    Bench.setUpClass()
    bench = Bench()
    Bench.site.pages.update({"/clicks": CLICKS, "/scroll": SCROLL, "/still": STILL})
    try:
        bench.measure_clicks(count)
        bench.measure_cpu()
    finally:
        bench.doCleanups()
        Bench.doClassCleanups()


if __name__ == "__main__":
    main()
