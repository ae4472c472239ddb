// The pointers of the others, drawn over the picture with their names; never part of the video.

import { el, setText } from './dom.js';
import { FULL } from './picture.js';

const GONE_AFTER_MS = 5000;
const COLOURS = 6;  // classes cursor-0 … in style.css

export class Overlay {
  /** `nameOf(id)` for the label. */
  constructor({ layer, picture, nameOf }) {
    Object.assign(this, { layer, picture, nameOf });
    this.cursors = new Map();
    new ResizeObserver(() => this.placeAll()).observe(layer);
  }

  onCursor({ who, x, y }) {
    let cursor = this.cursors.get(who);
    if (!cursor) {
      const label = el('span', { class: 'cursor-name' });
      const element = el('div', { class: `cursor cursor-${who % COLOURS}` },
        el('span', { class: 'cursor-tip' }), label);
      cursor = { element, label };
      this.cursors.set(who, cursor);
      this.layer.append(element);
    }
    clearTimeout(cursor.timer);
    cursor.timer = setTimeout(() => this.remove(who), GONE_AFTER_MS);
    Object.assign(cursor, { x, y });
    setText(cursor.label, this.nameOf(who));
    this.place(cursor);
  }

  place({ element, x, y }) {
    const box = this.layer.getBoundingClientRect();
    const rect = this.picture.rect();
    const left = rect.left - box.left + (x / FULL) * rect.width;
    const top = rect.top - box.top + (y / FULL) * rect.height;
    element.style.transform = `translate(${left}px, ${top}px)`;
  }

  placeAll() {
    this.cursors.forEach((cursor) => this.place(cursor));
  }

  remove(who) {
    const cursor = this.cursors.get(who);
    if (cursor) {
      clearTimeout(cursor.timer);
      cursor.element.remove();
      this.cursors.delete(who);
    }
  }

  /** Who has left points at nothing. */
  keepOnly(ids) {
    [...this.cursors.keys()].filter((id) => !ids.has(id)).forEach((id) => this.remove(id));
  }
}
