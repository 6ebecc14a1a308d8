// Upload: ask the server to sign, send to S3, show the picture through the CDN.

import { ApiError, postJson } from './api.js';
import { byId, bytes, facts, h, icon } from './dom.js';
import { explainAnswer, explainFinding, explainRule, secondPostAccepted } from './explain.js';
import { askForPicture, refusals, shortened } from './privacy.js';
import { disguisedPage, padded, samplePicture } from './sample.js';
import { describe, send, tampered, withContentType } from './transfer.js';

const stage = byId('stage');
const result = byId('result');
const status = byId('upload-status');
const progressLine = byId('progress-line');
const progress = byId('upload-progress');
const progressLabel = byId('progress-label');
const fileInput = byId('file-input');
const dropZone = byId('drop-zone');

const firstNotes = new Map(
  [...byId('route').children].map((stop) => [stop, stop.querySelector('.stop-note').textContent]),
);

let policy = { maxBytes: 5 * 1024 * 1024 };
let privatePolicy = { maxBytes: 20 * 1024 * 1024 };
let current = new AbortController();
let countdown;

export function usePolicies(newPolicy, newPrivatePolicy) {
  policy = { ...policy, ...newPolicy };
  privatePolicy = { ...privatePolicy, ...newPrivatePolicy };
  showNotes();
}

export function startUploads() {
  for (const radio of document.querySelectorAll('input[name=method], input[name=visibility]')) {
    radio.addEventListener('change', showNotes);
  }
  showNotes(); // A reload may have kept the other choices.

  fileInput.addEventListener('change', () => {
    const [file] = fileInput.files;
    if (!file) return;
    upload('none', file).finally(() => {
      fileInput.value = '';
    });
  });
  byId('sample-button').addEventListener('click', () => upload('none'));
  for (const button of document.querySelectorAll('[data-scenario]')) {
    button.addEventListener('click', () => upload(button.dataset.scenario));
  }
  startDropping();
}

function startDropping() {
  let depth = 0;
  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
  // A picture that misses the zone must not replace the page.
  for (const type of ['dragover', 'drop']) {
    window.addEventListener(type, (event) => {
      if (carriesFiles(event)) event.preventDefault();
    });
  }
  dropZone.addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    depth++;
    dropZone.classList.add('over');
  });
  dropZone.addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) dropZone.classList.remove('over');
  });
  dropZone.addEventListener('drop', (event) => {
    depth = 0;
    dropZone.classList.remove('over');
    const [file] = event.dataTransfer.files;
    if (file) upload('none', file);
  });
}

function method() {
  return document.querySelector('input[name=method]:checked').value;
}

function isPrivate() {
  return document.querySelector('input[name=visibility]:checked').value === 'private';
}

function showNotes() {
  byId('method-note-put').hidden = method() !== 'PUT';
  byId('method-note-post').hidden = method() !== 'POST';
  byId('visibility-note-public').hidden = isPrivate();
  byId('visibility-note-private').hidden = !isPrivate();
  const types = (isPrivate() ? privatePolicy : policy).types;
  if (types) {
    fileInput.accept = types.join(',');
    byId('file-types').textContent = types.map((type) => type.replace('image/', '').toUpperCase()).join(', ');
  }
}

