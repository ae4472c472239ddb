// An invitation to be passed on: the PIN in figures that can be read out, the link with a button
// that copies it, and until when it is good.

import { button, choice, el, field } from './dom.js';
import { icon } from './icons.js';
import { text } from './text.js';

const COPIED_MS = 2500;

export class InviteBox {
  /** `invite` is {url, pin, expires_at}, or null for one that is made on demand; `renew(role)`
   *  promises another. */
  constructor({ invite, renew }) {
    this.renew = renew;
    this.role = choice(['visitor', 'observer'].map((role) => [role, text.roles[role]]), 'visitor', {
      class: 'input', on: { change: () => this.make() },
    });
    this.details = el('div', { class: 'invite' });
    this.problem = el('p', { class: 'problem', role: 'alert' });
    this.maker = button(text.desk.invite, () => this.make(), { hidden: Boolean(invite) });
    this.element = el('div', { class: 'invite' }, field(text.desk.inviteRole, this.role),
      this.maker, this.problem, this.details);
    if (invite) {
      this.render(invite);
    }
  }

  async make() {
    try {
      this.render(await this.renew(this.role.value));
      this.problem.textContent = '';
    } catch (error) {
      this.problem.textContent = error.message;
    }
  }

  render({ url, pin, expires_at: expires }) {
    this.maker.hidden = true;
    const link = el('input', {
      class: 'input', readonly: true, value: url, 'aria-label': text.desk.link, name: 'link',
      on: { focus: () => link.select() },
    });
    const copy = button(text.desk.copyLink, () => this.copy(url, link, copy), {
      icon: icon('copy'), 'data-action': 'copy',
    });
    const spoken = String(pin);
    this.details.replaceChildren(
      el('p', {}, text.desk.inviteLead),
      el('div', {}, el('p', { class: 'hint' }, text.desk.pin),
        el('p', { class: 'invite-pin', 'data-pin': spoken },
          `${spoken.slice(0, 3)} ${spoken.slice(3)}`)),
      el('div', {}, el('p', { class: 'hint' }, text.desk.link),
        el('div', { class: 'invite-link' }, link, copy)),
      el('p', { class: 'hint' }, text.desk.validUntil(this.until(expires))));
  }

  until(expires) {
    const at = new Date(typeof expires === 'number' ? expires * 1000 : expires);
    return at.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  }

  async copy(url, link, copy) {
    const label = copy.querySelector('span');
    try {
      await navigator.clipboard.writeText(url);
      label.textContent = text.desk.copied;
      setTimeout(() => { label.textContent = text.desk.copyLink; }, COPIED_MS);
    } catch {
      link.focus();
      this.problem.textContent = text.desk.copyFailed;
    }
  }
}
