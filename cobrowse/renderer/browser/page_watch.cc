#include "cobrowse/renderer/browser/page_watch.h"

#include <boost/json/array.hpp>

#include "http/core/json.h"

namespace turnpike::browser {

std::string watch_script(const std::vector<std::string>& selectors) {
  boost::json::array list{
      "input[type=password]",     "[autocomplete^=cc-]", "[autocomplete=one-time-code]",
      "[autocomplete*=password]", "[data-private]",      "[data-private] *"};
  for (const std::string& selector : selectors) list.emplace_back(selector);
  // A script in quotes closes no element, so nothing in the list needs more than JSON's quoting.
  return "(() => { const selectors = " + http::to_json(list) + R"(.filter((selector) => {
    try { document.createElement('i').matches(selector); return true; } catch { return false; }
  });
  const isSensitive = (element) => element instanceof Element &&
    selectors.some((selector) => element.matches(selector));
  const deepest = () => {
    let element = document.activeElement;
    while (element && element.shadowRoot && element.shadowRoot.activeElement) {
      element = element.shadowRoot.activeElement;
    }
    return element;
  };
  // Nobody sees into a closed shadow root; that the focus is in one shows at an element that cannot
  // have it itself.
  const hosts = /-|^(article|aside|blockquote|div|footer|h[1-6]|header|main|nav|p|section|span)$/;
  const scrolls = (element) => element.scrollHeight > element.clientHeight ||
    element.scrollWidth > element.clientWidth;
  const hidesFocus = (element) => element instanceof Element && hosts.test(element.localName) &&
    !element.shadowRoot && !element.hasAttribute('tabindex') && !element.isContentEditable &&
    (element.localName.includes('-') || !scrolls(element));
  let told = '0';
  const look = () => {
    const element = deepest();
    const now = isSensitive(element) || hidesFocus(element) ? '1' : '0';
    if (now === told) return;
    told = now;
    globalThis.)" +
         std::string(kWatchFunction) + R"((now);
  };
  for (const event of ['focusin', 'focusout', 'input', 'pointerdown', 'keydown']) {
    addEventListener(event, () => { look(); setTimeout(look, 0); }, true);
  }
  addEventListener('blur', look, true);
  // Whoever listens has forgotten this world while the page was in the back/forward cache.
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    told = '';
    look();
  }, true);
  let title = document.title;
  const lookAtTitle = () => {
    if (window !== window.top || document.title === title) return;
    title = document.title;
    globalThis.)" +
         std::string(kWatchFunction) + "('" + kWatchTitle + R"(' + title.slice(0, 300));
  };
  setInterval(() => { look(); lookAtTitle(); }, 250);
})())";
}

std::string_view selection_expression() {
  return R"((() => {
  let element = document.activeElement;
  while (element && element.shadowRoot && element.shadowRoot.activeElement) {
    element = element.shadowRoot.activeElement;
  }
  if (element && element.type === 'password') return '';
  if (element && typeof element.selectionStart === 'number') {
    const text = element.value.slice(element.selectionStart, element.selectionEnd);
    return text.slice(0, 65536).toWellFormed();
  }
  return String(getSelection()).slice(0, 65536).toWellFormed();
})())";
}

std::string_view focus_viewer_expression() {
  return R"((() => {
  const take = () => document.querySelector('embed')?.focus();
  if (document.readyState === 'complete') take();
  addEventListener('load', take, { once: true });
})())";
}

}  // namespace turnpike::browser
