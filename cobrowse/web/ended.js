// The last screen: that it is over, why, and where to go from here.

import { button, el } from './dom.js';
import { text } from './text.js';

/** `bye` as the protocol has it; its own words go before ours. */
export function endedScreen(bye, { label, run }) {
  return el('main', { class: 'entry' }, el('div', { class: 'card ended', role: 'status' },
    el('h1', {}, text.ended.titles[bye.reason] ?? text.ended.titles.ended),
    el('p', {}, bye.text || text.ended.reasons[bye.reason] || text.ended.reasons.ended),
    el('div', { class: 'actions' }, button(label, run, { kind: 'primary' }))));
}
