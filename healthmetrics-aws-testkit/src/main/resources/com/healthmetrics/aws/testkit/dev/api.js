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

export const getJson = (path) => call(path, {});

export const postJson = (path, value) => call(path, post(value));

const post = (value) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

async function exchange(path, options) {
  try {
    const response = await fetch(path, { ...options, cache: 'no-store' });
    return { status: response.status, ok: response.ok, body: await response.text() };
  } catch {
    throw new ServerGone();
  }
}

async function call(path, options) {
  const { status, ok, body } = await exchange(path, options);
  let json = {};
  try {
    json = JSON.parse(body) ?? {};
  } catch {
    // An error response that is not JSON is described by its status.
    if (ok) throw new ApiError(status, { message: 'The development server did not return JSON.' });
  }
  if (!ok) throw new ApiError(status, json);
  return json;
}
