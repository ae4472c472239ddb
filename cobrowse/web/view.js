// A session as its people see it, the same for visitors and agents: puts the parts together and
// carries the messages to them. The state is also in data attributes of <body>, for tests.

import { Control } from './control.js';
import { ControlPanel } from './control_panel.js';
import { Dialogs } from './dialogs.js';
import { Documents } from './documents.js';
import { el, iconButton } from './dom.js';
import { icon } from './icons.js';
import { Indicator } from './indicator.js';
import { Input } from './input.js';
import { Keyboard } from './keyboard.js';
import { Media } from './media.js';
import { Modal } from './modal.js';
import { Navigation } from './navigation.js';
import { Notices } from './notices.js';
import { Overlay } from './overlay.js';
import { Picture } from './picture.js';
import { Connection } from './protocol.js';
import { Sound } from './sound.js';
import { Stage } from './stage.js';
import { StatusBar } from './status_bar.js';
import { text } from './text.js';
import { Warning } from './warning.js';

const HINT_EVERY_MS = 3000;
const COPY_WAIT_MS = 5000;
const BYE_WAIT_MS = 1500;
const WIDE = '(min-width: 900px)';

export function setState(state) {
  document.body.dataset.state = state;
}

export class SessionView {
  /** `joined` is the answer of `join`; `consent` what the visitor chose just now, or null; `onEnd`
   *  gets the `bye`; `sections` are more parts of the panel. */
  constructor({ joined, consent = null, onEnd, sections = [] }) {
    Object.assign(this, { joined, consent, onEnd });
    this.stage = new Stage();
    this.connection = new Connection({ path: joined.socket, hello: () => this.hello() });
    this.control = new Control(this.connection);
    this.notices = new Notices();
    this.picture = new Picture(this.stage);
    this.makeParts();
    this.makeElement(sections);
    this.modal = new Modal({ layer: this.modalLayer, behind: [this.body] });
    this.dialogs = new Dialogs(this);
    this.makeInput();
    this.listen();
  }

  makeParts() {
    const { connection, control, notices, joined } = this;
    this.indicator = new Indicator({ control, on: {
      leave: () => this.confirm('leave'), end: () => this.confirm('end'),
    } });
    this.navigation = new Navigation({
      connection, act: () => this.act(), mayAct: () => control.mayAct() || control.mayClaim(),
    });
    this.panelOfControl = new ControlPanel({ control, notices });
    this.documents = new Documents({
      connection, notices, socket: joined.socket, token: joined.token,
      maySend: () => control.mayPoint(),
    });
    this.warning = new Warning(() => this.stayHere());
    this.sound = new Sound();
    this.statusBar = new StatusBar({ buttons: [this.sound.button], on: {
      panel: (section) => this.togglePanel(section), keyboard: () => this.stage.keys.focus(),
    } });
    this.media = new Media({ connection, ...this.stage, on: {
      frame: () => this.onPlaying(),
      sound: (track) => this.sound.onTrack(track),
      pair: (pair) => this.statusBar.onPair(pair),
      stats: (stats) => this.statusBar.onStats(stats),
      trouble: (trouble) => this.stage.onTrouble(trouble),
    } });
  }

  makeElement(sections) {
    const { panelOfControl, documents } = this;
    const hide = iconButton(text.close, icon('close'), () => this.showPanel(false),
      { class: 'icon-button panel-close' });
    this.panel = el('aside', { class: 'panel', hidden: true }, hide, panelOfControl.section,
      panelOfControl.peopleSection, documents.section, sections);
    this.body = el('div', { class: 'session-body' }, this.navigation.element,
      el('div', { class: 'middle' }, this.stage.element, this.panel), this.statusBar.element);
    this.modalLayer = el('div', { class: 'modal-layer', hidden: true });
    const cards = el('div', { class: 'cards' }, this.warning.element, panelOfControl.requests);
    this.element = el('div', { class: 'session' }, this.indicator.element, cards, this.body,
      this.modalLayer, this.notices.element);
    this.showPanel(matchMedia(WIDE).matches);
  }

