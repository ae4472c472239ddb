// What a tab keeps while it is open. Browsers may refuse that, as a whole or in a frame of another
// site; then nothing is kept, and nothing else changes.

/** Null where there is none. */
export function kept(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch { /* reloading the page is starting anew then */ }
}

export function forget(key) {
  try {
    sessionStorage.removeItem(key);
  } catch { /* there was nothing */ }
}
