// The form that starts a session: a web page or documents, where it begins, its name, and who may
// control.

import { button, choice, el, field } from './dom.js';
import { completeUrl } from './navigation.js';
import { text } from './text.js';

export class StartForm {
  /** `create(body)` promises whether it worked. */
  constructor({ create, cancel }) {
    this.create = create;
    this.kind = choice(Object.entries(text.desk.kinds), 'universal', {
      class: 'input', name: 'kind', on: { change: () => this.render() },
    });
    this.url = el('input', {
      class: 'input', type: 'text', inputmode: 'url', value: 'https://', name: 'start_url',
      autocomplete: 'url', spellcheck: 'false',
    });
    this.name = el('input', { class: 'input', type: 'text', maxlength: '100', name: 'name' });
    this.mode = choice(Object.entries(text.control.modes), 'single', {
      class: 'input', name: 'mode',
    });
    this.urlField = field(text.desk.url, this.url, text.desk.urlHint);
    this.problem = el('p', { class: 'problem', role: 'alert' });
    this.submit = el('button', { type: 'submit', class: 'button primary' }, text.desk.start);
    this.element = el('form', {
      class: 'card', hidden: true, on: { submit: (event) => this.onSubmit(event) },
    }, this.problem, el('div', { class: 'start-form' },
      field(text.desk.sessionName, this.name, text.desk.sessionNameHint), this.urlField,
      field(text.desk.kind, this.kind), field(text.control.mode, this.mode),
      el('div', { class: 'actions' }, button(text.cancel, cancel), this.submit)));
  }

  show(open) {
    this.element.hidden = !open;
    this.problem.textContent = '';
    if (open) {
      this.name.focus();
    }
  }

  render() {
    this.urlField.hidden = this.kind.value === 'document';
  }

  /** The request's body, or null when the address is none. */
  body() {
    const body = { kind: this.kind.value, name: this.name.value.trim(), mode: this.mode.value };
    if (body.kind === 'document') {
      return body;
    }
    const url = completeUrl(this.url.value);
    const isWeb = URL.canParse?.(url) !== false && /^https?:\/\/[^/]/i.test(url);
    return isWeb ? { ...body, start_url: url } : null;
  }

  async onSubmit(event) {
    event.preventDefault();
    const body = this.body();
    this.problem.textContent = body ? '' : text.desk.urlWrong;
    if (body) {
      this.submit.disabled = true;
      this.submit.textContent = text.desk.starting;
      await this.create(body);
      this.submit.disabled = false;
      this.submit.textContent = text.desk.start;
    }
  }
}
