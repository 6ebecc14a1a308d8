// Uploads a picture from a browser to S3, and has the application publish it. No dependencies.
//
//   const picture = await upload(file, {
//     start: (request) => post('/avatars', request), // your endpoint that signs the upload
//     finish: (key) => post('/avatars/done', { key }), // your endpoint that verifies it
//     onProgress: (sent, total) => { bar.value = sent / total; },
//   });
//
// where `post` calls fetch and returns its Response, which is checked here.

const ATTEMPTS = 4;
const NEGATIVE_CACHING = 6000;
const FIRST_BYTES = 512;
const WITHOUT_TYPE = ['', 'application/octet-stream'];

/** Client errors after which the same request may succeed, or has already succeeded. */
const NOT_KNOWN_YET = [408, 409, 412, 425, 429];

/**
 * An upload that is not done, or whose outcome is not known.
 *
 * - `outcome`: `'not-done'`, nothing was published, or `'unknown'`: the application did not respond;
 *   its endpoint for `finish` can be called again with `key` at any time.
 * - `source`: `'application'` or `'s3'`, whose response decided it.
 * - `status`: the HTTP status of that response; 0 if there was none that the page may read.
 * - `code`: S3's error code, if it sent one.
 * - `body`: the body of that response; of the application's, from JSON if it is JSON.
 * - `key`: the key of the upload; undefined if `start` failed.
 */
export class UploadError extends Error {
  constructor(outcome, source, message, { status = 0, code, body, key, cause } = {}) {
    super(message, { cause });
    this.name = 'UploadError';
    Object.assign(this, { outcome, source, status, code, body, key });
  }
}

/**
 * Uploads a file, and resolves to what the application's `finish` returns once it is published.
 *
 * A response of S3 that is lost, or that reports a conflict or an internal error, does not show
 * whether the file was stored: browsers repeat a PUT by themselves, and S3 responds with 412 to the
 * second one. So `finish` is called before anything is reported, and if the application found no
 * upload, the file is sent again to the same URL, up to 4 times within its lifetime. What S3 has is
 * not sent again.
 *
 * @param {File|Blob} file
 * @param {object} options
 * @param {(request: {contentType: string, sizeBytes: number, fileName?: string, firstBytes?: string},
 *   signal?: AbortSignal) => any} options.start signs the upload: returns a `Response` of fetch with
 *   the JSON of a presigned upload, or that JSON as an object. `firstBytes` are the first 512 bytes
 *   in Base64, if the browser does not know the type of the file.
 * @param {(key: string, signal?: AbortSignal) => any} options.finish has the upload verified: returns
 *   a response (that of fetch, or another object with a `status`) or any value, or throws an error
 *   with a `status`. A value, or a status of 2xx with JSON or without a body, means accepted; 404 not
 *   uploaded; another 4xx rejected. 408, 409, 412, 425, 429, any other response and none mean not
 *   known yet: it is called again, and then only 422 means rejected, since the first call may have
 *   published the upload.
 * @param {(sent: number, total: number) => void} [options.onProgress] bytes of the file that were
 *   sent; never decreases, also when the file is sent again
 * @param {(state: 'signing'|'sending'|'sent'|'confirming'|'waiting',
 *   response?: {status: number, code?: string, body: string}) => void} [options.onState]
 *   `sent`: the whole file was sent, and S3 has not responded yet; `confirming`: with the response of
 *   S3, whose status is 0 if there was none; `waiting`: before the next attempt
 * @param {AbortSignal} [options.signal] ends the upload with the signal's reason. What was sent may
 *   stay pending, and is published if `finish` had been called.
 * @param {number} [options.idleTimeout] milliseconds without progress after which an attempt is given
 *   up; default 30,000
 * @returns {Promise<any>} the value, or the JSON of the response, of `finish`
 * @throws {UploadError} if the upload is not done or its outcome is not known
 */
export async function upload(
  file,
  { start, finish, onProgress, onState, signal, idleTimeout = 30_000 },
) {
  const run = { onState: onState ?? (() => {}), signal, idleTimeout };
  run.onSent = neverDecreasing(file.size, onProgress);
  run.onState('signing');
  const signed = await sign(file, start, signal);
  const { key } = signed;
  const lifetime = Date.parse(signed.expiresAt) - Date.now();
  // A clock that is so far ahead does not show when the URL expires; S3 does.
  const end = lifetime > 0 ? performance.now() + lifetime : Infinity;
  for (let attempt = 1; ; attempt++) {
    run.onState('sending');
    const response = await send(signed, file, run);
    const refused = isRefusal(response.status) && response.code !== 'RequestTimeout';
    const stored = isStored(response);
    // Even then an earlier attempt may have been stored late.
    if (!refused || attempt > 1) {
      run.onState('confirming', response);
      const confirmed = await confirm(() => finish(key, signal), key, stored, run);
      if (!confirmed.missing) return confirmed.value;
    }
    const pause = pauseAfter(attempt);
    const details = { ...response, key };
    if (refused) {
      throw new UploadError('not-done', 's3', `S3 refused the upload: ${inWords(response)}.`, details);
    }
    if (attempt === ATTEMPTS || performance.now() + pause > end) {
      const reason = attempt === ATTEMPTS ? `after ${ATTEMPTS} attempts` : 'before it expired';
      const message = `The upload was not stored ${reason}. Last response of S3: ${inWords(response)}.`;
      throw new UploadError('not-done', 's3', message, details);
    }
    run.onState('waiting');
    await delay(pause, signal);
  }
}

