// Elements without markup in strings: nothing here parses HTML, so text of other people can never
// become an element, and a strict Content-Security-Policy with Trusted Types has nothing to refuse.

const PROPERTIES = new Set(['value', 'checked', 'disabled', 'hidden', 'muted']);

function assign(element, name, value) {
  if (name === 'on') {
    for (const [event, handler] of Object.entries(value)) {
      element.addEventListener(event, handler);
    }
  } else if (PROPERTIES.has(name)) {
    element[name] = value;
  } else if (value !== undefined && value !== null && value !== false) {
    element.setAttribute(name, value === true ? '' : value);
  }
}

/** `properties`: attributes, a few properties, and `on: {event: handler}`. Empty children are left
 *  out. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    assign(element, key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Writes only what differs: a live region must not speak when nothing has changed. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A button that says what it does, with an icon before the words where one is given. */
export function button(label, handler, { kind = '', icon = null, ...rest } = {}) {
  return el('button', { type: 'button', class: `button ${kind}`, on: { click: handler }, ...rest },
    icon, el('span', {}, label));
}

/** A button that is only an icon; `label` is its name for people who do not see it. */
export function iconButton(label, icon, handler, properties = {}) {
  return el('button', {
    type: 'button', class: 'icon-button', 'aria-label': label, title: label,
    on: { click: handler }, ...properties,
  }, icon);
}

let lastId = 0;

/** A label with its control below, tied together by an id. */
export function field(label, control, hint = null) {
  lastId += 1;
  control.id = `field-${lastId}`;
  const note = hint ? el('p', { class: 'hint', id: `hint-${lastId}` }, hint) : null;
  if (note) {
    control.setAttribute('aria-describedby', note.id);
  }
  return el('div', { class: 'field' }, el('label', { for: control.id }, label), control, note);
}

/** A <select> of [value, label] pairs. */
export function choice(options, value, properties = {}) {
  const select = el('select', properties,
    options.map(([key, label]) => el('option', { value: key }, label)));
  select.value = value;
  return select;
}
