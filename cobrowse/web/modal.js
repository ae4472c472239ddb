// One question over the page. The rest is inert meanwhile, but not the indicator: leaving and
// taking back are possible at any time, which is why this is no <dialog> of the browser.

import { button, el } from './dom.js';

export class Modal {
  /** `layer` holds it, `behind` are the elements that rest meanwhile. */
  constructor({ layer, behind }) {
    Object.assign(this, { layer, behind });
    this.box = null;
    layer.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.onEscape) {
        event.preventDefault();
        this.onEscape();
      }
    });
  }

  /** `actions`: [{label, kind, run}], the last one answers Enter in a form; `escape` is what the
   *  Escape key does. Takes the place of one that is open. */
  open({ title, body = [], actions, escape = null, name = 'question' }) {
    this.before ??= document.activeElement;
    const buttons = actions.map(({ label, kind, run }, at) => button(label, run, {
      kind, type: at === actions.length - 1 ? 'submit' : 'button',
    }));
    const submit = buttons[buttons.length - 1];
    this.box = el('form', {
      class: 'modal card', role: 'alertdialog', 'aria-labelledby': 'modal-title',
      'data-modal': name, on: { submit: (event) => event.preventDefault() },
    }, el('h2', { id: 'modal-title' }, title), body, el('div', { class: 'actions' }, buttons));
    this.onEscape = escape;
    this.layer.replaceChildren(this.box);
    this.layer.hidden = false;
    this.behind.forEach((element) => { element.inert = true; });
    (this.box.querySelector('input:not([type=file]), textarea, select') ?? submit)?.focus();
  }

  isOpen(name) {
    return this.box?.dataset.modal === name;
  }

  close() {
    if (!this.box) {
      return;
    }
    this.box = null;
    this.onEscape = null;
    this.layer.replaceChildren();
    this.layer.hidden = true;
    this.behind.forEach((element) => { element.inert = false; });
    if (this.before?.isConnected) {
      this.before.focus();
    }
    this.before = null;
  }
}
