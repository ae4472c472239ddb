// The agents' desk: signing in with an API key that stays in this tab, the list of sessions,
// starting one, inviting, joining and ending. The parts are desk_*.js.

import { ApiError, request } from './api.js';
import { button, el, field } from './dom.js';
import { SessionList } from './desk_list.js';
import { InviteBox } from './desk_invite.js';
import { StartForm } from './desk_start.js';
import { endedScreen } from './ended.js';
import { icon } from './icons.js';
import { Modal } from './modal.js';
import { forget, keep, kept } from './storage.js';
import { text } from './text.js';
import { SessionView, setState } from './view.js';

const KEY = 'turnpike.key';
const NAME = 'turnpike.name';
const POLL_EVERY_MS = 4000;

class Desk {
  constructor() {
    this.key = kept(KEY);
    this.name = kept(NAME) ?? '';
  }

  show(state, ...children) {
    clearInterval(this.polling);
    this.polling = null;
    this.screen = children[0];
    document.querySelector('noscript')?.remove();
    document.body.replaceChildren(...children);
    document.title = text.desk.title;
    setState(state);
  }

  async start() {
    if (!this.key) {
      this.showLogin();
      return;
    }
    this.showList();
  }

  api(path, options = {}) {
    return request(path, { key: this.key, ...options });
  }

  showLogin(problem = '') {
    const key = el('input', {
      class: 'input', type: 'password', autocomplete: 'off', spellcheck: 'false', name: 'key',
    });
    const name = el('input', {
      class: 'input', type: 'text', autocomplete: 'name', value: this.name, maxlength: '60',
      name: 'name',
    });
    const alert = el('p', { class: 'problem', role: 'alert' }, problem);
    const signIn = async (event) => {
      event.preventDefault();
      const wrong = await this.signIn(key.value.trim(), name.value.trim());
      alert.textContent = wrong ?? '';
    };
    this.show('login', el('main', { class: 'entry' }, el('form', { class: 'card', on: {
      submit: signIn,
    } }, el('h1', {}, text.desk.title), alert, field(text.desk.key, key, text.desk.keyHint),
    field(text.desk.name, name, text.visitor.nameHint),
    el('div', { class: 'actions' },
      el('button', { type: 'submit', class: 'button primary' }, text.desk.signIn)))));
    key.focus();
  }

  /** What is wrong, or null: then the list is shown. */
  async signIn(key, name) {
    if (!key || !name) {
      return key ? text.visitor.nameWrong : text.desk.keyWrong;
    }
    try {
      await request('v1/sessions', { key });
    } catch (error) {
      return error.status === 401 || error.status === 403 ? text.desk.keyWrong : error.message;
    }
    Object.assign(this, { key, name });
    keep(KEY, key);
    keep(NAME, name);
    this.showList();
    return null;
  }

  signOut(problem = '') {
    forget(KEY);
    this.key = null;
    this.showLogin(problem);
  }

  showList() {
    this.capacity = el('p', { class: 'hint', role: 'status' });
    this.alert = el('p', { class: 'problem', role: 'alert' });
    this.list = new SessionList({
      join: (one) => this.join(one), invite: (one) => this.invite(one),
      end: (one) => this.confirmEnd(one),
    });
    this.startForm = new StartForm({
      create: (body) => this.create(body), cancel: () => this.toggleStart(false),
    });
    this.opener = button(text.desk.start, () => this.toggleStart(true), {
      kind: 'primary', icon: icon('add'), 'data-action': 'start',
    });
    const layer = el('div', { class: 'desk-modal', hidden: true });
    const main = el('main', { class: 'desk' },
      el('header', { class: 'desk-head' }, el('h1', {}, text.desk.title),
        el('span', { class: 'hint' }, this.name),
        button(text.desk.signOut, () => this.signOut(), { kind: 'quiet' })),
      el('div', { class: 'desk-tools' }, el('h2', {}, text.desk.sessions), this.capacity,
        this.opener),
      this.alert, this.startForm.element, this.list.element);
    this.modal = new Modal({ layer, behind: [main] });
    this.show('list', main, layer);
    this.polling = setInterval(() => this.refresh(), POLL_EVERY_MS);
    this.refresh();
  }

