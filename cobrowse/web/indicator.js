// The bar that says that this is shared, with how many, and who is in control. It is fixed above
// everything, has no way to be hidden, and carries what ends it: taking back, leaving, ending.

import { button, el, setText } from './dom.js';
import { icon } from './icons.js';
import { text } from './text.js';

export class Indicator {
  /** `on`: {leave(), end()}. */
  constructor({ control, on }) {
    this.control = control;
    this.lost = false;
    this.words = el('p', { class: 'indicator-text', role: 'status' });
    this.take = button(text.indicator.takeBack, () => control.take(), {
      kind: 'attention', icon: icon('hand'), hidden: true, 'data-action': 'take',
    });
    this.leave = button(text.leave, on.leave, { kind: 'on-bar', 'data-action': 'leave' });
    this.end = button(text.indicator.end, on.end, { kind: 'danger', 'data-action': 'end' });
    this.element = el('header', { class: 'indicator', 'aria-label': text.indicator.region },
      el('span', { class: 'beacon', 'aria-hidden': 'true' }), this.words,
      el('div', { class: 'indicator-actions' }, this.take, this.leave, this.end));
    this.render();
  }

  onLost(lost) {
    this.lost = lost;
    this.render();
  }

  render() {
    const { control } = this;
    const here = control.people.filter((one) => one.here && one.role !== 'recorder').length;
    const recording = control.people.some((one) => one.here && one.role === 'recorder');
    setText(this.words, [
      text.product,
      text.indicator.people(Math.max(here, 1)),
      recording ? text.indicator.recording : null,
      this.lost ? text.indicator.lost : control.describe(),
    ].filter(Boolean).join(' · '));
    this.take.hidden = !control.mayTake();
    this.end.hidden = !control.mayPoint();
    this.element.classList.toggle('other', !control.mayAct() && control.holder !== null);
    this.element.classList.toggle('lost', this.lost);
  }

  /** Where the keyboard goes when it leaves the picture. */
  focus() {
    (this.take.hidden ? this.leave : this.take).focus();
  }
}