/** One run from wish to picture or refusal. A newer run replaces an older one. */
async function upload(scenario, chosen) {
  current.abort();
  current = new AbortController();
  const { signal } = current;
  const run = { scenario, method: method(), private: isPrivate() };
  begin(run);
  try {
    const file =
      scenario === 'disguised' ? disguisedPage() : (chosen ?? (await samplePicture()));
    if (signal.aborted) return;
    const large = (run.private ? privatePolicy : policy).maxBytes + 1024 * 1024;
    const wish = {
      method: run.method,
      contentType: file.type || 'application/octet-stream',
      size: scenario === 'declared-too-large' ? large : file.size,
      expired: scenario === 'expired',
      private: run.private,
    };
    run.declared = wish.size;

    stop('sign', 'active');
    const signed = await postJson('/api/uploads', wish);
    if (signal.aborted) return;
    stop('sign', 'done', `signed ${bytes(wish.size)}`);

    run.signed = signed;
    run.sending = signed;
    run.file = file;
    if (scenario === 'too-large') run.file = padded(file, large);
    if (scenario === 'wrong-type') run.sending = withContentType(signed, 'text/html');
    if (scenario === 'tampered') run.sending = tampered(signed);
    run.sent = run.file.size;

    let answer = await sendOnce(run, signal);
    if (scenario === 'twice' && succeeded(answer)) {
      stop('store', 'active', 'stored once');
      answer = await sendOnce(run, signal, 'Sending again');
    }
    if (signal.aborted) return;
    if (!succeeded(answer) || !expected.has(scenario)) {
      finish(run, answer);
      return;
    }
    stop('store', 'done', `stored, ${answer.status}`);
    progressLine.hidden = true;
    stop('verify', 'active');
    const found = await postJson('/api/verifications', { key: signed.key, private: run.private });
    if (run.private && found.outcome === 'accepted') run.picture = await askForPicture(signed.key);
    if (signal.aborted) return;
    if (found.outcome === 'accepted') accept(run, found, signal);
    else removed(run, found);
  } catch (error) {
    if (signal.aborted) return;
    progressLine.hidden = true;
    if (error instanceof ApiError && error.status === 422) refusedByPolicy(error.body, run);
    else broken(error, run);
  }
}

async function sendOnce(run, signal, label = 'Sending') {
  stop('send', 'active');
  progressLabel.textContent = `${label} ${bytes(run.file.size)}`;
  progress.value = 0;
  progressLine.hidden = false;
  const answer = await send(run.sending, run.file, {
    signal,
    onProgress: (loaded, total) => {
      progress.value = Math.round((loaded / total) * 100);
    },
  });
  if (answer.status !== 0) progress.value = 100;
  stop('send', 'done', `${run.method}, ${bytes(run.file.size)}`);
  return answer;
}

// The scenarios in which S3 is right to store something.
const expected = new Set(['none', 'twice', 'disguised']);

function finish(run, answer) {
  progressLine.hidden = true;
  if (succeeded(answer)) {
    stop('store', 'failed', `stored, ${answer.status}`);
    surprised(run, answer);
  } else {
    if (answer.status === 0) stop('send', 'failed', 'no answer');
    else stop('store', 'failed', `refused, ${answer.status}`);
    refusedByS3(run, answer);
  }
}

const succeeded = ({ status: code }) => code >= 200 && code < 300;

// ---- What is shown -------------------------------------------------------------------------

function begin() {
  clearInterval(countdown);
  for (const [element, note] of firstNotes) {
    stop(element.dataset.stop, 'idle', note);
  }
  stage.dataset.state = 'working';
  status.textContent = '';
  progressLine.hidden = true;
}

function show(state, announcement, ...children) {
  stage.dataset.state = state;
  result.replaceChildren(...children.flat().filter(Boolean));
  status.textContent = announcement;
  bringIntoView();
}

// In a narrow window the result is below the buttons; nobody should have to look for it.
function bringIntoView() {
  if (stage.getBoundingClientRect().top < window.innerHeight * 0.6) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  stage.scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
}

const spoken = { idle: '', active: 'in progress', done: 'done', failed: 'stopped here' };

function stop(name, state, note) {
  const element = document.querySelector(`[data-stop=${name}]`);
  element.dataset.state = state;
  if (note) element.querySelector('.stop-note').textContent = note;
  element.querySelector('.stop-state').textContent = spoken[state];
}

