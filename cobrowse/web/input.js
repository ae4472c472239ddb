// Pointer, wheel and touch on the picture, as messages. Coordinates are those of the picture, what
// happens beside it is nothing, and moves wait for the next animation frame. Whether somebody may
// act is asked of `may`; keys are keyboard.js.

import { modifiers } from './keyboard.js';

const LINE_PX = 16;  // of a wheel that counts in lines
const BIT_OF_BUTTON = [1, 4, 2];  // in PointerEvent.buttons

export class Input {
  /** `may`: {point(), act()}; act() may ask for control that is free, and says why not itself. */
  constructor({ connection, surface, picture, may, onPress }) {
    Object.assign(this, { connection, surface, picture, may, onPress });
    this.buttons = new Set();
    this.touching = false;
    this.fingers = new Map();
    this.last = null;
    this.wheel = null;
    this.waiting = new Map();
    this.listen();
  }

  listen() {
    const handlers = {
      pointermove: this.onMove, pointerdown: this.onDown, pointerup: this.onUp,
      pointercancel: this.onLost, lostpointercapture: this.onLost, wheel: this.onWheel,
      contextmenu: (event) => event.preventDefault(),
      mousedown: (event) => event.preventDefault(),  // it would take the focus from the keyboard
      touchstart: this.onTouch, touchmove: this.onTouch, touchend: this.onTouch,
      touchcancel: this.onTouch,
    };
    for (const [name, handler] of Object.entries(handlers)) {
      this.surface.addEventListener(name, handler.bind(this), { passive: false });
    }
  }

  /** The newest of each kind goes out with the next frame. */
  soon(kind, make) {
    if (this.waiting.size === 0) {
      requestAnimationFrame(() => this.flush());
    }
    this.waiting.set(kind, make);
  }

  flush() {
    const makers = [...this.waiting.values()];
    this.waiting.clear();
    makers.forEach((make) => this.connection.send(make()));
  }

  /** A second button that goes down or up while one is held comes as a move. */
  onMove(event) {
    if (event.pointerType === 'mouse' && event.button >= 0) {
      const isDown = event.buttons & BIT_OF_BUTTON[event.button];
      (isDown ? this.onDown : this.onUp).call(this, event);
      return;
    }
    const at = event.pointerType !== 'touch'
      && this.picture.point(event.clientX, event.clientY, this.buttons.size > 0);
    if (at && this.may.point()) {
      this.last = at;
      this.soon('move', () => ({ t: 'move', ...at }));
    }
  }

  /** Fingers and pens press by touch events. */
  onDown(event) {
    if (event.pointerType !== 'mouse') {
      return;
    }
    event.preventDefault();
    this.onPress(event);
    const at = this.picture.point(event.clientX, event.clientY);
    if (at && event.button <= 2 && this.may.act()) {
      this.surface.setPointerCapture(event.pointerId);
      this.buttons.add(event.button);
      this.press('down', event, at);
    }
  }

  onUp(event) {
    if (this.buttons.delete(event.button)) {
      this.press('up', event, this.picture.point(event.clientX, event.clientY, true));
    }
  }

  press(t, event, at) {
    this.last = at;
    this.flush();
    this.connection.send({ t, ...at, button: event.button, mods: modifiers(event) });
  }

  /** The window has taken the pointer away: nothing may stay pressed. */
  onLost() {
    for (const button of this.buttons) {
      this.connection.send({ t: 'up', ...this.last, button, mods: 0 });
    }
    this.buttons.clear();
  }

  /** With Ctrl the wheel enlarges this page, which is for people who see little: left alone. */
  onWheel(event) {
    const at = this.picture.point(event.clientX, event.clientY);
    if (event.ctrlKey || !at) {
      return;
    }
    event.preventDefault();
    if (!this.may.act()) {
      return;
    }
    const unit = [1, LINE_PX, this.picture.rect().height][event.deltaMode];
    const before = this.waiting.has('wheel') ? this.wheel : { dx: 0, dy: 0 };
    this.wheel = {
      ...at, dx: before.dx + event.deltaX * unit, dy: before.dy + event.deltaY * unit,
    };
    this.soon('wheel', () => ({
      t: 'wheel', ...this.wheel, dx: Math.round(this.wheel.dx), dy: Math.round(this.wheel.dy),
    }));
  }

  /** `points` are the fingers that are down after the event: at the end of the last one, none.
   *  Who may not act keeps the gestures of his own browser, to enlarge the picture with. */
  onTouch(event) {
    const phase = event.type.slice('touch'.length);
    if (phase === 'start' && !this.touching) {
      const [finger] = event.changedTouches;
      if (!this.picture.point(finger.clientX, finger.clientY) || !this.may.act()) {
        return;
      }
      this.touching = true;
    }
    if (!this.touching) {
      return;
    }
    event.preventDefault();
    this.count(event.targetTouches);
    const points = [...event.targetTouches].map((finger) => {
      const { x, y, f } = this.picture.point(finger.clientX, finger.clientY, true);
      this.last = { x, y, f };
      return { id: this.fingers.get(finger.identifier), x, y };
    });
    this.touching = points.length > 0;
    this.sendTouch({ t: 'touch', phase, points, f: this.picture.shown().id });
  }

  /** Safari's identifiers are any numbers; ours are the smallest that no other finger has. */
  count(touches) {
    const before = this.fingers;
    const here = [...touches].map((finger) => finger.identifier);
    const taken = new Set(here.map((one) => before.get(one)));
    const free = here.map((_, number) => number).filter((number) => !taken.has(number));
    this.fingers = new Map(here.map((one) => [one, before.get(one) ?? free.shift()]));
  }

  sendTouch(message) {
    if (message.phase === 'move') {
      this.soon('touch', () => message);
    } else {
      this.flush();
      this.connection.send(message);
    }
  }

  /** Control has gone to somebody else: what is held was let go by the renderer. */
  forget() {
    this.buttons.clear();
    this.touching = false;
    this.waiting.clear();
  }
}
