// Short messages that go by themselves, read aloud by screen readers, and cards that stay until
// they are answered.

import { button, el, iconButton } from './dom.js';
import { icon } from './icons.js';
import { text } from './text.js';

const GONE_AFTER_MS = 7000;
const MOST = 3;

export class Notices {
  constructor() {
    this.list = el('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
    this.said = el('p', { class: 'only-heard', role: 'status', 'aria-live': 'polite' });
    this.element = el('div', {}, this.list, this.said);
  }

  /** `action`: {label, run}. The same words twice are one toast. */
  toast(words, { action = null, stays = false } = {}) {
    const same = [...this.list.children].find((one) => one.dataset.words === words);
    same?.remove();
    const toast = el('div', { class: 'toast', 'data-words': words }, el('p', {}, words));
    const remove = () => toast.remove();
    if (action) {
      toast.append(button(action.label, () => { action.run(); remove(); }));
    }
    toast.append(iconButton(text.close, icon('close'), remove));
    this.list.append(toast);
    while (this.list.children.length > MOST) {
      this.list.firstElementChild.remove();
    }
    if (!stays) {
      setTimeout(remove, GONE_AFTER_MS);
    }
  }

  /** For those who do not see what has changed on the screen anyway. */
  say(words) {
    this.said.textContent = words;
  }
}