function accept(run, found, signal) {
  const { signed, file, picture } = run;
  const shownUrl = picture?.url ?? signed.publicUrl;
  const again = run.scenario === 'twice';
  stop('verify', 'done', 'accepted');
  stop('show', 'active');
  const image = h('img', {
    'data-testid': 'result-image',
    alt: `The uploaded picture ${file.name}`,
    class: 'shown',
  });
  const timer = h('span', { 'data-testid': 'result-expiry' });
  const shownFor =
    picture &&
    h(
      'span',
      { 'data-testid': 'signed-expiry' },
      `until ${new Date(picture.expiresAt).toLocaleTimeString('en-GB')}`,
    );
  const frame = h('div', { class: 'frame' }, image);
  image.addEventListener('load', () => {
    if (!signal.aborted) stop('show', 'done', 'served');
  });
  image.addEventListener('error', () => {
    if (signal.aborted) return;
    stop('show', 'failed', 'no picture');
    frame.replaceChildren(
      h(
        'p',
        { class: 'frame-note' },
        'The file begins as a picture does, but the browser cannot draw the rest of it.',
      ),
    );
  });
  image.src = shownUrl;

  show(
    again ? 'accepted-again' : 'success',
    again ? 'S3 accepted the same form twice.' : 'Uploaded. The picture is loaded through the CDN.',
    again
      ? heading('alert', 'Accepted a second time', 'note')
      : heading('check', 'Uploaded', 'good'),
    again &&
      h(
        'div',
        { class: 'meaning first' },
        h('h4', {}, 'What that means'),
        h('p', { 'data-testid': 'error-explanation' }, secondPostAccepted[0]),
        h('p', {}, secondPostAccepted[1]),
      ),
    frame,
    facts(
      [
        ['Key', h('code', { 'data-testid': 'result-key' }, signed.key)],
        [
          picture ? 'Signed URL' : 'CDN URL',
          h(
            'a',
            {
              href: shownUrl,
              target: '_blank',
              rel: 'noopener noreferrer',
              'data-testid': 'result-url',
            },
            shortened(shownUrl),
          ),
        ],
        picture && ['Shown', shownFor],
        ['Looked at', h('span', { 'data-testid': 'result-found' }, whatWasFound(file, found))],
        [signed.method === 'PUT' ? 'Upload URL' : 'Upload form', timer],
      ].filter(Boolean),
    ),
    picture && refusals(picture),
    whatWasSent(run),
  );
  startCountdown(timer, signed.expiresAt);
}

const whatWasFound = (file, { sizeBytes }) =>
  `${bytes(sizeBytes)}, first bytes of ${file.type}`;

/** S3 stored it, and the application's own look at it was its end. */
function removed(run, found) {
  stop('verify', 'failed', found.outcome === 'rejected' ? 'removed' : 'not there');
  const intended = run.scenario === 'disguised';
  const [meaning, fix] = explainFinding(found);
  const title =
    found.outcome === 'rejected' ? 'Stored by S3, then removed' : 'Nothing there to look at';
  show(
    'removed',
    `${title}: ${found.message ?? ''}`,
    heading('shield', title, intended ? 'kept' : 'bad'),
    h(
      'div',
      { class: 'answer' },
      h('h4', {}, 'What the server found'),
      facts([
        ['Rule', h('code', { 'data-testid': 'error-code' }, found.rule ?? 'none')],
        ['Limit', h('span', { 'data-testid': 'error-limit' }, found.limit ?? 'none')],
        ['Value', h('span', { 'data-testid': 'error-value' }, found.value ?? 'none')],
        ['Message', h('span', { 'data-testid': 'error-message' }, found.message ?? 'none')],
        ['Key', h('code', { 'data-testid': 'result-key' }, run.signed.key)],
      ]),
    ),
    meaningOf(meaning, fix),
    whatWasSent(run),
  );
}

function refusedByS3(run, answer) {
  const [meaning, fix] = explainAnswer({ ...run, ...answer });
  const intended = run.scenario !== 'none' && answer.status !== 0;
  const title =
    answer.status === 0
      ? 'No answer from S3'
      : intended
        ? 'S3 refused it, as it should'
        : 'S3 refused this upload';
  const rows =
    answer.status === 0
      ? [
          ['Status', h('span', { 'data-testid': 'error-status' }, 'none')],
          ['Code', h('code', { 'data-testid': 'error-code' }, 'NetworkError')],
          [
            'Message',
            h(
              'span',
              { 'data-testid': 'error-message' },
              'The request ended without an answer the browser may read.',
            ),
          ],
        ]
      : [
          ['Status', h('span', { 'data-testid': 'error-status' }, String(answer.status))],
          ['Code', h('code', { 'data-testid': 'error-code' }, answer.code ?? 'none')],
          [
            'Message',
            h('span', { 'data-testid': 'error-message' }, answer.message ?? 'S3 gave no message.'),
          ],
        ];
  if (answer.reason)
    rows.push(['Reason', h('span', { 'data-testid': 'error-reason' }, answer.reason)]);

  show(
    answer.status === 0 ? 'error' : 'refused',
    `${title}: ${answer.code ?? 'network error'}.`,
    heading(answer.status === 0 ? 'alert' : 'shield', title, intended ? 'kept' : 'bad'),
    h(
      'div',
      { class: 'answer' },
      h('h4', {}, 'What S3 answered'),
      facts(rows),
      answer.reason &&
        h('p', { class: 'hint' }, 'The reason is added by the local server. AWS does not tell.'),
    ),
    meaningOf(meaning, fix),
    whatWasSent(run),
  );
}

