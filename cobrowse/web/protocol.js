// The participant's WebSocket: says hello, comes back by itself when the connection is lost, and
// hands out messages by their type. It knows nothing of what they mean but `welcome`, `pong` and
// `bye`. Input that cannot be sent is dropped: what was clicked on a picture of ten seconds ago
// must not be clicked now.

const RETRY_MS = [500, 1000, 2000, 4000, 5000];
const WELCOME_WITHIN_MS = 10000;  // a middlebox may keep the upgrade, or a server stand still
const PING_EVERY_MS = 5000;
const SILENT_AFTER_MS = 15000;  // three pings without an answer: the connection is half open

/** The address of a path of the same host; `path` is what `join` answered. */
export function socketUrl(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  return url.href;
}

export class Connection {
  /** `hello` is called at each attempt, since the window may have another size by then. */
  constructor({ path, hello }) {
    this.path = path;
    this.hello = hello;
    this.handlers = new Map();
    this.attempt = 0;
    this.open = false;
    this.over = false;
    this.rtt = null;
    this.pings = new Map();
  }

  /** `type` is that of a message, or 'lost' (each time) and 'open' (after welcome). */
  on(type, handler) {
    this.handlers.set(type, [...(this.handlers.get(type) ?? []), handler]);
    return this;
  }

  emit(type, message) {
    for (const handler of this.handlers.get(type) ?? []) {
      handler(message);
    }
  }

  connect() {
    const socket = new WebSocket(socketUrl(this.path));
    this.socket = socket;
    this.deadline = setTimeout(() => this.abandon(), WELCOME_WITHIN_MS);
    socket.onopen = () => socket.send(JSON.stringify({ t: 'hello', ...this.hello() }));
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = () => {
      if (socket === this.socket) {
        this.onClose();
      }
    };
  }

  receive(data) {
    this.heard = performance.now();
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    if (message.t === 'welcome') {
      this.onWelcome();
    } else if (message.t === 'pong') {
      this.onPong(message.n);
    } else if (message.t === 'bye') {
      this.close();
    }
    this.emit(message.t, message);
    if (message.t === 'welcome') {
      this.emit('open', message);
    }
  }

  onWelcome() {
    this.open = true;
    clearTimeout(this.deadline);
    clearInterval(this.pinging);
    this.pinging = setInterval(() => this.ping(), PING_EVERY_MS);
  }

  ping() {
    if (performance.now() - this.heard > SILENT_AFTER_MS) {
      this.abandon();
      return;
    }
    this.lastPing = (this.lastPing ?? 0) + 1;
    this.pings.set(this.lastPing, performance.now());
    this.send({ t: 'ping', n: this.lastPing });
  }

  /** Only a connection that has held for a while makes the next loss a first one. */
  onPong(number) {
    this.attempt = 0;
    const sent = this.pings.get(number);
    if (sent !== undefined) {
      this.rtt = performance.now() - sent;
    }
    this.pings.clear();
  }

  /** A close that is not answered would keep a dead connection for minutes. */
  abandon() {
    const socket = this.socket;
    this.socket = null;
    socket.onmessage = null;
    socket.close();
    this.onClose();
  }

  onClose() {
    clearTimeout(this.deadline);
    clearInterval(this.pinging);
    this.pings.clear();
    this.open = false;
    if (this.over) {
      return;
    }
    const wait = RETRY_MS[Math.min(this.attempt, RETRY_MS.length - 1)];
    this.attempt += 1;
    // All pages of a server lose it at the same time and should not come back at the same time.
    this.retrying = setTimeout(() => this.connect(), wait * (0.5 + Math.random()));
    this.emit('lost', { t: 'lost', attempt: this.attempt });
  }

  /** False when there is no connection; the message is dropped then. */
  send(message) {
    if (!this.open || this.socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** For good. */
  close() {
    this.over = true;
    this.open = false;
    clearTimeout(this.deadline);
    clearInterval(this.pinging);
    clearTimeout(this.retrying);
    this.socket?.close();
  }
}
