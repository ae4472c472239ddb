// The documents of the session: uploading them beside the socket's path, and the list with what
// each is good for.

import { button, el } from './dom.js';
import { icon } from './icons.js';
import { text } from './text.js';

const SAVING_MS = 60_000;

export class Documents {
  /** `socket` is the path of the WebSocket; the uploads are its neighbours. */
  constructor({ connection, socket, token, notices, maySend }) {
    Object.assign(this, { connection, token, notices, maySend });
    this.target = new URL('documents', new URL(socket, location.href));
    this.list = [];
    this.nonPdf = true;
    this.items = el('ul', { class: 'documents' });
    this.uploading = el('p', { class: 'hint', role: 'status' });
    this.section = el('section', { class: 'section', 'data-section': 'documents' },
      el('h2', {}, text.documents.title), this.items, this.uploading, this.uploadButton());
    this.onChange = null;
    this.render();
  }

  onDocuments({ documents }) {
    this.list = documents;
    this.render();
    this.onChange?.();
  }

  /** The browser's own button cannot be labelled; this one opens it. */
  uploadButton() {
    const input = el('input', {
      type: 'file', class: 'only-heard', tabindex: '-1', 'aria-hidden': 'true', multiple: true,
      on: { change: () => { this.uploadAll([...input.files]); input.value = ''; } },
    });
    const open = () => {
      input.accept = this.nonPdf ? '' : '.pdf,application/pdf';
      input.click();
    };
    return el('div', { class: 'upload' },
      button(text.documents.upload, open, { icon: icon('upload') }), input);
  }

  async uploadAll(files) {
    for (const file of files) {
      this.uploading.textContent = text.documents.uploading(file.name);
      const problem = await this.upload(file);
      if (problem) {
        this.notices.toast(problem);
      }
    }
    this.uploading.textContent = '';
  }

  /** What went wrong, for people; null when nothing did. */
  async upload(file) {
    const url = new URL(this.target);
    url.searchParams.set('name', file.name);
    try {
      const response = await fetch(url, {
        method: 'POST',
        body: file,
        credentials: 'omit',
        headers: {
          Authorization: `Bearer ${this.token}`,
          'Content-Type': file.type || 'application/octet-stream',
        },
      });
      return response.ok ? null : await this.explain(file, response);
    } catch {
      return text.documents.failed(file.name);
    }
  }

  async explain(file, response) {
    const known = { 413: text.documents.tooLarge, 415: text.documents.notAllowed };
    const problem = await response.json().catch(() => ({}));
    const words = (known[response.status] ?? text.documents.failed)(file.name);
    return problem.detail ? `${words} ${problem.detail}` : words;
  }

  render() {
    const rows = this.list.map((one) => this.row(one));
    this.items.replaceChildren(...(rows.length ? rows
      : [el('li', { class: 'hint' }, text.documents.empty)]));
  }

  row({ id, name, state, pages, download, text: why }) {
    const words = state === 'ready' && pages ? text.documents.pages(pages)
      : why || text.documents.states[state];
    const detail = download ? text.documents.fromPage(words) : words;
    return el('li', {
      class: `document ${state}`, 'data-document': id, 'data-document-name': name,
    },
      icon('document'),
      el('div', { class: 'grow' }, el('p', { class: 'name' }, name),
        el('p', { class: 'hint' }, detail)),
      state === 'ready' ? button(text.documents.show, () => this.show(id), {
        disabled: !this.maySend(), 'aria-label': text.documents.showOf(name),
        'data-action': 'show',
      }) : null,
      download && this.maySend() ? button(text.documents.save, () => this.save(id, name), {
        'aria-label': text.documents.saveOf(name), 'data-action': 'save',
      }) : null,
      !this.maySend() ? null : button(text.documents.remove, () => this.remove(id, name), {
        kind: 'quiet', 'aria-label': text.documents.removeOf(name), 'data-action': 'remove',
      }));
  }

  async remove(id, name) {
    const response = await fetch(`${this.target}/${encodeURIComponent(id)}`, {
      method: 'DELETE', credentials: 'omit', headers: { Authorization: `Bearer ${this.token}` },
    }).catch(() => null);
    if (!response?.ok && response?.status !== 404) {
      this.notices.toast(text.documents.notRemoved(name));
    }
  }

  /** The token stays out of addresses, so the browser gets the file from here. */
  async save(id, name) {
    const response = await fetch(`${this.target}/${encodeURIComponent(id)}`, {
      cache: 'no-store', credentials: 'omit', headers: { Authorization: `Bearer ${this.token}` },
    }).catch(() => null);
    const file = response?.ok ? await response.blob().catch(() => null) : null;
    if (!file) {
      this.notices.toast(text.documents.notSaved(name));
      return;
    }
    const url = URL.createObjectURL(file);
    el('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), SAVING_MS);
  }

  show(id) {
    this.connection.send({ t: 'document', id });
  }
}
