"""The sound of the shared page: what it plays is heard by its people, through the relay, and only
where the session has sound."""

import json
import unittest

from cobrowse_service import wait_until
from test_cobrowse import GREEN, RED, CobrowseTest

TONE = """<!doctype html><title>Tone</title><body style="margin:0;background:rgb(0,200,0)"><script>
const context = new AudioContext(), tone = context.createOscillator(), level = context.createGain();
tone.frequency.value = 440; level.gain.value = 0.4;
tone.connect(level); level.connect(context.destination); tone.start();
onclick = () => { context.close(); document.body.style.background = 'rgb(200,0,0)'; };
</script>"""
# What the page received; its own peer is found where it is made.
WATCH = """(() => { const Real = RTCPeerConnection; globalThis.testPeers = [];
globalThis.RTCPeerConnection = class extends Real {
  constructor(...given) { super(...given); testPeers.push(this); } }; })()"""
STATS = """(async () => { const peer = testPeers.at(-1); if (!peer) return null;
const all = [...(await peer.getStats()).values()];
const audio = all.find((one) => one.type === 'inbound-rtp' && one.kind === 'audio');
const codec = all.find((one) => one.id === audio?.codecId);
return {offer: peer.remoteDescription?.sdp, packets: audio?.packetsReceived ?? 0,
  lost: audio?.packetsLost ?? 0, energy: audio?.totalAudioEnergy ?? 0,
  level: audio?.audioLevel ?? 0, codec: codec?.mimeType, reports: all.filter((one) =>
  one.type === 'remote-outbound-rtp' && one.kind === 'audio').length}; })()"""
DEAF = """;{ const answer = RTCPeerConnection.prototype.createAnswer;
RTCPeerConnection.prototype.createAnswer = function () {
  this.getTransceivers().find((one) => one.receiver.track.kind === 'audio').stop();
  return answer.call(this); }; }"""
# The loudest frequency, in Hz; 0 while it is quiet.
PITCH = """(() => { const peer = testPeers.at(-1);
const track = peer?.getReceivers().find((one) => one.track.kind === 'audio')?.track;
if (!track) return 0;
if (globalThis.testTrack !== track) {
  globalThis.testTrack = track; globalThis.testContext = new AudioContext();
  globalThis.testAnalyser = testContext.createAnalyser(); testAnalyser.fftSize = 8192;
  testContext.createMediaStreamSource(new MediaStream([track])).connect(testAnalyser); }
const bins = new Float32Array(testAnalyser.frequencyBinCount);
testAnalyser.getFloatFrequencyData(bins);
const peak = bins.indexOf(Math.max(...bins));
return bins[peak] > -60 ? peak * testContext.sampleRate / testAnalyser.fftSize : 0; })()"""


class AudioCase(CobrowseTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.pages["/"] = TONE

    def setUp(self):
        super().setUp()
        self.session = self.make()

    def visitor(self, invite=None, script=WATCH):
        visitor = self.person("about:blank")
        visitor.browser.call("Page.addScriptToEvaluateOnNewDocument", visitor.page.session,
                             source=script)
        visitor.browser.call("Page.navigate", visitor.page.session,
                             url=(invite or self.session["invite"])["url"])
        visitor.fill("input[name=name]", "Vera")
        visitor.click("button[type=submit]")
        visitor.click('[data-action="allow"]')
        visitor.wait_for("state", "playing")
        visitor.sees(100, 100, GREEN)
        return visitor

    def stats_when(self, visitor, holds):
        last = {}

        def look():
            last.update(visitor.evaluate(STATS) or {})
            return last if last and holds(last) else None
        return wait_until(look, lambda: f"{json.dumps(last)}\n{self.cobrowse.output()}")


class Audio(AudioCase):
    changes = {"renderer": {"audio": True}}

    def test_the_pages_tone_is_heard(self):
        visitor = self.visitor()
        sound = self.stats_when(visitor, lambda s: s["packets"] > 50)
        self.assertIn("m=audio", sound["offer"])
        self.assertEqual(visitor.data("sound"), "off")
        self.press_sound(visitor)
        self.assertEqual(visitor.data("sound"), "on")
        sound = self.stats_when(visitor, lambda s: s["energy"] > 0 and s["level"] > 0.05
                                and s["reports"] > 0)
        self.assertEqual(sound["codec"], "audio/opus")
        pitch = wait_until(lambda: visitor.evaluate(PITCH), "a pitch")
        self.assertAlmostEqual(pitch, 440, delta=12)
        # What has become quiet is not sent: nothing more comes once the last has arrived.
        visitor.click_at(100, 100)
        visitor.sees(100, 100, RED)
        before = [-1]

        def stands_still():
            now = visitor.evaluate(STATS)["packets"]
            still, before[0] = now == before[0], now
            return still
        wait_until(stands_still, "still sound")

    def test_two_people_hear_the_same(self):
        visitor = self.visitor()
        invite = self.cobrowse.ask("POST", f"/app/v1/sessions/{self.session['id']}/invites",
                                   {"role": "observer"}, self.cobrowse.key)[1]
        for one in (visitor, self.visitor(invite)):
            self.press_sound(one)
            self.stats_when(one, lambda s: s["energy"] > 0)

    def test_who_does_not_take_the_sound_gets_the_picture(self):
        visitor = self.visitor(script=WATCH + DEAF)
        answer = visitor.evaluate("testPeers.at(-1).localDescription.sdp")
        self.assertIn("a=inactive\r\n", answer.split("m=audio")[1])
        visitor.click_at(100, 100)
        visitor.sees(100, 100, RED)

    def press_sound(self, person):
        """As a person does: a gesture, without which the browser plays nothing."""
        x, y = wait_until(lambda: person.evaluate(
            """(() => { const b = document.querySelector('[data-action=sound]');
            if (!b?.offsetParent) return null; const r = b.getBoundingClientRect();
            return [r.x + r.width / 2, r.y + r.height / 2]; })()"""), "no button for the sound")
        for kind in ("mousePressed", "mouseReleased"):
            person.browser.call("Input.dispatchMouseEvent", person.page.session, type=kind, x=x,
                                y=y, button="left", clickCount=1)


class NoAudio(AudioCase):
    def test_without_the_option_there_is_no_sound(self):
        visitor = self.visitor()
        sound = self.stats_when(visitor, lambda s: s["offer"])
        self.assertNotIn("m=audio", sound["offer"])
        self.assertIn("a=group:BUNDLE 0\r\n", sound["offer"])
        self.assertIsNone(visitor.evaluate(
            "document.querySelector('[data-action=sound]').offsetParent"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
