"""What each further viewer costs the renderer: `python3 tests/bench/cobrowse_viewers.py [viewers]
[seconds]` after scripts/build. A page that scrolls, then as many observers one after the other, all
in one browser each; memory is what the process alone has (PSS). By thread, for on a busy machine
the encoder makes fewer frames the more viewers there are: viewers cost the loop. Gates nothing."""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from cobrowse_latency import SCROLL
from test_cobrowse import RECEIVED, CobrowseTest


class Bench(CobrowseTest):
    def memory_mb(self, pid):
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
        return 0

    def threads(self, pid, seconds):
        """Per cent of a core, the busiest first."""
        def spent():
            found = {}
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                fields = (task / "schedstat").read_text().split()
                found[task.name] = int(fields[0]) / 1e9
            return found
        before, began = spent(), time.monotonic()
        time.sleep(seconds)
        took = time.monotonic() - began
        return sorted((100 * (after - before.get(task, 0)) / took
                       for task, after in spent().items()), reverse=True)

    def observer(self, session, number):
        invite = self.cobrowse.ask("POST", f"/app/v1/sessions/{session['id']}/invites",
                                   {"role": "observer"}, self.cobrowse.key)[1]
        return self.visitor({"invite": invite}, allow=False, name=f"Olga {number}")

    def measure(self, viewers, seconds):
        session = self.make("/scroll")
        people = [self.visitor(session)]
        pid = self.renderers(1)[0]
        for number in range(viewers):
            if number:
                people.append(self.observer(session, number))
            time.sleep(8)  # its tables fill while the page scrolls
            packets = people[0].evaluate(RECEIVED)
            threads = self.threads(pid, seconds)
            packets = (people[0].evaluate(RECEIVED) - packets) / seconds
            print(f"{number + 1} viewers: {sum(threads):.1f} % of a core, by thread "
                  f"{', '.join(f'{one:.1f}' for one in threads if one > 0.1)}; "
                  f"{packets:.0f} packets/s each; {self.memory_mb(pid):.1f} MB, "
                  f"load {os.getloadavg()[0]:.1f}", flush=True)


def main():
    viewers = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    Bench.setUpClass()
    bench = Bench()
    Bench.site.pages["/scroll"] = SCROLL
    try:
        bench.measure(viewers, seconds)
    finally:
        bench.doCleanups()
        Bench.doClassCleanups()


if __name__ == "__main__":
    main()
