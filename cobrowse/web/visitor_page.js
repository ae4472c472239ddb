// The visitor's way into a session: the invite of the address, or a PIN; a name; then what is going
// to be shared and how much others may do; and only after that choice the server is told anything.

import { ApiError, request } from './api.js';
import { button, el, field } from './dom.js';
import { endedScreen } from './ended.js';
import { icon } from './icons.js';
import { forget, keep, kept } from './storage.js';
import { text } from './text.js';
import { SessionView, setState } from './view.js';

const KEPT = 'turnpike.visit';  // in sessionStorage: reloading the page is coming back

const visit = { invite: null, pin: '', name: '' };

function show(...children) {
  const noscript = document.querySelector('noscript');
  document.body.replaceChildren(...children);
  noscript?.remove();
  document.querySelector('[data-first]')?.focus();
}

/** The invite is a secret: it goes from the address bar, and with that from the history. */
function readFragment() {
  const words = new URLSearchParams(location.hash.slice(1));
  visit.invite = words.get('invite');
  visit.pin = words.get('pin') ?? '';
  visit.name = words.get('name') ?? '';
  if (location.hash) {
    history.replaceState(null, '', location.pathname + location.search);
  }
}

function showEntry(problem = '') {
  setState('start');
  const pin = el('input', {
    class: 'input pin-input', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '7',
    value: visit.pin, 'data-first': !visit.invite, name: 'pin',
  });
  const name = el('input', {
    class: 'input', type: 'text', autocomplete: 'name', maxlength: '60', value: visit.name,
    'data-first': Boolean(visit.invite), name: 'name',
  });
  const alert = el('p', { class: 'problem', role: 'alert' }, problem);
  const next = (event) => {
    event.preventDefault();
    alert.textContent = readEntry(pin.value, name.value) ?? '';
    if (!alert.textContent) {
      showConsent();
    }
  };
  show(el('main', { class: 'entry' }, el('form', { class: 'card', novalidate: true,
    on: { submit: next } },
  el('h1', {}, text.visitor.title), el('p', { class: 'lead' }, text.visitor.lead), alert,
  visit.invite ? el('p', { class: 'hint' }, text.visitor.invited)
    : field(text.visitor.pin, pin, text.visitor.pinHint),
  field(text.visitor.name, name, text.visitor.nameHint),
  el('div', { class: 'actions' },
    el('button', { type: 'submit', class: 'button primary' }, text.visitor.next)))));
}

/** Takes what was entered; what is wrong with it, or null. People write PINs as 123 456. */
function readEntry(pin, name) {
  visit.pin = pin.replace(/\s/g, '');
  visit.name = name.trim();
  if (!visit.invite && !/^\d{6}$/.test(visit.pin)) {
    return text.visitor.pinWrong;
  }
  return visit.name ? null : text.visitor.nameWrong;
}

function showConsent() {
  setState('consent');
  const pick = (label, hint, name, control, kind) => el('div', { class: 'pick' },
    button(label, () => join(control), {
      kind, icon: icon(name), 'data-action': control ? 'allow' : 'view-only',
    }), el('p', { class: 'hint' }, hint));
  show(el('main', { class: 'entry' }, el('div', { class: 'card wide' },
    el('h1', { tabindex: '-1', 'data-first': true }, text.consent.title),
    el('p', { class: 'lead' }, text.consent.lead),
    el('ul', { class: 'points' }, text.consent.points.map((point) => el('li', {}, point))),
    el('div', { class: 'picks' },
      pick(text.consent.viewOnly, text.consent.viewOnlyHint, 'eye', false, 'large'),
      pick(text.consent.allow, text.consent.allowHint, 'hand', true, 'large primary')),
    el('div', { class: 'actions' },
      button(text.consent.decline, () => showEntry(), { kind: 'quiet' })))));
}

async function join(consent) {
  setState('joining');
  show(el('main', { class: 'entry' }, el('p', { class: 'veil', role: 'status' },
    text.visitor.joining)));
  const secret = visit.invite ? { invite: visit.invite } : { pin: visit.pin };
  try {
    const joined = await request('v1/join', {
      method: 'POST', body: { ...secret, name: visit.name },
    });
    keep(KEPT, JSON.stringify(joined));
    enter(joined, consent);
  } catch (error) {
    refuse(error);
  }
}

function refuse(error) {
  if (!(error instanceof ApiError)) {
    showEntry(text.visitor.failed);
    throw error;
  }
  if (error.status === 404) {
    visit.invite = null;  // the next try is with a PIN
    showEntry(text.visitor.notFound);
  } else {
    showEntry(error.message);
  }
}

function enter(joined, consent) {
  const view = new SessionView({
    joined,
    consent,
    onEnd: (bye) => {
      forget(KEPT);
      document.title = text.product;
      show(endedScreen(bye, { label: text.ended.again, run: () => showEntry() }));
    },
  });
  show(view.element);
  view.start();
}

/** What was kept, unless the address has another invitation. */
function visitBefore() {
  try {
    return visit.invite || visit.pin ? null : JSON.parse(kept(KEPT));
  } catch {
    return null;
  }
}

/** A site that knows who its customer is need not ask again; consent is asked here in any case. */
function begin() {
  readFragment();
  const before = visitBefore();
  if (before) {
    enter(before, null);
  } else if (visit.name && readEntry(visit.pin, visit.name) === null) {
    showConsent();
  } else {
    showEntry();
  }
}

window.opener = null;  // the site that opened this window has no business here
addEventListener('hashchange', () => {
  const inSession = document.querySelector('.session') !== null;
  if (location.hash && !inSession) {
    begin();
  }
});
begin();
