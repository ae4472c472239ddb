// The script that a customer's web site embeds:
//   <script src="https://HOST/public/visitor.js" data-label="Get help with this page"></script>
// It draws a button in a shadow root; who presses it enters a PIN and goes on in the visitor's page
// of the server that the script came from. The page is not touched otherwise: one global, Turnpike,
// styles by adoptedStyleSheets (a strict style-src has nothing to say), no storage, no requests.
//   data-label, data-mode="inline" (a frame in place of a window), data-button="none" (no button:
//   the site has its own <turnpike-cobrowse> or calls Turnpike.open({pin, invite, name})).
(() => {
  'use strict';

  // Only while the script runs does the browser say which one it is.
  const script = document.currentScript;
  const VISITOR_PAGE = new URL('visitor.html', script.src).href;
  const TAG = 'turnpike-cobrowse';
  // Of the window: a double click finds the first one again. Later clicks do not, since the page
  // cuts itself off from those that open it (Cross-Origin-Opener-Policy).
  const NAME = 'turnpike-session';
  const WORDS = {
    label: 'Get help with this page',
    lead: 'Enter the 6-digit PIN that your adviser tells you.',
    pin: '6-digit PIN',
    start: 'Continue',
    cancel: 'Cancel',
    wrong: 'Please enter 6 digits.',
    blocked: 'Your browser has blocked the window. Allow pop-ups for this site and try again.',
    frame: 'Shared session',
  };
  const CSS = `
    :host {
      --ground: #fff; --ink: #16202c; --soft: #4b5967; --line: #75828f; --brand: #0b4f6c;
      --brand-ink: #fff; --bad: #a8201a; --focus: #0b63ce;
      all: initial; color-scheme: light dark; color: var(--ink);
      font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
    }
    @media (prefers-color-scheme: dark) {
      :host {
        --ground: #18212a; --ink: #e9eff4; --soft: #aab7c3; --line: #748494; --brand: #7cc4e0;
        --brand-ink: #05202c; --bad: #ff9d95; --focus: #8ec7ff;
      }
    }
    :host([floating]) {
      position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; max-width: calc(100% - 32px);
    }
    [hidden] { display: none !important; }
    *, *::before { box-sizing: border-box; }
    :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
    button {
      min-height: 44px; padding: 8px 18px; border: 1px solid var(--line); border-radius: 8px;
      background: var(--ground); color: var(--ink); font: inherit; font-weight: 600;
      cursor: pointer;
    }
    .primary { background: var(--brand); border-color: var(--brand); color: var(--brand-ink); }
    .opener { border-radius: 999px; box-shadow: 0 2px 12px rgb(0 0 0 / 25%); }
    form {
      display: grid; gap: 12px; width: 320px; max-width: 100%; padding: 20px; border-radius: 12px;
      border: 1px solid var(--line); background: var(--ground);
      box-shadow: 0 4px 24px rgb(0 0 0 / 25%);
    }
    p { margin: 0; }
    .problem { color: var(--bad); font-weight: 600; }
    .problem:empty { display: none; }
    label { display: grid; gap: 4px; font-weight: 600; }
    input {
      width: 100%; min-height: 48px; padding: 4px 12px; border: 1px solid var(--line);
      border-radius: 8px; background: var(--ground); color: var(--ink); font: inherit;
      font-size: 24px; letter-spacing: .2em;
    }
    .actions { display: flex; justify-content: flex-end; gap: 12px; }
    :host([open]) { display: block; }
    iframe { display: block; width: 100%; height: 100%; min-height: 480px; border: 0; }
    :host([floating][open]) { inset: 16px; }
    :host([floating][open]) iframe { border-radius: 12px; box-shadow: 0 4px 24px rgb(0 0 0 / 35%); }
  `;

  /** Secrets go in the fragment, which no server gets to see. */
  function address({ pin, invite, name } = {}) {
    const words = new URLSearchParams();
    for (const [key, value] of Object.entries({ invite, pin, name })) {
      if (value) {
        words.set(key, String(value));
      }
    }
    return `${VISITOR_PAGE}#${words}`;
  }

  /** False when the browser has blocked it: `noopener` would hide that, so the visitor's page lets
   *  go of its opener itself. */
  function openWindow(options) {
    return window.open(address(options), NAME, 'popup,width=1280,height=860') !== null;
  }

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  }

  class TurnpikeCobrowse extends HTMLElement {
    connectedCallback() {
      if (this.root) {
        return;
      }
      this.root = this.attachShadow({ mode: 'closed' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      this.root.adoptedStyleSheets = [sheet];
      this.makeOpener();
      this.makeForm();
    }

    makeOpener() {
      const label = this.getAttribute('label') || WORDS.label;
      this.opener = make('button', { type: 'button', class: 'opener primary' }, label);
      this.opener.addEventListener('click', () => this.press());
      this.root.append(this.opener);
    }

    makeForm() {
      this.input = make('input', {
        inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '7',
      });
      this.problem = make('p', { class: 'problem', role: 'alert' });
      const cancel = make('button', { type: 'button' }, WORDS.cancel);
      this.form = make('form', { novalidate: '' }, make('p', {}, WORDS.lead),
        make('label', {}, WORDS.pin, this.input), this.problem,
        make('div', { class: 'actions' }, cancel,
          make('button', { type: 'submit', class: 'primary' }, WORDS.start)));
      this.form.hidden = true;
      cancel.addEventListener('click', () => this.ask(false));
      this.form.addEventListener('keydown', (event) => event.key === 'Escape' && this.ask(false));
      this.form.addEventListener('submit', (event) => this.submit(event));
      this.root.append(this.form);
    }

    /** With an invite there is nothing left to ask. */
    press() {
      const invite = this.getAttribute('invite');
      if (invite) {
        this.begin({ invite, name: this.getAttribute('name') });
      } else {
        this.ask(true);
      }
    }

    ask(open) {
      this.form.hidden = !open;
      this.opener.hidden = open;
      this.problem.textContent = '';
      (open ? this.input : this.opener).focus();
    }

    submit(event) {
      event.preventDefault();
      const pin = this.input.value.replace(/\s/g, '');
      if (!/^\d{6}$/.test(pin)) {
        this.problem.textContent = WORDS.wrong;
      } else if (this.begin({ pin, name: this.getAttribute('name') })) {
        this.input.value = '';
      } else {
        this.problem.textContent = WORDS.blocked;
      }
    }

    /** False when the browser has blocked the window. */
    begin(options) {
      if (this.getAttribute('mode') === 'inline') {
        this.showFrame(options);
        return true;
      }
      const opened = openWindow(options);
      if (opened && !this.form.hidden) {
        this.ask(false);
      }
      return opened;
    }

    showFrame(options) {
      this.root.querySelector('iframe')?.remove();
      this.form.hidden = this.opener.hidden = true;
      this.setAttribute('open', '');
      this.root.append(make('iframe', {
        src: address(options), title: WORDS.frame, referrerpolicy: 'no-referrer',
        allow: 'clipboard-read; clipboard-write; autoplay',
      }));
    }
  }

  function addButton() {
    const element = document.createElement(TAG);
    for (const name of ['label', 'mode']) {
      if (script.dataset[name]) {
        element.setAttribute(name, script.dataset[name]);
      }
    }
    element.setAttribute('floating', '');
    document.body.append(element);
  }

  if (customElements.get(TAG)) {
    return;  // embedded twice
  }
  customElements.define(TAG, TurnpikeCobrowse);
  Object.defineProperty(window, 'Turnpike', {
    value: Object.freeze({ open: (options) => openWindow(options) }),
  });
  if (script.dataset.button !== 'none') {
    if (document.body) {
      addButton();
    } else {
      document.addEventListener('DOMContentLoaded', addButton, { once: true });
    }
  }
})();
