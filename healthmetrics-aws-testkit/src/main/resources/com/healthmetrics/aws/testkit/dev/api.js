// The development server's own API: same origin, JSON both ways.

/** An error response of the API; `body` is its JSON. */
export class ApiError extends Error {
  constructor(status, body) {
    super(body.message || body.error || `The development server returned ${status}.`);
    this.status = status;
    this.body = body;
  }
}

/** The development server did not respond. */
export class ServerGone extends Error {
  constructor() {
    super('The development server does not respond. Check that it is running.');
    this.name = 'ServerGone';
  }
}

export const getJson = (path) => call(path, { headers: { accept: 'application/json' } });

export const postJson = (path, value) =>
  call(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });

async function call(path, options) {
  let response;
  let text;
  try {
    response = await fetch(path, { ...options, cache: 'no-store' });
    text = await response.text();
  } catch {
    throw new ServerGone();
  }
  let body = {};
  try {
    body = JSON.parse(text) ?? {};
  } catch {
    // An error response that is not JSON is described by its status.
    if (response.ok)
      throw new ApiError(response.status, {
        message: 'The development server did not return JSON.',
      });
  }
  if (!response.ok) throw new ApiError(response.status, body);
  return body;
}
