// Keys, text, composition, copy and paste. The focus is in a hidden text field, so that input
// methods, dead keys, dictation and soft keyboards work: what becomes text is sent as text,
// everything else as keys. F6 leaves the picture, so nobody is caught in it (WCAG 2.1.2).

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgentData?.platform ?? navigator.platform);
// Something to delete before and behind the cursor, else soft keyboards say nothing of it.
const FILLING = '\u200b\u200b';
const MODIFIER_KEYS = new Set(['Alt', 'AltGraph', 'CapsLock', 'Control', 'Fn', 'FnLock', 'Hyper',
  'Meta', 'NumLock', 'OS', 'ScrollLock', 'Shift', 'Super', 'Symbol', 'SymbolLock']);
const NOT_KEYS = new Set(['Dead', 'Process', 'Unidentified']);
// They work on this window: enlarging it, the whole screen, the developer's tools.
const OF_THE_BROWSER = new Set(['F11', 'F12']);
const ENLARGING = new Set(['+', '-', '=', '0']);
const KEY_OF_INPUT = {
  insertLineBreak: ['Enter', 0],
  insertParagraph: ['Enter', 0],
  deleteContentBackward: ['Backspace', 0],
  deleteContentForward: ['Delete', 0],
  deleteWordBackward: ['Backspace', 2],
  deleteWordForward: ['Delete', 2],
};
const ALT = 1;
const CTRL = 2;
const META = 4;
const SHIFT = 8;

/** AltGr is neither Ctrl nor Alt, and the Command key does what Ctrl does elsewhere. */
export function modifiers(event) {
  const altGraph = event.getModifierState('AltGraph');
  const ctrl = (event.ctrlKey && !altGraph) || (MAC && event.metaKey);
  return (event.altKey && !altGraph ? ALT : 0) | (ctrl ? CTRL : 0)
    | (event.metaKey && !MAC ? META : 0) | (event.shiftKey ? SHIFT : 0);
}

/** Whether the key will come as text; Option on a Mac writes signs as AltGr does. */
function isText(event, mods) {
  return [...event.key].length === 1 && !(mods & (CTRL | META)) && (!(mods & ALT) || MAC);
}

export class Keyboard {
  /** `on`: {leave(), act(), mayAct(), copied(), clipboardOff()}. `act()` as in input.js, `mayAct()`
   *  only asks. */
  constructor({ connection, field, on }) {
    Object.assign(this, { connection, field, on });
    this.pressed = new Map();
    this.clipboard = true;
    this.refill();
    const handlers = {
      keydown: this.onDown, keyup: this.onUp, beforeinput: this.onBeforeInput,
      input: this.onInput, compositionupdate: this.onComposition,
      compositionend: this.onCompositionEnd, paste: this.onPaste, blur: this.releaseAll,
      copy: (event) => event.preventDefault(), cut: (event) => event.preventDefault(),
      drop: (event) => event.preventDefault(),
    };
    for (const [name, handler] of Object.entries(handlers)) {
      field.addEventListener(name, handler.bind(this));
    }
  }

  refill() {
    this.field.value = FILLING;
    this.field.setSelectionRange(1, 1);
  }

  onDown(event) {
    if (event.key === 'F6') {
      event.preventDefault();
      this.on.leave();
      return;
    }
    const mods = modifiers(event);
    const left = event.isComposing || NOT_KEYS.has(event.key) || MODIFIER_KEYS.has(event.key)
      || OF_THE_BROWSER.has(event.key) || ((mods & CTRL) && ENLARGING.has(event.key));
    // Who may not act is not caught: Tab and the browser's own shortcuts go on working.
    if (left || isText(event, mods) || (!this.on.mayAct() && event.key === 'Tab')) {
      return;
    }
    if (this.isPaste(event, mods)) {
      return;
    }
    if (this.on.act()) {
      event.preventDefault();
      this.copyOn(event, mods);
      this.down(event, mods);
    }
  }

  /** The browser answers it with `paste`, which has the text. */
  isPaste(event, mods) {
    return (mods === CTRL && event.key.toLowerCase() === 'v')
      || (mods === SHIFT && event.key === 'Insert');
  }

  /** Cutting copies first and goes on as a key. */
  copyOn(event, mods) {
    const letter = event.key.toLowerCase();
    if ((mods === CTRL && (letter === 'c' || letter === 'x' || event.key === 'Insert'))) {
      if (this.clipboard) {
        this.connection.send({ t: 'copy' });
        this.on.copied();
      } else {
        this.on.clipboardOff();
      }
    }
  }

  down(event, mods) {
    const { key, code, repeat } = event;
    if (mods === CTRL && key.toLowerCase() === 'c') {
      return;  // `copy` has said it
    }
    this.connection.send({ t: 'key', down: true, key, code, mods, repeat });
    if (MAC && event.metaKey) {
      this.connection.send({ t: 'key', down: false, key, code, mods, repeat: false });
      return;  // a Mac tells nobody of keys that come up while Command is down
    }
    this.pressed.set(code || key, { key, code });
  }

  onUp(event) {
    const name = event.code || event.key;
    if (this.pressed.has(name)) {
      const { key, code } = this.pressed.get(name);
      this.pressed.delete(name);
      this.connection.send({
        t: 'key', down: false, key, code, mods: modifiers(event), repeat: false,
      });
    }
  }

  tap(key, mods) {
    for (const down of [true, false]) {
      this.connection.send({ t: 'key', down, key, code: key, mods, repeat: false });
    }
  }

  releaseAll() {
    for (const { key, code } of this.pressed.values()) {
      this.connection.send({ t: 'key', down: false, key, code, mods: 0, repeat: false });
    }
    this.pressed.clear();
    this.endComposition();
  }

  onBeforeInput(event) {
    // Composition has its own events; what it writes is not to be sent twice.
    if (event.isComposing || /Composition/.test(event.inputType)) {
      return;
    }
    event.preventDefault();
    if (!this.on.act()) {
      return;
    }
    const key = KEY_OF_INPUT[event.inputType];
    const text = event.data ?? event.dataTransfer?.getData('text/plain');
    if (key) {
      this.tap(...key);
    } else if (text && event.inputType.startsWith('insert')) {
      this.connection.send({ t: 'text', text });
    }
  }

  /** Not every soft keyboard lets itself be prevented. */
  onInput(event) {
    if (!event.isComposing) {
      this.refill();
    }
  }

  onComposition(event) {
    const text = event.data ?? '';
    if (this.on.act()) {
      this.composing = text !== '';
      this.connection.send({ t: 'ime', text, start: text.length, end: text.length });
    }
  }

  onCompositionEnd(event) {
    this.endComposition();
    if (event.data && this.on.mayAct()) {
      this.connection.send({ t: 'text', text: event.data });
    }
    setTimeout(() => this.refill());  // the browser writes what was composed after this event
  }

  endComposition() {
    if (this.composing) {
      this.composing = false;
      this.connection.send({ t: 'ime', text: '', start: 0, end: 0 });
    }
  }

  onPaste(event) {
    event.preventDefault();
    const text = event.clipboardData.getData('text/plain');
    if (!this.clipboard) {
      this.on.clipboardOff();
    } else if (text && this.on.act()) {
      this.connection.send({ t: 'paste', text });
    }
  }

  /** Control has gone to somebody else: the renderer has let the keys go. */
  forget() {
    this.pressed.clear();
    this.composing = false;
  }
}