  makeInput() {
    const { connection, control, picture, stage } = this;
    const { surface, keys, layer } = stage;
    this.overlay = new Overlay({ layer, picture, nameOf: (id) => control.nameOf(id) });
    this.input = new Input({
      connection, surface, picture,
      may: { point: () => control.mayPoint(), act: () => this.act() },
      onPress: () => keys.focus({ preventScroll: true }),
    });
    this.keyboard = new Keyboard({ connection, field: keys, on: {
      leave: () => this.indicator.focus(),
      act: () => this.act(),
      mayAct: () => control.mayAct(),
      copied: () => { this.copyUntil = performance.now() + COPY_WAIT_MS; },
      clipboardOff: () => this.notices.toast(text.clipboard.off),
    } });
    keys.addEventListener('focus', () => this.statusBar.onKeyboard(true));
    keys.addEventListener('blur', () => this.statusBar.onKeyboard(false));
  }

  listen() {
    const { connection, control, media, stage, notices } = this;
    const to = (part, method) => (message) => part[method](message);
    const handlers = {
      welcome: to(this, 'onWelcome'),
      lost: () => this.onLost(true),
      open: () => this.onLost(false),
      bye: to(this, 'finish'),
      offer: ({ sdp }) => media.onOffer(sdp).catch(() => stage.onTrouble(true)),
      candidate: ({ candidate }) => media.onCandidate(candidate),
      frame: (message) => { this.picture.onFrame(message); this.overlay.placeAll(); },
      people: (message) => { control.onPeople(message); this.onPeople(); },
      control: to(this, 'onControl'),
      cursor: (message) => message.who !== control.you && this.overlay.onCursor(message),
      page: to(this.navigation, 'onPage'),
      tabs: to(this.navigation, 'onTabs'),
      dialog: to(this.dialogs, 'onDialog'),
      chooser: to(this.dialogs, 'onChooser'),
      clipboard: to(this, 'onClipboard'),
      sensitive: (message) => stage.onSensitive(message, control.isVisitor()),
      documents: to(this.documents, 'onDocuments'),
      renderer: to(this, 'onRenderer'),
      refused: ({ why }) => { control.onRefused(); this.render(); this.hint(why); },
      warning: to(this.warning, 'onWarning'),
      relieved: to(this.warning, 'clear'),
      notice: (message) => notices.toast(message.text),
      error: (message) => notices.toast(message.text),
    };
    for (const [type, handler] of Object.entries(handlers)) {
      connection.on(type, handler);
    }
  }

  start() {
    setState('joining');
    this.connection.connect();
  }

  hello() {
    const { clientWidth, clientHeight } = this.stage.element;
    return {
      token: this.joined.token, width: clientWidth, height: clientHeight,
      touch: matchMedia('(pointer: coarse)').matches,
    };
  }

  onWelcome(message) {
    const { policy = {} } = message;
    this.control.onWelcome(message);
    this.media.configure(message.ice_servers);
    this.media.pairKey = null;  // a server that came back has not heard of it
    this.sound.onPolicy(policy.audio === true);
    this.keyboard.clipboard = policy.clipboard !== false;
    this.navigation.element.hidden = !policy.navigation;
    this.documents.section.hidden = !policy.documents;
    this.documents.nonPdf = policy.non_pdf !== false;
    this.statusBar.panels[1].hidden = !policy.documents;
    document.title = message.name ? `${message.name} · ${text.product}` : text.product;
    Object.assign(document.body.dataset, { role: message.role, you: message.you });
    if (this.consent !== null && message.role === 'visitor') {
      this.connection.send({ t: 'consent', control: this.consent });
    }
    this.render();
  }

  onLost(lost) {
    this.indicator.onLost(lost);
    this.input.forget();
    this.keyboard.forget();
    setState(lost ? 'lost' : this.openState());
  }

  openState() {
    return this.media.playing ? 'playing' : 'joined';
  }

  onPlaying() {
    this.stage.onFrame();
    this.overlay.placeAll();
    setState(this.connection.open ? 'playing' : 'lost');
  }

