// Who may do what, as the server last said it, and the words for that. The server decides; this
// only keeps buttons honest. The panel that shows it is control_panel.js.

import { text } from './text.js';

const WATCHERS = new Set(['observer', 'recorder']);
const HOLDERS_OF_MODE = {
  single: ['visitor', 'agent'],
  shared: ['visitor', 'agent'],
  'visitor-only': ['visitor'],
  'agent-only': ['agent'],
  'view-only': [],
};

const LONGEST_NAME = 28;

/** A name of any length must not push away what is said of it. */
function shorten(name) {
  const letters = [...name];
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join('')}…` : name;
}

export class Control {
  constructor(connection) {
    this.connection = connection;
    Object.assign(this, { you: 0, role: 'observer', mode: 'single', holder: null, waiting: [] });
    this.consent = false;
    this.claimed = false;
    this.people = [];
  }

  onWelcome({ you, role, consent }) {
    Object.assign(this, { you, role, consent });
  }

  onControl({ mode, holder, waiting, consent }) {
    Object.assign(this, { mode, holder: holder ?? null, waiting: waiting ?? [], consent });
    this.claimed = false;
  }

  /** What act() took for granted was not. */
  onRefused() {
    if (this.claimed) {
      this.claimed = false;
      this.holder = null;
    }
  }

  onPeople({ people }) {
    this.people = people;
  }

  isVisitor() {
    return this.role === 'visitor';
  }

  nameOf(id) {
    return this.people.find((one) => one.id === id)?.name || text.somebody;
  }

  holderName() {
    return this.nameOf(this.holder);
  }

  isHolder() {
    return this.holder === this.you;
  }

  /** Whether this mode gives control to people of this role at all. */
  isEntitled() {
    return HOLDERS_OF_MODE[this.mode].includes(this.role) && (this.isVisitor() || this.consent);
  }

  mayPoint() {
    return !WATCHERS.has(this.role);
  }

  mayAct() {
    return this.mode === 'shared' ? this.isEntitled() : this.isHolder();
  }

  /** The visitor just goes on in his own session; agents ask in so many words. */
  mayClaim() {
    return this.holder === null && this.isVisitor() && this.isEntitled();
  }

  /** True when input may be sent now; free control is asked for on the way, since it is granted at
   *  once and messages keep their order. */
  act() {
    if (!this.mayAct() && this.mayClaim()) {
      this.holder = this.you;
      this.claimed = true;
      this.ask('request');
    }
    return this.mayAct();
  }

  isWaiting() {
    return this.waiting.includes(this.you);
  }

  mayRequest() {
    return this.isEntitled() && !this.mayAct() && !this.isWaiting() && !this.mayTake();
  }

  /** Everybody at once is others in control as well. */
  mayTake() {
    const others = this.people.some((one) => one.role === 'agent' && one.here);
    return this.isVisitor() && (this.mode === 'shared' ? this.consent && others
      : this.holder !== null && !this.isHolder());
  }

  take() {
    if (this.mode === 'shared') {
      this.connection.send({ t: 'mode', mode: 'single' });
    }
    this.ask('take');
  }

  /** Those whose request this one may answer. */
  toDecide() {
    return this.isHolder() || this.isVisitor() ? this.waiting.filter((id) => id !== this.you) : [];
  }

  mayChooseMode() {
    return !WATCHERS.has(this.role);
  }

  ask(what) {
    this.connection.send({ t: 'control', do: what });
  }

  answer(who, granted) {
    this.connection.send({ t: 'control', do: granted ? 'grant' : 'deny', who });
  }

  /** Who is in control, in the words of the indicator. */
  describe() {
    if (this.mode === 'view-only') {
      return text.indicator.viewOnly;
    }
    if (this.mode === 'shared') {
      return text.indicator.shared;
    }
    if (this.holder === null) {
      return text.indicator.free;
    }
    return this.isHolder() ? text.indicator.youControl
      : text.indicator.controls(shorten(this.holderName()));
  }

  /** Why input was not sent. */
  whyNot() {
    if (this.isEntitled() && this.holder !== null && !this.isHolder()) {
      return text.control.blockedByOther(this.holderName());
    }
    if (this.isEntitled()) {
      return text.control.blockedFree;
    }
    const unasked = this.role === 'agent' && !this.consent;
    return unasked ? text.control.noConsent : text.control.blocked;
  }
}
