// The place of the picture: video, the kept picture, the surface that takes the pointer, the hidden
// text field that takes the keyboard, and the words above them when the picture is not what it
// seems.

import { el, setText } from './dom.js';
import { text } from './text.js';

export class Stage {
  constructor() {
    this.video = el('video', {
      class: 'picture', autoplay: true, playsinline: true, muted: true, 'aria-hidden': 'true',
      tabindex: '-1', disablepictureinpicture: true,
    });
    this.still = el('canvas', { class: 'picture', hidden: true, 'aria-hidden': 'true' });
    this.surface = el('div', { class: 'surface' });
    this.layer = el('div', { class: 'cursors', 'aria-hidden': 'true' });
    this.keys = el('textarea', {
      class: 'keys', 'aria-label': text.stage.keyboard, autocomplete: 'off', autocapitalize: 'off',
      autocorrect: 'off', spellcheck: 'false', 'aria-describedby': 'keyboard-hint',
    });
    this.veil = el('p', { class: 'veil', role: 'status' }, text.stage.connecting);
    this.band = el('p', { class: 'band', role: 'status', hidden: true });
    this.private = el('p', { class: 'band private', role: 'status', hidden: true });
    this.element = el('main', { class: 'stage', 'aria-label': text.stage.region },
      this.video, this.still, this.layer, this.surface, this.keys, this.veil,
      el('div', { class: 'bands' }, this.private, this.band));
    this.renderer = 'starting';
    this.trouble = false;
  }

  onRenderer({ state, text: words }) {
    this.renderer = state;
    this.rendererText = words;
    this.render();
  }

  onTrouble(trouble) {
    this.trouble = trouble;
    this.render();
  }

  onFrame() {
    this.hasPicture = true;
    this.trouble = false;
    this.render();
  }

  /** Before the first picture the words fill the stage, later they lie above it. */
  render() {
    const words = this.words();
    this.veil.hidden = Boolean(this.hasPicture);
    this.band.hidden = !this.hasPicture || !words;
    setText(this.hasPicture ? this.band : this.veil, words || text.stage.connecting);
  }

  words() {
    if (this.renderer !== 'running') {
      return this.rendererText || text.stage.renderer[this.renderer];
    }
    return this.trouble ? text.stage.mediaLost : '';
  }

  onSensitive({ on }, isVisitor) {
    this.private.hidden = !on;
    setText(this.private, isVisitor ? text.sensitive.own : text.sensitive.other);
  }
}
