#include "cobrowse/renderer/browser/select_list.h"

namespace turnpike::browser {
namespace {

/// Styles are set by properties, which no site's content policy forbids. A modal dialog makes
/// everything outside of it inert, so the list goes into the dialog.
constexpr std::string_view kScript = R"((() => {
  let open = null;
  const isOurs = (element) => element instanceof HTMLSelectElement && !element.multiple &&
    element.size <= 1 && !element.matches(':disabled');
  const close = () => {
    const host = open?.host;
    open = null;
    host?.remove();
  };
  const highlight = (at) => {
    if (at < 0 || at >= open.rows.length) return;
    const mark = (row, on) => {
      row.element.style.background = on ? '#1a73e8' : '';
      row.element.style.color = on ? '#fff' : '';
    };
    if (open.at >= 0) mark(open.rows[open.at], false);
    open.at = at;
    mark(open.rows[at], true);
    open.rows[at].element.scrollIntoView({ block: 'nearest' });
  };
  const choose = () => {
    const { select, rows, at } = open;
    close();
    if (at < 0 || select.selectedIndex === rows[at].option.index) return;
    select.selectedIndex = rows[at].option.index;
    select.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    select.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const addRow = (list, text, isPossible) => {
    const row = list.appendChild(document.createElement('div'));
    row.textContent = text || '\u00a0';
    Object.assign(row.style, { padding: '2px 8px', lineHeight: '1.5', whiteSpace: 'pre',
      cursor: 'default', opacity: isPossible ? '1' : '0.5' });
    return row;
  };
  const fill = (list) => {
    for (const one of open.select.querySelectorAll('option, optgroup, hr')) {
      if (one.hidden || getComputedStyle(one).display === 'none') continue;
      const group = one.closest('optgroup');
      if (one instanceof HTMLHRElement) {
        list.appendChild(document.createElement('hr'));
      } else if (one === group) {
        addRow(list, one.label, true).style.fontWeight = 'bold';
      } else {
        const isPossible = !one.disabled && !group?.disabled;
        const element = addRow(list, one.label, isPossible);
        if (group) element.style.paddingLeft = '24px';
        if (!isPossible) continue;
        const at = open.rows.push({ element, option: one }) - 1;
        element.addEventListener('mousemove', () => { if (open.at !== at) highlight(at); });
        element.addEventListener('mouseup', () => { highlight(at); choose(); });
      }
    }
  };
  const place = (host, list, box) => {
    const below = innerHeight - box.bottom, above = box.top;
    const isBelow = below >= Math.min(list.scrollHeight + 2, above) || below >= above;
    Object.assign(host.style, { left: Math.max(0, Math.min(box.left,
      innerWidth - list.offsetWidth - 2)) + 'px', maxHeight: (isBelow ? below : above) + 'px',
      top: isBelow ? box.bottom + 'px' : 'auto',
      bottom: isBelow ? 'auto' : innerHeight - box.top + 'px' });
  };
  const show = (select) => {
    close();
    const host = document.createElement('div');
    const list = host.attachShadow({ mode: 'closed' }).appendChild(document.createElement('div'));
    const own = getComputedStyle(select), box = select.getBoundingClientRect();
    host.popover = 'manual';
    host.style.all = 'initial';
    Object.assign(host.style, { position: 'fixed', margin: '0', padding: '0', inset: 'auto',
      boxSizing: 'border-box', minWidth: box.width + 'px', overflow: 'auto', background: '#fff',
      color: '#000', border: '1px solid #767676', font: own.font, direction: own.direction,
      boxShadow: '0 2px 6px rgba(0,0,0,.3)', zIndex: '2147483647' });
    open = { select, host, rows: [], at: -1 };
    fill(list);
    host.addEventListener('mousedown', (event) => event.preventDefault());
    (select.closest('dialog:modal') ?? document.documentElement).append(host);
    host.showPopover();
    place(host, list, box);
    highlight(open.rows.findIndex((row) => row.option.index === select.selectedIndex));
  };
  const isInside = (event) => open && event.composedPath().includes(open.host);
  addEventListener('mousedown', (event) => {
    if (!event.isTrusted || isInside(event)) return;
    const select = event.composedPath()[0], was = open?.select;
    close();
    if (event.button !== 0 || !isOurs(select)) return;
    event.preventDefault();
    select.focus();
    if (was !== select) show(select);
  }, true);
  const move = (by) => {
    const last = open.rows.length - 1;
    highlight(Math.max(0, Math.min(last, open.at + by)));
  };
  const keys = { ArrowDown: () => move(1), ArrowUp: () => move(-1), PageDown: () => move(10),
    PageUp: () => move(-10), Home: () => move(-1e6), End: () => move(1e6), Enter: choose,
    ' ': choose, Escape: close, F4: close };
  const opens = (event) => event.key === 'Enter' || event.key === ' ' || event.key === 'F4' ||
    (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp'));
  addEventListener('keydown', (event) => {
    if (!event.isTrusted) return;
    if (!open) {
      const select = event.composedPath()[0];
      if (!isOurs(select) || !opens(event)) return;
      event.preventDefault();
      return show(select);
    }
    if (event.key === 'Tab') return choose();
    event.preventDefault();
    event.stopImmediatePropagation();
    keys[event.key]?.();
  }, true);
  for (const name of ['scroll', 'wheel', 'blur', 'pagehide']) {
    addEventListener(name, (event) => {
      if (open && !isInside(event) && (name !== 'blur' || event.target === open.select)) close();
    }, true);
  }
})())";

}  // namespace

std::string_view select_list_script() {
  return kScript;
}

}  // namespace turnpike::browser