  /** A browser that is no more asks nothing, and its focus is nowhere. */
  onRenderer(message) {
    this.stage.onRenderer(message);
    if (message.state === 'restarting' || message.state === 'gone') {
      this.dialogs.forget();
      this.stage.onSensitive({ on: false }, this.control.isVisitor());
    }
    document.body.dataset.renderer = message.state;
  }

  onPeople() {
    this.overlay.keepOnly(new Set(this.control.people.filter((one) => one.here)
      .map((one) => one.id)));
    this.render();
  }

  onControl(message) {
    const had = this.control.mayAct();
    if (message.event === 'consent') {
      this.consent = null;  // heard; until then it is said after each welcome
    }
    this.control.onControl(message);
    if (had && !this.control.mayAct()) {
      this.input.forget();
      this.keyboard.forget();
    }
    this.panelOfControl.onEvent(message);
    this.render();
  }

  /** After each change of who may do what. */
  render() {
    const { control } = this;
    this.indicator.render();
    this.panelOfControl.render();
    this.navigation.render();
    this.documents.render();
    this.dialogs.render();
    this.stage.element.classList.toggle('acting', control.mayAct());
    Object.assign(document.body.dataset, {
      holder: control.holder ?? 'none',
      control: control.mayAct() ? 'yes' : 'no',
      mode: control.mode,
      people: control.people.filter((one) => one.here).length,
    });
  }

  /** As Control.act(), and tells people why not, but not with each key. */
  act() {
    const allowed = this.control.act();
    if (!allowed) {
      this.hint(this.control.whyNot());
    }
    return allowed;
  }

  hint(words) {
    if (performance.now() - (this.hinted ?? -HINT_EVERY_MS) >= HINT_EVERY_MS) {
      this.hinted = performance.now();
      this.notices.toast(words);
    }
  }

  /** Input is what the server counts: the pointer where it last was. */
  stayHere() {
    this.control.act();
    const middle = { x: 32768, y: 32768, f: this.picture.shown().id };
    this.connection.send({ t: 'move', ...(this.input.last ?? middle) });
    this.warning.clear();
  }

  /** The browser may want a click before it lets a page write to the clipboard. */
  async onClipboard({ text: words }) {
    if (performance.now() > (this.copyUntil ?? 0)) {
      return;
    }
    this.copyUntil = 0;
    const write = () => navigator.clipboard.writeText(words);
    try {
      await write();
      this.notices.toast(text.clipboard.copied);
    } catch {
      this.notices.toast(text.clipboard.press, {
        stays: true, action: { label: text.clipboard.copy, run: () => write().catch(() => {}) },
      });
    }
  }

  togglePanel(section) {
    this.showPanel(this.panel.hidden);
    if (!this.panel.hidden) {
      this.panel.querySelector(`[data-section=${section}]`).scrollIntoView({ block: 'nearest' });
    }
  }

  showPanel(open) {
    this.panel.hidden = !open;
    this.statusBar.onPanel(open);
  }

  /** `what`: 'leave' or 'end'. */
  confirm(what) {
    const stay = () => { this.modal.close(); this.dialogs.render(); };
    const ends = what === 'end';
    this.modal.open({
      name: what,
      title: ends ? text.indicator.confirmEnd : text.indicator.confirmLeave,
      body: [el('p', {}, ends ? text.indicator.confirmEndText : text.indicator.confirmLeaveText)],
      actions: [
        { label: text.indicator.stay, run: stay },
        { label: ends ? text.end : text.leave, kind: 'danger', run: () => this.depart(what) },
      ],
      escape: stay,
    });
  }

  /** Also when nobody is there to say bye. */
  depart(what) {
    const gone = { t: 'bye', reason: what === 'end' ? 'ended' : 'left', text: '' };
    if (this.connection.send({ t: what })) {
      setTimeout(() => this.finish(gone), BYE_WAIT_MS);
    } else {
      this.finish(gone);
    }
  }

  finish(bye) {
    if (this.finished) {
      return;
    }
    this.finished = true;
    this.connection.close();
    this.media.close();
    this.sound.close();
    this.warning.clear();
    setState('ended');
    document.body.dataset.reason = bye.reason;
    this.onEnd(bye);
  }
}
