// The card that counts down to the end of the session, with the button that keeps it alive where
// that is possible.

import { button, el, setText } from './dom.js';
import { clock, text } from './text.js';

const GONE_AFTER_MS = 5000;  // a session that goes on was relieved while this page was away

export class Warning {
  /** `stay` makes the server see that somebody is there. */
  constructor(stay) {
    this.stay = stay;
    this.element = el('div', { class: 'warnings', 'aria-live': 'assertive' });
  }

  onWarning({ reason, ends_in_s: seconds }) {
    this.clear();
    const ends = performance.now() + seconds * 1000;
    const words = text.warning[reason] ?? text.warning.inactive;
    // The countdown is for the eye; a screen reader is told once, not each second.
    const shown = el('p', { class: 'strong', 'aria-hidden': 'true' });
    const tick = () => {
      const left = ends - performance.now();
      setText(shown, words(clock(left / 1000)));
      if (left < -GONE_AFTER_MS) {
        this.clear();
      }
    };
    tick();
    this.ticking = setInterval(tick, 500);
    this.element.replaceChildren(el('div', { class: 'card warning', 'data-warning': reason },
      shown, el('p', { class: 'only-heard' }, words(clock(seconds))),
      reason === 'absolute' ? null : el('div', { class: 'actions' },
        button(text.warning.here, this.stay, { kind: 'primary', 'data-action': 'stay' }))));
  }

  clear() {
    clearInterval(this.ticking);
    this.element.replaceChildren();
  }
}
