// Control as people see it: the card that asks whether somebody may have it, the panel with
// requests, the visitor's consent and the agents' choice of mode, and the list of people.

import { button, choice, el, field, setText } from './dom.js';
import { icon } from './icons.js';
import { text } from './text.js';

export class ControlPanel {
  constructor({ control, notices }) {
    Object.assign(this, { control, notices });
    this.requests = el('div', { class: 'requests', 'aria-live': 'assertive' });
    this.note = el('p', { class: 'hint', role: 'status' });
    this.request = button(text.control.request, () => control.ask('request'), {
      kind: 'primary', icon: icon('hand'), 'data-action': 'request',
    });
    this.withdraw = button(text.control.withdraw, () => control.ask('withdraw'), {
      'data-action': 'withdraw',
    });
    this.release = button(text.control.release, () => control.ask('release'), {
      'data-action': 'release',
    });
    this.consent = el('input', { type: 'checkbox', on: { change: () => this.onConsent() } });
    this.consentRow = el('label', { class: 'option' }, this.consent,
      el('span', {}, text.control.consent));
    this.mode = choice(Object.entries(text.control.modes), control.mode, {
      class: 'input', on: { change: () => this.onMode() },
    });
    this.modeRow = field(text.control.mode, this.mode);
    this.people = el('ul', { class: 'people' });
    this.section = el('section', { class: 'section', 'data-section': 'control' },
      el('h2', {}, text.control.title), this.note, this.request, this.withdraw, this.release,
      this.consentRow, this.modeRow);
    this.peopleSection = el('section', { class: 'section', 'data-section': 'people' },
      el('h2', {}, text.people.title), this.people);
    this.render();
  }

  onConsent() {
    this.control.connection.send({ t: 'consent', control: this.consent.checked });
  }

  onMode() {
    this.control.connection.send({ t: 'mode', mode: this.mode.value });
    this.mode.value = this.control.mode;  // until the server says so
  }

  /** Tells who does not see the screen, and who asked and got nothing. */
  onEvent({ event, who }) {
    const { control } = this;
    const words = text.control.events[event]?.(control.nameOf(who));
    if (words && who !== control.you) {
      this.notices.say(words);
    } else if (event === 'denied' || event === 'taken' || event === 'idle') {
      this.notices.toast(words);
    }
  }

  render() {
    const { control } = this;
    this.request.hidden = !control.mayRequest();
    this.withdraw.hidden = !control.isWaiting();
    this.release.hidden = !control.isHolder();
    this.consentRow.hidden = !control.isVisitor();
    this.consent.checked = control.consent;
    this.modeRow.hidden = control.role !== 'agent';
    this.mode.value = control.mode;
    setText(this.note, this.situation());
    this.renderRequests();
    this.renderPeople();
  }

  situation() {
    const { control } = this;
    if (!control.mayPoint()) {
      return text.control.onlyWatching;
    }
    if (control.isWaiting()) {
      return text.control.waiting;
    }
    if (control.role === 'agent' && !control.consent) {
      return text.control.noConsent;
    }
    const words = control.describe();
    return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
  }

  renderRequests() {
    const asking = this.control.toDecide();
    const key = asking.join(' ');
    if (key !== this.requestsKey) {
      this.requestsKey = key;
      this.requests.replaceChildren(...asking.map((id) => this.requestCard(id)));
    }
  }

  requestCard(id) {
    const answer = (granted) => () => this.control.answer(id, granted);
    return el('div', { class: 'card request', 'data-request': id },
      el('p', { class: 'strong' }, text.control.asks(this.control.nameOf(id))),
      el('p', { class: 'hint' }, text.control.asksHint),
      el('div', { class: 'actions' },
        button(text.control.deny, answer(false), { 'data-action': 'deny' }),
        button(text.control.grant, answer(true), { kind: 'primary', 'data-action': 'grant' })));
  }

  renderPeople() {
    const { control } = this;
    this.people.replaceChildren(...control.people.map((one) => {
      const name = one.id === control.you ? text.people.me(one.name) : one.name;
      const details = [text.roles[one.role], one.here ? one.route : text.people.away];
      return el('li', { class: `person${one.here ? '' : ' away'}`, 'data-person': one.id },
        el('span', { class: `dot cursor-${one.id % 6}`, 'aria-hidden': 'true' }),
        el('div', { class: 'grow' }, el('p', { class: 'name' }, name),
          el('p', { class: 'hint' }, details.filter(Boolean).join(' · '))),
        one.id === control.holder ? icon('hand') : null);
    }));
  }
}