// ---- The application ------------------------------------------------------------------------

async function sign(file, start, signal) {
  const request = {
    contentType: file.type || 'application/octet-stream',
    sizeBytes: file.size,
    fileName: file.name,
  };
  if (WITHOUT_TYPE.includes(file.type)) {
    const first = new Uint8Array(await file.slice(0, FIRST_BYTES).arrayBuffer());
    request.firstBytes = btoa(String.fromCharCode(...first));
  }
  const response = await ask(() => start(request, signal), signal);
  if (response.failed) {
    const message = `The application returned no signed upload: ${inWords(response)}.`;
    throw new UploadError('not-done', 'application', message, response);
  }
  const missing = whatIsMissing(response.value);
  if (missing) {
    const message = `The application did not return a presigned upload: ${missing}.`;
    throw new UploadError('not-done', 'application', message, {
      status: response.status,
      body: response.value,
    });
  }
  return response.value;
}

function whatIsMissing(signed) {
  if (signed === null || typeof signed !== 'object') return 'it is not an object';
  if (signed.method !== 'PUT' && signed.method !== 'POST') return 'method is not PUT or POST';
  const parameters = signed.method === 'PUT' ? 'headers' : 'fields';
  if (signed[parameters] === null || typeof signed[parameters] !== 'object') {
    return `${parameters} is not an object`;
  }
  const absent = ['url', 'key', 'expiresAt'].find((name) => typeof signed[name] !== 'string');
  return absent && `${absent} is not a string`;
}

/** Resolves to { value }, or { missing: true } if nothing was uploaded, and S3 may not have it. */
async function confirm(finish, key, stored, { signal }) {
  for (let attempt = 1; ; attempt++) {
    const response = await ask(finish, signal);
    if (!response.failed) return response;
    const missing = response.status === 404;
    if (missing && !stored) return { missing };
    const details = { ...response, key };
    // An earlier call may have published it; then a session that ended, say, shows nothing.
    const rejected = attempt === 1 ? isRefusal(response.status) : response.status === 422;
    if (rejected && !missing) {
      const message = `The application rejected the upload: ${inWords(response)}.`;
      throw new UploadError('not-done', 'application', message, details);
    }
    if (attempt === ATTEMPTS && missing) {
      const message = `S3 has the file, and the application found no upload: ${inWords(response)}.`;
      throw new UploadError('not-done', 'application', message, details);
    }
    if (attempt === ATTEMPTS) {
      const message = `Whether the upload was accepted is not known: ${inWords(response)}.`;
      throw new UploadError('unknown', 'application', message, details);
    }
    await delay(pauseAfter(attempt), signal);
  }
}

/** Resolves to { value }, or { failed: true, status, body, reason, cause }. */
async function ask(call, signal) {
  try {
    return await abortable(signal, async () => {
      const returned = await call();
      if (isResponse(returned)) return read(returned);
      return hasFailed(returned) ? failure(returned) : { value: returned };
    });
  } catch (cause) {
    signal?.throwIfAborted();
    return failure(cause?.response ?? cause, cause); // Clients of HTTP have the status in either.
  }
}

function failure(response, cause) {
  const { status = 0, data, body = data } = response ?? {};
  return { failed: true, status, body, reason: reasonIn(body), cause };
}

/** Also one of a polyfill or of another frame, which is no instance of this page's class. */
const isResponse = (value) =>
  typeof value?.status === 'number' && typeof value.text === 'function';

/** A response whose body was read, of a client that throws no error for it. */
const hasFailed = (value) =>
  value?.ok === false ||
  (typeof value?.status === 'number' && value.status >= 400 && value.status < 600);

async function read(response) {
  const { status } = response;
  const text = await response.text();
  try {
    const body = text === '' ? undefined : JSON.parse(text);
    if (isSuccess(status)) return { value: body, status };
    return { failed: true, status, body, reason: reasonIn(body) };
  } catch {
    return { failed: true, status, body: text, reason: 'the response is not JSON' };
  }
}

