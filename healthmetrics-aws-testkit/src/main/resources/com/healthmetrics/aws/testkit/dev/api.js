// The development server's own API: same origin, JSON both ways.

/** Longer than the server works on any request: it inspects a picture for up to a minute. */
const TIMEOUT = 75_000;

/** An error response of the API; `body` is its JSON. */
export class ApiError extends Error {
  constructor(status, body) {
    super(body.message || body.error || `The development server returned ${status}.`);
    this.status = status;
    this.body = body;
  }
}

/** No response of the API arrived whole, so what became of the request is not known. */
export class NoResponse extends Error {
  constructor(message, cause) {
    super(message, { cause });
    this.name = 'NoResponse';
  }
}

export const getJson = (path) => call(path, {});

export const postJson = (path, value, signal) => call(path, { ...post(value), signal });

const post = (value) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

async function exchange(path, options) {
  const signals = [AbortSignal.timeout(TIMEOUT), options.signal].filter(Boolean);
  const signal = AbortSignal.any(signals);
  let response;
  try {
    response = await fetch(path, { ...options, cache: 'no-store', signal });
    return { status: response.status, ok: response.ok, body: await response.text() };
  } catch (cause) {
    throw new NoResponse(reasonOf(cause, response), cause);
  }
}

function reasonOf({ name }, response) {
  if (name === 'TimeoutError') return 'The development server did not respond in time.';
  if (response) return `The response, with status ${response.status}, was cut off.`;
  return 'No response of the development server arrived. Check that it is running.';
}

async function call(path, options) {
  const { status, ok, body } = await exchange(path, options);
  let json;
  try {
    json = JSON.parse(body) ?? {};
  } catch (cause) {
    const reason = `The response, with status ${status}, is not JSON: a proxy may have sent it.`;
    throw new NoResponse(reason, cause);
  }
  if (!ok) throw new ApiError(status, json);
  return json;
}
