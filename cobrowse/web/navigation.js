// The shared browser's own bar: back, forward, reload or stop, the address, and the tabs.

import { el, iconButton, setText } from './dom.js';
import { icon } from './icons.js';
import { text } from './text.js';

/** What people type is an address without its scheme; https unless they say otherwise. */
export function completeUrl(words) {
  const trimmed = words.trim();
  return /^[a-z][a-z0-9+.-]*:/i.test(trimmed) && !/^[^/]+:\d+(\/|$)/.test(trimmed)
    ? trimmed : `https://${trimmed}`;
}

export class Navigation {
  constructor({ connection, act, mayAct }) {
    Object.assign(this, { connection, act, mayAct });
    this.page = { url: '', title: '', loading: false, back: false, forward: false };
    this.tabs = [];
    const go = (what) => () => this.send({ t: 'nav', do: what });
    this.back = iconButton(text.nav.back, icon('back'), go('back'));
    this.forward = iconButton(text.nav.forward, icon('forward'), go('forward'));
    this.reload = iconButton(text.nav.reload, icon('reload'), go('reload'));
    this.stop = iconButton(text.nav.stop, icon('stop'), go('stop'), { hidden: true });
    this.address = this.addressField();
    this.tabList = el('ul', { class: 'tabs', 'aria-label': text.nav.tabs });
    this.bar = el('div', { class: 'toolbar', role: 'group', 'aria-label': text.nav.toolbar },
      this.back, this.forward, this.reload, this.stop,
      el('form', { class: 'address', on: { submit: (event) => this.onSubmit(event) } },
        icon('lock'), this.address));
    this.element = el('nav', { class: 'navigation', hidden: true }, this.bar, this.tabList);
  }

  addressField() {
    return el('input', {
      type: 'text', class: 'input', inputmode: 'url', autocomplete: 'off', autocapitalize: 'off',
      spellcheck: 'false', enterkeyhint: 'go', 'aria-label': text.nav.address,
      on: {
        focus: () => this.address.select(),
        blur: () => this.render(),
        keydown: (event) => {
          if (event.key === 'Escape') {
            this.address.value = this.page.url;
            this.address.blur();
          }
        },
      },
    });
  }

  send(message) {
    if (this.act()) {
      this.connection.send(message);
    }
  }

  onSubmit(event) {
    event.preventDefault();
    if (this.address.value.trim()) {
      this.send({ t: 'nav', do: 'go', url: completeUrl(this.address.value) });
      this.address.blur();
    }
  }

  onPage(page) {
    this.page = page;
    this.render();
  }

  onTabs({ tabs }) {
    this.tabs = tabs;
    this.render();
  }

  render() {
    const allowed = this.mayAct();
    const { url, loading, back, forward } = this.page;
    this.back.disabled = !allowed || !back;
    this.forward.disabled = !allowed || !forward;
    this.reload.disabled = this.stop.disabled = !allowed;
    this.address.readOnly = !allowed;
    this.reload.hidden = loading;
    this.stop.hidden = !loading;
    this.bar.classList.toggle('loading', loading);
    this.bar.classList.toggle('insecure', !/^https:/i.test(url));
    if (document.activeElement !== this.address) {
      this.address.value = url;
    }
    this.renderTabs(allowed);
  }

  /** Built anew only when they differ, else the focus would be lost with each title. */
  renderTabs(allowed) {
    const key = JSON.stringify([this.tabs.map((tab) => tab.id), allowed]);
    if (key !== this.tabsKey) {
      this.tabsKey = key;
      this.tabList.replaceChildren(...this.tabs.map((tab) => this.tab(tab, allowed)),
        el('li', {}, iconButton(text.nav.newTab, icon('add'),
          () => this.send({ t: 'tab', do: 'open' }), { disabled: !allowed })));
    }
    this.tabs.forEach(({ title, active }, at) => {
      const item = this.tabList.children[at];
      const [select, close] = item.children;
      setText(select.firstChild, title || text.nav.untitled);
      select.toggleAttribute('aria-current', false);
      if (active) {
        select.setAttribute('aria-current', 'page');
      }
      item.classList.toggle('active', Boolean(active));
      close.setAttribute('aria-label', text.nav.closeTab(title || text.nav.untitled));
    });
  }

  tab({ id }, allowed) {
    const send = (what) => () => this.send({ t: 'tab', do: what, id });
    return el('li', { class: 'tab', 'data-tab': id },
      el('button', { type: 'button', class: 'tab-title', disabled: !allowed, on: {
        click: send('select'),
      } }, el('span', {})),
      iconButton(text.close, icon('close'), send('close'), {
        disabled: !allowed, hidden: this.tabs.length < 2,
      }));
  }
}
