// Requests to the server, relative to the page, so that the entry paths can have any prefix.
// Failures become an ApiError whose message is for people.

import { text } from './text.js';

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function explain(response) {
  if (response.status === 429) {
    return text.tooManyTries(Number(response.headers.get('Retry-After')) || 60);
  }
  const problem = await response.json().catch(() => ({}));
  return problem.detail || problem.title || text.requestFailed(response.status);
}

/** The answer's JSON, null where it has none. `path` is like 'v1/sessions'. */
export async function request(path, { method = 'GET', body = null, key = null } = {}) {
  const headers = {};
  if (body) {
    headers['Content-Type'] = 'application/json';
  }
  if (key) {
    headers.Authorization = `Bearer ${key}`;
  }
  let response;
  try {
    response = await fetch(new URL(path, location.href.split('#')[0]), {
      method, headers, body: body && JSON.stringify(body), cache: 'no-store', credentials: 'omit',
    });
  } catch {
    throw new ApiError(0, text.networkFailed);
  }
  if (!response.ok) {
    throw new ApiError(response.status, await explain(response));
  }
  try {
    return response.status === 204 ? null : await response.json();
  } catch {  // cut off on the way, or from somebody else than our server
    throw new ApiError(0, text.networkFailed);
  }
}
