// Watches over the start of a page. One module file that does not come keeps all of them from
// running, and a network that changes during the load is enough for that: the page is loaded again
// then, a few times, and after that it says so. A classic script that stands before all others and
// needs none of them; its words are here for the same reason.
(() => {
  'use strict';

  const PAUSES_MS = [500, 2000, 5000];  // before each loading again; after the last one, words
  const PATIENCE_MS = 15000;  // more each time, since a line may just be slow
  const WORDS = {
    title: 'This page could not be loaded',
    lead: 'Part of it did not arrive. Check your connection and try again.',
    again: 'Try again',
  };

  // Kept with the entry of the history: storage may be blocked, and the address is left alone.
  const tries = history.state?.tries ?? 0;
  let waiting = false;

  /** Until the modules have shown something; a page that was cut off may have no state at all. */
  function isLoading() {
    return (document.body?.dataset.state ?? 'loading') === 'loading';
  }

  function loadAgain() {
    if (isLoading()) {
      history.replaceState({ tries: tries + 1 }, '');
      location.reload();
    }
  }

  function onTrouble() {
    if (waiting || !isLoading()) {
      return;
    }
    waiting = true;
    if (tries < PAUSES_MS.length) {
      setTimeout(loadAgain, PAUSES_MS[tries]);
    } else {
      tell();
    }
  }

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  }

  function tell() {
    if (!document.body) {
      document.addEventListener('DOMContentLoaded', tell, { once: true });
      return;
    }
    const again = make('button', { type: 'button', class: 'button primary' }, WORDS.again);
    again.addEventListener('click', () => location.reload());
    history.replaceState(null, '');  // whoever tries again has all the tries anew
    document.body.dataset.state = 'failed';
    document.body.replaceChildren(make('main', { class: 'entry' },
      make('div', { class: 'card', role: 'alert' }, make('h1', {}, WORDS.title),
        make('p', {}, WORDS.lead), make('div', { class: 'actions' }, again))));
    again.focus();
  }

  // A module whose own imports fail says so at its element; such an event does not bubble.
  const onError = (event) => event.target.rel !== 'icon' && onTrouble();
  addEventListener('error', onError, true);
  const timer = setTimeout(onTrouble, PATIENCE_MS * (tries + 1));
  addEventListener('load', () => {
    if (!isLoading()) {
      clearTimeout(timer);
      removeEventListener('error', onError, true);
      history.replaceState(null, '');
    }
  });
})();
