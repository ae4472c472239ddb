// What the shared page asks: alert, confirm, prompt, leaving, and its file chooser. Who has control
// answers; the others see that there is a question.

import { el, field } from './dom.js';
import { text } from './text.js';

export class Dialogs {
  constructor({ connection, control, modal, documents }) {
    Object.assign(this, { connection, control, modal, documents });
    this.dialog = null;
    this.chooser = null;
    this.laidAside = null;
    documents.onChange = () => this.chooser && this.render();
  }

  onDialog(message) {
    this.dialog = message.kind === 'none' ? null : message;
    this.render();
  }

  onChooser(message) {
    this.chooser = message.kind === 'none' ? null : message;
    this.chosen = null;
    this.render();
  }

  /** Whoever has asked is gone and takes no answer. */
  forget() {
    this.dialog = null;
    this.chooser = null;
    this.chosen = null;
    this.render();
  }

  /** Also when control has changed: the question is somebody else's now. What is open and right
   *  already stays, with what was typed into it; leaving and ending go before. */
  render() {
    if (this.modal.isOpen('leave') || this.modal.isOpen('end')) {
      return;
    }
    const { holder, mode } = this.control;
    const isMine = this.answersItself();
    const isAside = !isMine && this.laidAside === (this.dialog ?? this.chooser);
    const key = JSON.stringify([this.dialog, this.chooser, isMine, isAside, holder, mode,
      this.chooser && this.documents.list]);
    const open = this.modal.isOpen('dialog') || this.modal.isOpen('chooser');
    if (open && key === this.key) {
      return;
    }
    this.key = key;
    if (this.dialog && !isAside) {
      this.renderDialog(this.dialog);
    } else if (this.chooser && !isAside) {
      this.renderChooser(this.chooser);
    } else if (open) {
      this.modal.close();
    }
  }

  answersItself() {
    return this.control.mayAct() || this.control.mayClaim();
  }

  whoAnswers() {
    const { holder, mode } = this.control;
    return el('p', { class: 'hint' }, holder === null || mode === 'shared'
      ? text.dialogs.notYoursFree : text.dialogs.notYours(this.control.holderName()));
  }

  /** Who cannot answer need not look at the question either; it comes back when it is his. */
  layAside() {
    this.laidAside = this.dialog ?? this.chooser;
    this.render();
  }

  /** What a question has for who cannot answer it. */
  actionsOfOthers() {
    const run = () => this.layAside();
    return { actions: [{ label: text.close, run }], escape: run };
  }

  renderDialog({ kind, text: words, default: preset }) {
    const mine = this.answersItself();
    const input = kind === 'prompt' && mine
      ? el('input', { type: 'text', class: 'input', value: preset ?? '', autocomplete: 'off' })
      : null;
    const answer = (accept) => () => this.answer(accept, input?.value ?? '');
    const [yes, no] = kind === 'beforeunload'
      ? [text.dialogs.leavePage, text.dialogs.stayOnPage] : [text.dialogs.ok, text.cancel];
    const refuse = kind === 'alert' ? [] : [{ label: no, run: answer(false) }];
    this.modal.open({
      name: 'dialog',
      title: text.dialogs[kind] ?? text.dialogs.alert,
      body: [
        words ? el('p', { class: 'quoted' }, words) : null,
        input ? field(text.dialogs.answer, input) : null,
        mine ? null : this.whoAnswers(),
      ],
      ...(mine ? {
        actions: [...refuse, { label: yes, kind: 'primary', run: answer(true) }],
        escape: answer(kind === 'alert'),
      } : this.actionsOfOthers()),
    });
  }

  answer(accept, words) {
    if (this.control.act() && this.connection.send({ t: 'dialog', accept, text: words })) {
      this.dialog = null;
      this.modal.close();
      this.render();
    }
  }

  renderChooser({ multiple }) {
    if (!this.answersItself()) {
      this.modal.open({
        name: 'chooser', title: text.dialogs.chooser, body: [this.whoAnswers()],
        ...this.actionsOfOthers(),
      });
      return;
    }
    const usable = this.documents.list.filter((one) => one.state === 'ready');
    const rows = usable.map((one) => el('label', { class: 'option' },
      el('input', {
        type: multiple ? 'checkbox' : 'radio', name: 'chosen', value: one.id,
        checked: this.chosen?.has(one.id) ?? false,
        on: { change: () => this.remember() },
      }), el('span', {}, one.name)));
    this.modal.open({
      name: 'chooser',
      title: text.dialogs.chooser,
      body: [
        el('p', {}, text.dialogs.chooserLead),
        rows.length ? el('div', { class: 'options', role: 'group' }, rows)
          : el('p', { class: 'hint' }, text.dialogs.chooserEmpty),
        this.documents.uploadButton(),
      ],
      actions: [
        { label: text.dialogs.chooserNone, run: () => this.choose([]) },
        {
          label: text.dialogs.chooserSend, kind: 'primary',
          run: () => this.choose(this.remember()),
        },
      ],
      escape: () => this.choose([]),
    });
  }

  /** A list that changes while somebody chooses keeps what he has chosen. */
  remember() {
    const boxes = [...this.modal.layer.querySelectorAll('input[name=chosen]:checked')];
    this.chosen = new Set(boxes.map((box) => box.value));
    return [...this.chosen];
  }

  choose(documents) {
    if (this.control.act() && this.connection.send({ t: 'files', documents })) {
      this.chooser = null;
      this.chosen = null;
      this.modal.close();
    }
  }
}