function refusedByPolicy(body, run) {
  stop('sign', 'failed', 'refused');
  const [meaning, fix] = explainRule(body.rule);
  const title = 'Refused before anything was signed';
  show(
    'rejected',
    `${title}: ${body.message ?? body.rule ?? ''}`,
    heading('shield', title, run.scenario === 'none' ? 'bad' : 'kept'),
    h(
      'div',
      { class: 'answer' },
      h('h4', {}, 'What the upload policy said'),
      facts([
        ['Rule', h('code', { 'data-testid': 'error-code' }, body.rule ?? body.error ?? 'unknown')],
        ['Limit', h('span', { 'data-testid': 'error-limit' }, body.limit ?? 'not given')],
        ['Value', h('span', { 'data-testid': 'error-value' }, body.value ?? 'not given')],
        ['Message', h('span', { 'data-testid': 'error-message' }, body.message ?? '')],
      ]),
    ),
    meaningOf(meaning, fix),
  );
}

function surprised(run, answer) {
  show(
    'error',
    'S3 accepted what it should have refused.',
    heading('alert', 'S3 accepted this, and should not have', 'bad'),
    h(
      'div',
      { class: 'answer' },
      h('h4', {}, 'What S3 answered'),
      facts([
        ['Status', h('span', { 'data-testid': 'error-status' }, String(answer.status))],
        ['Code', h('code', { 'data-testid': 'error-code' }, 'Accepted')],
        ['Message', h('span', { 'data-testid': 'error-message' }, 'The upload was stored.')],
      ]),
    ),
    meaningOf(
      'This S3 is more lenient than AWS, or the request was changed on its way.',
      'Check which endpoint this page talks to. The local server of the testkit refuses this.',
    ),
    whatWasSent(run),
  );
}

function broken(error, run) {
  const stored = run.signed !== undefined;
  stop(stored ? 'verify' : 'sign', 'failed', stored ? 'not finished' : 'no signature');
  show(
    'error',
    error.message,
    heading('alert', stored ? 'The server did not finish' : 'The server did not sign', 'bad'),
    h(
      'div',
      { class: 'answer' },
      h('h4', {}, 'What happened'),
      facts([
        ['Code', h('code', { 'data-testid': 'error-code' }, error.body?.error ?? error.name)],
        ['Message', h('span', { 'data-testid': 'error-message' }, error.message)],
      ]),
    ),
    meaningOf(
      stored ? 'The upload was neither accepted nor removed.' : 'Nothing was sent to S3.',
      'Look at the output of the development server, then try again.',
    ),
  );
}

function heading(iconName, text, tone) {
  return h(
    'h3',
    { class: `result-title ${tone}`, 'data-testid': 'result-title' },
    icon(iconName),
    text,
  );
}

function meaningOf(meaning, fix) {
  return h(
    'div',
    { class: 'meaning' },
    h('h4', {}, 'What that means'),
    h('p', { 'data-testid': 'error-explanation' }, meaning),
    h('p', { 'data-testid': 'error-fix' }, fix),
  );
}

function whatWasSent(run) {
  const sent = describe(run.sending, run.file);
  const group = (title, pairs) =>
    pairs.length ? [h('h4', {}, title), facts(pairs, 'facts wire')] : [];
  return h(
    'details',
    { class: 'sent', 'data-testid': 'sent-details' },
    h('summary', {}, 'What the browser sent'),
    h('p', { class: 'request-line' }, h('code', {}, sent.line)),
    group('Query', sent.query),
    group('Headers', sent.headers),
    group('Form fields', sent.fields),
  );
}

function startCountdown(element, expiresAt) {
  const end = Date.parse(expiresAt);
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (!(left > 0)) {
      element.textContent = 'no longer valid';
      clearInterval(countdown);
      return;
    }
    element.textContent = `valid for ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  };
  clearInterval(countdown);
  countdown = setInterval(tick, 1000);
  tick();
}
