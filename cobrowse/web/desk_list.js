// The table of sessions: state, who is there, who is in control, and what one can do with each.

import { button, el } from './dom.js';
import { text } from './text.js';

export class SessionList {
  /** `on`: {join(session), invite(session), end(session)}. */
  constructor(on) {
    this.on = on;
    this.body = el('tbody', {});
    const { columns } = text.desk;
    this.table = el('table', { class: 'sessions' },
      el('thead', {}, el('tr', {}, ['name', 'state', 'people', 'control', 'do'].map(
        (key) => el('th', { scope: 'col' }, columns[key])))), this.body);
    this.nothing = el('p', { class: 'nothing', hidden: true }, text.desk.none);
    this.element = el('div', { class: 'card sessions-frame' }, this.table, this.nothing);
    this.key = null;
  }

  /** Only what has changed is drawn, since a row that is drawn anew loses the focus. */
  render(sessions) {
    const key = JSON.stringify(sessions);
    if (key === this.key) {
      return;
    }
    this.key = key;
    const focused = document.activeElement?.dataset?.focus;
    this.table.hidden = sessions.length === 0;
    this.nothing.hidden = sessions.length > 0;
    this.body.replaceChildren(...sessions.map((one) => this.row(one)));
    [...this.body.querySelectorAll('[data-focus]')]
      .find((element) => element.dataset.focus === focused)?.focus();
  }

  row(one) {
    const { columns } = text.desk;
    const over = one.state === 'ended';
    const action = (label, what, kind) => button(label, () => this.on[what](one), {
      kind, disabled: over, 'data-action': what, 'data-focus': `${what} ${one.id}`,
    });
    const cell = (label, ...children) => el('td', { 'data-label': label }, ...children);
    return el('tr', { 'data-session': one.id },
      el('td', { class: 'session-name' }, el('p', { class: 'name' }, one.name || one.id),
        el('p', { class: 'hint' }, this.about(one))),
      cell(columns.state, el('span', { class: `state ${one.state}` }, text.desk.state[one.state])),
      cell(columns.people, this.people(one)),
      cell(columns.control, this.holder(one)),
      el('td', {}, el('div', { class: 'session-actions' },
        action(text.desk.join, 'join', 'primary'), action(text.desk.invite, 'invite', ''),
        action(text.desk.end, 'end', 'quiet'))));
  }

  about({ kind, start_url: url, created_at: created }) {
    const at = new Date(typeof created === 'number' ? created * 1000 : created);
    const since = Number.isNaN(at.getTime()) ? ''
      : text.desk.created(at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }));
    return [url || text.desk.kinds[kind], since].filter(Boolean).join(' · ');
  }

  people({ people = [] }) {
    return people.map(({ name, role }) => `${name} (${text.roles[role] ?? role})`).join(', ')
      || text.desk.nobody;
  }

  /** `holder` is the number of one of the people; with `mode` that decides it there is none. */
  holder({ people = [], holder, mode }) {
    const name = people.find((one) => one.id === holder)?.name;
    const rule = mode === 'single' ? null : text.control.modes[mode];
    return name || rule || text.desk.nobody;
  }
}
