// From WebRTC statistics to numbers for the server and one word for people. Pure: reports in,
// values out.

const FAIR = { rttMs: 150, lostShare: 0.01, shownShare: 0.9 };
const POOR = { rttMs: 400, lostShare: 0.05, shownShare: 0.6 };
const FEW_FRAMES_PER_S = 5;  // a page at rest sends next to nothing; that says nothing of the line

function find(report, test) {
  for (const entry of report.values()) {
    if (test(entry)) {
      return entry;
    }
  }
  return null;
}

/** The pair that is in use: {local, remote, protocol}, candidate types and how the relay is
 *  reached; null before there is one. */
export function selectedPair(report) {
  const transport = find(report, (one) => one.type === 'transport' && one.selectedCandidatePairId);
  const pair = transport ? report.get(transport.selectedCandidatePairId)
    : find(report, (one) => one.type === 'candidate-pair' && one.nominated
      && one.state === 'succeeded');
  const local = pair && report.get(pair.localCandidateId);
  const remote = pair && report.get(pair.remoteCandidateId);
  if (!local || !remote) {
    return null;
  }
  return {
    local: local.candidateType,
    remote: remote.candidateType,
    protocol: local.relayProtocol ?? local.protocol,
    rttMs: (pair.currentRoundTripTime ?? 0) * 1000,
  };
}

/** The counters that `sample` compares; null before video flows. */
export function counters(report) {
  const video = find(report, (one) => one.type === 'inbound-rtp' && one.kind === 'video');
  if (!video) {
    return null;
  }
  return {
    at: video.timestamp,
    bytes: video.bytesReceived ?? 0,
    packets: video.packetsReceived ?? 0,
    lost: video.packetsLost ?? 0,
    received: video.framesReceived ?? 0,
    decoded: video.framesDecoded ?? 0,
    buffered: video.jitterBufferEmittedCount ?? 0,
    bufferS: video.jitterBufferDelay ?? 0,
    decodeS: video.totalDecodeTime ?? 0,
  };
}

/** What happened between two readings of counters(). */
export function sample(before, now, rttMs) {
  const seconds = Math.max((now.at - before.at) / 1000, 0.001);
  const packets = now.packets - before.packets;
  const lost = Math.max(now.lost - before.lost, 0);
  const received = now.received - before.received;
  const decoded = now.decoded - before.decoded;
  return {
    rttMs,
    lost,
    lostShare: packets + lost > 0 ? lost / (packets + lost) : 0,
    fps: decoded / seconds,
    receivedFps: received / seconds,
    kbps: ((now.bytes - before.bytes) * 8) / 1000 / seconds,
    // One way, waiting, decoding. Without the time that the far side needs: a floor.
    estimateMs: rttMs / 2 + average(before, now, 'bufferS', 'buffered')
      + average(before, now, 'decodeS', 'decoded'),
  };
}

function average(before, now, sum, number) {
  const many = now[number] - before[number];
  return many > 0 ? ((now[sum] - before[sum]) / many) * 1000 : 0;
}

/** 'good', 'fair' or 'poor'. */
export function judge(one) {
  const shownShare = one.receivedFps >= FEW_FRAMES_PER_S ? one.fps / one.receivedFps : 1;
  const beyond = (limit) => one.rttMs > limit.rttMs || one.lostShare > limit.lostShare
    || shownShare < limit.shownShare;
  if (beyond(POOR)) {
    return 'poor';
  }
  return beyond(FAIR) ? 'fair' : 'good';
}
