"""How fast people get in: `python3 tests/bench/cobrowse_join.py [times]` after scripts/build.
Gates nothing. The visitor's page is open, his name is in it; from the click on Join (a session that
runs) or POST sessions (others) to the first frame that his page shows, and to the site's colour in
it. Everything shares the machine, so the load is printed."""

import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from cobrowse_service import wait_until
from test_cobrowse import CobrowseTest

STILL = "<!doctype html><title>still</title><body style='background:#0a0'><h1>Nothing moves"
# In the page before its own scripts: when things happen first. Consent is given as soon as asked.
MARK = """(() => {
  globalThis.marks = {};
  const mark = (name) => { marks[name] ??= performance.timeOrigin + performance.now(); };
  const canvas = new OffscreenCanvas(16, 16);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  const watch = (video) => {
    mark('frame');
    context.drawImage(video, 0, 0, 16, 16);
    const [red, green] = context.getImageData(12, 12, 1, 1).data;
    if (red < 80 && green > 120) return mark('site');
    video.requestVideoFrameCallback(() => watch(video));
  };
  const look = () => {
    document.querySelector('[data-action="allow"]:not([disabled])')?.click();
    const video = document.querySelector('video');
    if (!video) return setTimeout(look, 5);
    if (!marks.video) video.requestVideoFrameCallback(() => watch(video));
    mark('video');
    if (!marks.site) setTimeout(look, 5);
  };
  look();
  const Peer = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Peer {
    constructor(...rest) {
      super(...rest);
      mark('peer');
      this.addEventListener('connectionstatechange', () => mark(this.connectionState));
      this.addEventListener('iceconnectionstatechange',
                            () => mark('ice ' + this.iceConnectionState));
    }
  };
})();"""
PARTS = ("made", "peer", "ice connected", "connected", "frame", "site")


class Bench(CobrowseTest):
    def page(self):
        person = self.person("about:blank")
        call, session = person.browser.call, person.page.session
        call("Page.addScriptToEvaluateOnNewDocument", session, source=MARK)
        call("Page.navigate", session, url=self.cobrowse.url + "/public/visitor.html")
        person.fill("input[name=name]", "Vera")
        time.sleep(0.5)
        return person

    def enter(self, person, pin):
        """With one call, since asking a browser takes a while here."""
        person.fill("input[name=pin]", pin)
        person.click("button[type=submit]")

    def marks(self, person, begun):
        wait_until(lambda: person.evaluate("marks.site ?? 0"),
                   lambda: person.state() + self.cobrowse.output())
        return {name: at - begun for name, at in person.evaluate("marks").items()}

    def running(self):
        session = self.make("/still")
        first, second = self.page(), self.page()
        self.enter(first, session["invite"]["pin"])
        self.marks(first, 0)
        invite = self.cobrowse.ask("POST", f"/app/v1/sessions/{session['id']}/invites",
                                   {"role": "observer"}, self.cobrowse.key)[1]
        time.sleep(1)
        begun = time.time() * 1000
        self.enter(second, invite["pin"])
        found = self.marks(second, begun)
        first.close(), second.close()
        return found

    def fresh(self):
        person = self.page()
        begun = time.time() * 1000
        session = self.make("/still")
        made = time.time() * 1000 - begun
        self.enter(person, session["invite"]["pin"])
        found = {**self.marks(person, begun), "made": made}
        person.close()
        return found

    def warm(self):
        wait_until(lambda: "turnpike_cobrowse_warm_renderers 1" in
                   self.cobrowse.ask("GET", "/app/metrics")[1], self.cobrowse.output, 60)
        return self.fresh()

    def measure(self, name, once, times):
        rows = []
        for _ in range(times):
            rows.append(once())
            self.cobrowse.end_all()
        cells = [statistics.median(row.get(part, 0) for row in rows) for part in PARTS]
        print(f"{name:18}" + "".join(f"{cell:15.0f}" for cell in cells) +
              f"{os.getloadavg()[0]:8.1f}", flush=True)


class Warm(Bench):
    changes = {"renderer": {"warm_pool": 1}}


def run(kind, names, times):
    kind.setUpClass()
    bench = kind()
    kind.site.pages["/still"] = STILL
    try:
        for name in names:
            bench.measure(f"{name} session", getattr(bench, name), times)
    finally:
        bench.doCleanups()
        kind.doClassCleanups()


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    print(f"{'medians in ms':18}" + "".join(f"{part:>15}" for part in PARTS) + f"{'load':>8}",
          flush=True)
    run(Bench, ("running", "fresh"), times)
    run(Warm, ("warm",), times)


if __name__ == "__main__":
    main()
