// One side of a call, driven by test_chromium.py: relay-only, video from a canvas in both
// directions, a data channel that the answering side echoes.
globalThis.peer = (() => {
  const GATHER_TIMEOUT_MS = 10000;
  const state = { pc: null, channel: null, errors: [], waiting: [] };

  function animated() {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 240;
    document.body.append(canvas);
    const pen = canvas.getContext('2d');
    let frame = 0;
    setInterval(() => {
      frame += 1;
      pen.fillStyle = `hsl(${(frame * 7) % 360} 80% 50%)`;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.fillStyle = 'black';
      pen.fillText(String(frame), 20, 20);
    }, 50);
    return canvas.captureStream(20);
  }

  function show(event) {
    const video = document.createElement('video');
    video.muted = true;
    video.autoplay = true;
    video.srcObject = new MediaStream([event.track]);
    document.body.append(video);
  }

  function adopt(channel) {
    state.channel = channel;
    channel.onmessage = (event) => {
      const waiting = state.waiting.shift();
      if (waiting) {
        waiting(event.data);
      } else {
        channel.send(`echo ${event.data}`);
      }
    };
  }

  function connect(iceServer) {
    const pc = new RTCPeerConnection({ iceServers: [iceServer], iceTransportPolicy: 'relay' });
    state.pc = pc;
    pc.onicecandidateerror = (event) => {
      state.errors.push({ code: event.errorCode, text: event.errorText, url: event.url });
    };
    pc.ontrack = show;
    pc.ondatachannel = (event) => adopt(event.channel);
    return pc;
  }

  function gathered(pc) {
    return new Promise((resolve, reject) => {
      const check = () => pc.iceGatheringState === 'complete' && resolve(pc.localDescription.sdp);
      pc.addEventListener('icegatheringstatechange', check);
      setTimeout(() => reject(new Error('gathering did not end')), GATHER_TIMEOUT_MS);
      check();
    });
  }

  async function offer(iceServer) {
    const pc = connect(iceServer);
    adopt(pc.createDataChannel('echo'));
    const stream = animated();
    stream.getTracks().forEach((track) => pc.addTrack(track, stream));
    await pc.setLocalDescription();
    return gathered(pc);
  }

  async function answer(iceServer, sdp) {
    const pc = connect(iceServer);
    const stream = animated();
    await pc.setRemoteDescription({ type: 'offer', sdp });
    stream.getTracks().forEach((track) => pc.addTrack(track, stream));
    await pc.setLocalDescription();
    return gathered(pc);
  }

  async function accept(sdp) {
    await state.pc.setRemoteDescription({ type: 'answer', sdp });
  }

  async function ask(text) {
    if (state.channel.readyState !== 'open') {
      await new Promise((resolve) => state.channel.addEventListener('open', resolve));
    }
    const reply = new Promise((resolve) => state.waiting.push(resolve));
    state.channel.send(text);
    return reply;
  }

  /// What getStats says of the selected pair and of the pictures that came.
  async function report() {
    const stats = [...(await state.pc.getStats()).values()];
    const byId = new Map(stats.map((entry) => [entry.id, entry]));
    const transport = stats.find((entry) => entry.type === 'transport');
    const pair = byId.get(transport?.selectedCandidatePairId);
    const video = stats.find((entry) => entry.type === 'inbound-rtp' && entry.kind === 'video');
    return {
      state: state.pc.connectionState,
      framesDecoded: video?.framesDecoded ?? 0,
      local: pair && byId.get(pair.localCandidateId),
      remote: pair && byId.get(pair.remoteCandidateId),
      errors: state.errors,
    };
  }

  return { offer, answer, accept, ask, report };
})();