/** As RFC 9457 and common frameworks name it. */
function reasonIn(body) {
  return [body?.detail, body?.message, body?.error].find((reason) => typeof reason === 'string');
}

// ---- S3 -------------------------------------------------------------------------------------

/** Resolves to { status, code, body }; status 0: there was no response that the page may read. */
function send(signed, file, { onSent, onState, signal, idleTimeout }) {
  let request; // fetch reports no progress.
  let idle;
  return abortable(
    signal,
    () =>
      new Promise((resolve) => {
        request = new XMLHttpRequest();
        const restartTimer = () => {
          clearTimeout(idle);
          idle = setTimeout(() => request.abort(), idleTimeout);
        };
        let sent = false;
        const onProgress = ({ loaded, total }) => {
          restartTimer();
          onSent(loaded, total);
          if (loaded < total || sent) return;
          sent = true;
          onState('sent');
        };
        request.open(signed.method, signed.url);
        request.upload.addEventListener('progress', onProgress);
        request.upload.addEventListener('load', onProgress); // Firefox waits for the response.
        request.addEventListener('loadend', () => {
          const [, code] = /<Code>([^<]+)<\/Code>/.exec(request.responseText) ?? [];
          resolve({ status: request.status, code, body: request.responseText });
        });
        restartTimer();
        request.send(bodyOf(signed, file, request));
      }),
  ).finally(() => {
    clearTimeout(idle);
    request?.abort();
  });
}

function bodyOf(signed, file, request) {
  if (signed.method === 'PUT') {
    for (const [name, value] of Object.entries(signed.headers)) {
      request.setRequestHeader(name, value);
    }
    return file;
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(signed.fields)) form.append(name, value);
  form.append('file', file); // S3 ignores every field after the file.
  return form;
}

/** S3 has no body for a file that it stored; a proxy has one for a page of its own. */
function isStored({ status, code, body }) {
  return (isSuccess(status) && body === '') || code === 'PreconditionFailed';
}

/** A form is larger than its file, and a file that is sent again begins at 0. */
function neverDecreasing(size, onProgress = () => {}) {
  let most = -1;
  return (loaded, total) => {
    const sent = total > 0 ? Math.floor((loaded / total) * size) : 0;
    if (sent > most) {
      most = sent;
      onProgress(sent, size);
    }
  };
}

// ---- The published picture ------------------------------------------------------------------

/**
 * Shows a published picture. One that does not load is loaded once more after 6 seconds: CloudFront
 * keeps a 403 or 404 from before it was published for 5.
 *
 * @param {HTMLImageElement} image shows it
 * @param {string} url the `publicUrl`, or the signed URL of a private picture
 * @returns {Promise<void>} resolves when it is shown, and rejects if it did not load twice, which
 *   says nothing about the upload
 */
export async function show(image, url) {
  const loaded = isLoaded(image, url);
  const shown = image.src; // With its host, so that it can be compared.
  if (await loaded) return;
  await delay(NEGATIVE_CACHING);
  if (image.src !== shown) return; // By now the page shows another picture.
  if (!(await isLoaded(image, url))) {
    throw new Error('The picture does not load. Check the CDN, and whether this browser shows its type.');
  }
}

function isLoaded(image, url) {
  return new Promise((resolve) => {
    image.addEventListener('load', () => resolve(true), { once: true });
    image.addEventListener('error', () => resolve(false), { once: true });
    image.removeAttribute('src'); // Without it, WebKit keeps the failure of the same URL.
    image.src = url;
  });
}

// ---- Both -----------------------------------------------------------------------------------

function isSuccess(status) {
  return status >= 200 && status < 300;
}

function isRefusal(status) {
  return status >= 400 && status < 500 && !NOT_KNOWN_YET.includes(status);
}

function inWords({ status, code, reason, cause }) {
  if (!status) return cause ? `no response (${cause.message ?? cause})` : 'no response';
  const why = code ?? reason?.replace(/\.$/, ''); // The sentences above end by themselves.
  return why ? `status ${status}, ${why}` : `status ${status}`;
}

/** Exponential, with jitter: 0.5 to 1 second, 1 to 2, 2 to 4. */
function pauseAfter(attempt) {
  return 500 * 2 ** (attempt - 1) * (1 + Math.random());
}

function delay(milliseconds, signal) {
  let timer;
  const elapsed = () =>
    new Promise((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
  return abortable(signal, elapsed).finally(() => clearTimeout(timer));
}

/** Runs a task, and rejects at once when the signal is aborted, whatever the task does. */
async function abortable(signal, task) {
  signal?.throwIfAborted();
  if (!signal) return task();
  let onAbort;
  const aborted = new Promise((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([task(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
