// The line below the picture: where the keyboard is, how good the connection is and which way it
// takes, and the buttons for the sound, the panel and the soft keyboard.

import { button, el, setText } from './dom.js';
import { icon } from './icons.js';
import { text } from './text.js';

export class StatusBar {
  /** `on`: {panel(section), keyboard()}; `buttons` are of others. */
  constructor({ on, buttons = [] }) {
    this.hint = el('p', { class: 'status-hint', id: 'keyboard-hint' }, text.stage.outside);
    this.level = el('span', { class: 'level' }, text.quality.levels.unknown);
    this.latency = el('span', { class: 'latency' });
    this.route = el('span', { class: 'route' });
    this.quality = el('p', { class: 'quality', 'aria-label': text.quality.label },
      el('span', { class: 'bars', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')),
      this.level, this.latency, this.route);
    this.panels = ['people', 'documents'].map((section) => button(
      section === 'people' ? text.people.title : text.documents.title,
      () => on.panel(section),
      { icon: icon(section === 'people' ? 'people' : 'document'), kind: 'quiet',
        'aria-expanded': 'false', 'data-panel': section }));
    this.keyboard = button(text.stage.softKeyboard, on.keyboard, {
      icon: icon('keyboard'), kind: 'quiet soft-keyboard', 'data-action': 'keyboard',
    });
    this.element = el('footer', { class: 'status-bar' }, this.hint, this.quality,
      el('div', { class: 'status-actions' }, buttons, this.keyboard, this.panels));
  }

  onKeyboard(inPage) {
    setText(this.hint, inPage ? text.stage.inPage : text.stage.outside);
    this.element.classList.toggle('typing', inPage);
  }

  onPair({ local, remote, protocol }) {
    const relayed = local === 'relay' && remote === 'relay';
    setText(this.route, relayed ? text.quality.routes[protocol] ?? protocol
      : text.quality.notRelayed);
    document.body.dataset.route = `${local}/${protocol}`;
  }

  onStats({ level, latencyMs, rttMs, fps, lost }) {
    setText(this.level, text.quality.levels[level]);
    setText(this.latency, text.quality.latency(latencyMs));
    this.quality.dataset.level = level;
    this.quality.title = text.quality.details({
      rtt: Math.round(rttMs), fps: Math.round(fps), lost,
    });
    document.body.dataset.quality = level;
  }

  onPanel(open) {
    this.panels.forEach((one) => one.setAttribute('aria-expanded', String(open)));
  }
}
