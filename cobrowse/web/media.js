// The picture: one RTCPeerConnection for each offer, relay only, and the last picture kept on a
// canvas until the next one has come. Says what route it takes and how well it runs; the sound goes
// to who plays it.

import { counters, judge, sample, selectedPair } from './quality.js';

const STATS_EVERY_MS = 2000;
const LATENCY_WEIGHT = 0.2;  // of a new measurement

export class Media {
  /** `on`: {frame(), sound(track), pair(pair), stats(sample), trouble(bool)}; `still` is the
   *  canvas. */
  constructor({ connection, video, still, on }) {
    Object.assign(this, { connection, video, still, on });
    this.iceServers = [];
    this.peer = null;
    this.latencyMs = null;
  }

  configure(iceServers) {
    this.iceServers = iceServers ?? [];
  }

  async onOffer(sdp) {
    this.keepPicture();
    this.closePeer();
    const peer = new RTCPeerConnection({
      iceServers: this.iceServers, iceTransportPolicy: 'relay',
    });
    this.peer = peer;
    this.early = [];
    const answered = this.answer(peer, sdp);
    peer.onicecandidate = ({ candidate }) => answered.then(() => this.trickle(peer, candidate));
    peer.ontrack = (event) => this.show(event);
    peer.onconnectionstatechange = () => this.onState(peer);
    await answered;
  }

  async answer(peer, sdp) {
    await peer.setRemoteDescription({ type: 'offer', sdp });
    for (const candidate of this.peer === peer ? this.early.splice(0) : []) {
      this.add(peer, candidate);
    }
    const answer = await peer.createAnswer();
    await peer.setLocalDescription(answer);
    if (this.peer === peer) {
      this.connection.send({ t: 'answer', sdp: answer.sdp });
    }
  }

  /** The policy makes no others; the check is for the browser that has a bug. */
  trickle(peer, candidate) {
    if (this.peer === peer && candidate && / typ relay\b/.test(candidate.candidate)) {
      this.connection.send({ t: 'candidate', candidate: candidate.candidate });
    }
  }

  onCandidate(candidate) {
    if (this.peer?.remoteDescription) {
      this.add(this.peer, candidate);
    } else if (this.peer) {
      this.early.push(candidate);
    }
  }

  /** All media is bundled, so the first line stands for all. */
  add(peer, candidate) {
    peer.addIceCandidate({ candidate, sdpMLineIndex: 0 }).catch(() => {});
  }

  show(event) {
    if (event.track.kind === 'audio') {
      this.on.sound(event.track);
      return;
    }
    // Remote control wants the newest picture, not the smoothest.
    if ('jitterBufferTarget' in event.receiver) {
      event.receiver.jitterBufferTarget = 0;
    }
    const [stream] = event.streams.length ? event.streams : [new MediaStream([event.track])];
    if (this.video.srcObject !== stream) {
      this.video.srcObject = stream;
      this.watchFrames(this.peer);
    }
    this.video.play().catch(() => {});
  }

  watchFrames(peer) {
    if (!('requestVideoFrameCallback' in this.video)) {
      this.video.addEventListener('loadeddata', () => this.onFrame(peer, {}), { once: true });
      return;
    }
    const next = (_, metadata) => {
      if (this.peer === peer) {
        this.onFrame(peer, metadata);
        this.video.requestVideoFrameCallback(next);
      }
    };
    this.video.requestVideoFrameCallback(next);
  }

  /** captureTime is the far side's, in this side's clock, once RTCP has told the difference. */
  onFrame(peer, { captureTime, expectedDisplayTime }) {
    if (captureTime !== undefined && expectedDisplayTime > captureTime) {
      const ms = expectedDisplayTime - captureTime;
      this.latencyMs = this.latencyMs === null ? ms
        : this.latencyMs + LATENCY_WEIGHT * (ms - this.latencyMs);
    }
    if (!this.playing) {
      this.playing = true;
      this.still.hidden = true;
      this.on.frame();
    }
  }

  keepPicture() {
    const { videoWidth, videoHeight } = this.video;
    if (videoWidth > 0 && videoHeight > 0) {
      this.still.width = videoWidth;
      this.still.height = videoHeight;
      this.still.getContext('2d').drawImage(this.video, 0, 0);
      this.still.hidden = false;
    }
    this.playing = false;
  }

  onState(peer) {
    if (this.peer !== peer) {
      return;
    }
    const state = peer.connectionState;
    this.on.trouble(state === 'failed' || state === 'disconnected');
    if (state === 'connected' && !this.measuring) {
      this.measuring = setInterval(() => this.measure(), STATS_EVERY_MS);
      this.measure();
    }
  }

  async measure() {
    const peer = this.peer;
    const report = await peer?.getStats();
    if (!report || this.peer !== peer) {
      return;
    }
    const pair = selectedPair(report);
    this.reportPair(pair);
    const now = counters(report);
    if (now && this.before && now.at > this.before.at) {
      this.reportStats(sample(this.before, now, pair?.rttMs ?? 0));
    }
    this.before = now ?? this.before;
  }

  reportPair(pair) {
    const key = pair && `${pair.local} ${pair.remote} ${pair.protocol}`;
    const { local, remote, protocol } = pair ?? {};
    if (key && key !== this.pairKey
        && this.connection.send({ t: 'pair', local, remote, protocol })) {
      this.pairKey = key;
      this.on.pair(pair);
    }
  }

  reportStats(one) {
    const latencyMs = Math.round(this.latencyMs ?? one.estimateMs);
    this.connection.send({
      t: 'stats', rtt_ms: Math.round(one.rttMs), fps: Math.round(one.fps),
      kbps: Math.round(one.kbps), lost: one.lost, latency_ms: latencyMs,
    });
    this.on.stats({ ...one, latencyMs, level: judge(one) });
  }

  closePeer() {
    clearInterval(this.measuring);
    Object.assign(this, { measuring: null, before: null, pairKey: null, latencyMs: null });
    this.peer?.close();
    this.peer = null;
  }

  close() {
    this.closePeer();
    this.video.srcObject = null;
  }
}