  toggleStart(open) {
    this.startForm.show(open);
    this.opener.hidden = open;
    if (!open) {
      this.opener.focus();
    }
  }

  /** Runs a request and tells people when it failed; undefined then, and when the screen that has
   *  asked has gone meanwhile. */
  async attempt(run) {
    const { screen } = this;
    try {
      const answer = await run();
      this.alert.textContent = '';
      return screen === this.screen ? answer : undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      if (screen !== this.screen) {
        return undefined;
      }
      if (error.status === 401) {
        this.signOut(text.desk.keyWrong);
      } else {
        this.alert.textContent = error.message;
      }
      return undefined;
    }
  }

  async refresh() {
    if (this.polling === null) {
      return;
    }
    const answer = await this.attempt(() => this.api('v1/sessions'));
    if (answer) {
      const { running, max } = answer.capacity;
      const full = running >= max;
      this.capacity.textContent = `${text.desk.capacity(running, max)}${
        full ? ` · ${text.desk.full}` : ''}`;
      this.opener.disabled = full;
      this.list.render(answer.sessions);
    }
  }

  async create(body) {
    const made = await this.attempt(() => this.api('v1/sessions', { method: 'POST', body }));
    if (made) {
      this.toggleStart(false);
      this.showInvite(made, made.invite);
      this.refresh();
    }
    return Boolean(made);
  }

  makeInvite(one, role) {
    return this.api(`v1/sessions/${encodeURIComponent(one.id)}/invites`, {
      method: 'POST', body: { role },
    });
  }

  async invite(one) {
    const made = await this.attempt(() => this.makeInvite(one, 'visitor'));
    if (made) {
      this.showInvite(one, made);
    }
  }

  showInvite(one, invite) {
    const box = new InviteBox({ invite, renew: (role) => this.makeInvite(one, role) });
    const close = () => this.modal.close();
    this.modal.open({
      name: 'invite',
      title: text.desk.inviteTitle(one.name || one.start_url || one.id),
      body: [box.element],
      actions: [
        { label: text.close, run: close },
        { label: text.desk.joinNow, kind: 'primary', run: () => { close(); this.join(one); } },
      ],
      escape: close,
    });
  }

  confirmEnd(one) {
    const close = () => this.modal.close();
    const end = async () => {
      close();
      await this.attempt(() => this.api(`v1/sessions/${encodeURIComponent(one.id)}`, {
        method: 'DELETE',
      }));
      this.refresh();
    };
    this.modal.open({
      name: 'end',
      title: text.desk.confirmEnd(one.name || one.id),
      body: [el('p', {}, text.indicator.confirmEndText)],
      actions: [
        { label: text.cancel, run: close },
        { label: text.end, kind: 'danger', run: end },
      ],
      escape: close,
    });
  }

  /** A second click while the first one is on its way would be a second participant. */
  async join(one) {
    if (this.joining) {
      return;
    }
    this.joining = true;
    const joined = await this.attempt(() => this.api(
      `v1/sessions/${encodeURIComponent(one.id)}/join`,
      { method: 'POST', body: { name: this.name, role: 'agent' } })).finally(() => {
      this.joining = false;
    });
    if (!joined) {
      return;
    }
    const invite = new InviteBox({ invite: null, renew: (role) => this.makeInvite(one, role) });
    const view = new SessionView({
      joined,
      sections: [el('section', { class: 'section' }, el('h2', {}, text.desk.invite),
        invite.element)],
      onEnd: (bye) => this.show('ended', endedScreen(bye, {
        label: text.ended.desk, run: () => this.showList(),
      })),
    });
    this.show('joining', view.element);
    view.start();
  }
}

new Desk().start();
