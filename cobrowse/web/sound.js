// The sound of the shared page: off until the person switches it on, because browsers play nothing
// that nobody has asked for. What was chosen stays when the connection is made anew.

import { button, el } from './dom.js';
import { icon } from './icons.js';
import { text } from './text.js';

export class Sound {
  constructor() {
    this.player = el('audio', { muted: true, 'aria-hidden': 'true' });
    this.button = button(text.sound.label, () => this.toggle(), {
      kind: 'quiet', 'aria-pressed': 'false', 'data-action': 'sound', hidden: true,
    });
    this.isOn = false;
    this.render();
  }

  /** `offered`: this session has sound. */
  onPolicy(offered) {
    this.button.hidden = !offered;
  }

  onTrack(track) {
    this.player.srcObject = new MediaStream([track]);
    this.play();
  }

  toggle() {
    this.isOn = !this.isOn;
    this.play();
    this.render();
  }

  play() {
    this.player.muted = !this.isOn;
    if (this.isOn && this.player.srcObject) {
      this.player.play().catch(() => this.onRefused());
    } else {
      this.player.pause();
    }
  }

  /** By the browser; the next press asks again. A newer stream is no refusal. */
  onRefused() {
    if (this.player.paused && this.isOn) {
      this.isOn = false;
      this.render();
    }
  }

  render() {
    this.button.querySelector('svg')?.remove();
    this.button.prepend(icon(this.isOn ? 'sound' : 'mute'));
    this.button.setAttribute('aria-pressed', String(this.isOn));
    this.button.title = this.isOn ? text.sound.switchOff : text.sound.switchOn;
    document.body.dataset.sound = this.isOn ? 'on' : 'off';
  }

  close() {
    this.player.pause();
    this.player.srcObject = null;
  }
}
