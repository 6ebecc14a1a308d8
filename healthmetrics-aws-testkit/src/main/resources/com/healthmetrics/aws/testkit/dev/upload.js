// Upload: the server signs, the browser sends to S3, the server inspects and publishes, the CDN serves.

import { ApiError, postJson } from './api.js';
import { byId, bytes, externalLink, fact, facts, h, icon, selected } from './dom.js';
import {
  explainFinding,
  explainResponse,
  explainRule,
  replayRemoved,
  secondPostAccepted,
} from './explain.js';
import { refusals, requestPicture, shortened } from './privacy.js';
import { disguisedPage, disguisedPageOf, padded, samplePicture } from './sample.js';
import { describe, send, tampered, withContentType } from './transfer.js';

const stage = byId('stage');
const result = byId('result');
const status = byId('upload-status');
const progressLine = byId('progress-line');
const progress = byId('upload-progress');
const progressLabel = byId('progress-label');
const fileInput = byId('file-input');
const dropZone = byId('drop-zone');

const initialNotes = new Map(
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
  showNotes(); // After a reload, other choices may be selected.

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
  // A picture that is dropped outside the zone must not replace the page.
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

const isPrivate = () => selected('visibility') === 'private';

function showNotes() {
  byId('method-note-put').hidden = selected('method') !== 'PUT';
  byId('method-note-post').hidden = selected('method') !== 'POST';
  byId('visibility-note-public').hidden = isPrivate();
  byId('visibility-note-private').hidden = !isPrivate();
  const types = (isPrivate() ? privatePolicy : policy).types;
  if (types) {
    fileInput.accept = types.join(',');
    byId('file-types').textContent = types
      .map((type) => type.replace('image/', '').toUpperCase())
      .join(', ');
  }
}

/** One run from the request to a picture or a refusal. A newer run replaces an older one. */
async function upload(scenario, chosen) {
  current.abort();
  current = new AbortController();
  const { signal } = current;
  const run = { scenario, method: selected('method'), private: isPrivate() };
  begin();
  try {
    const file =
      scenario === 'disguised' ? disguisedPage() : (chosen ?? (await samplePicture()));
    if (signal.aborted) return;
    const large = (run.private ? privatePolicy : policy).maxBytes + 1024 * 1024;
    const request = {
      method: run.method,
      contentType: file.type || 'application/octet-stream',
      size: scenario === 'declared-too-large' ? large : file.size,
      expired: scenario === 'expired',
      private: run.private,
    };
    run.declared = request.size;

    stop('sign', 'active');
    const signed = await postJson('/api/uploads', request);
    if (signal.aborted) return;
    stop('sign', 'done', `signed ${bytes(request.size)}`);

    run.signed = signed;
    run.sending = signed;
    run.file = file;
    if (scenario === 'too-large') run.file = padded(file, large);
    if (scenario === 'wrong-type') run.sending = withContentType(signed, 'text/html');
    if (scenario === 'tampered') run.sending = tampered(signed);
    run.sent = run.file.size;

    let response = await sendOnce(run, signal);
    if (scenario === 'twice' && succeeded(response)) {
      stop('store', 'active', 'stored once');
      response = await sendOnce(run, signal, 'Sending again');
    }
    if (signal.aborted) return;
    progressLine.hidden = true;
    if (response.status === 0) return withoutResponse(run, response);
    if (!succeeded(response)) return refusedByS3(run, response);
    if (!storable.has(scenario)) return storedWrongly(run, response);
    stop('store', 'done', `pending, ${response.status}`);
    let found = await verify(run);
    if (scenario === 'replay' && found.outcome === 'accepted' && !signal.aborted) {
      run.replay = disguisedPageOf(file.size);
      const replayed = await sendOnce({ ...run, file: run.replay }, signal, 'Sending a web page');
      if (signal.aborted) return;
      progressLine.hidden = true;
      if (!succeeded(replayed)) return refusedByS3(run, replayed);
      found = await verify(run);
    }
    if (run.private && found.outcome === 'accepted') run.picture = await requestPicture(signed.key);
    if (signal.aborted) return;
    if (found.outcome === 'accepted') accepted(run, found, signal);
    else removed(run, found);
  } catch (error) {
    if (signal.aborted) return;
    progressLine.hidden = true;
    if (error instanceof ApiError && error.status === 422) refusedByPolicy(run, error.body);
    else failed(run, error);
  }
}

/** The server inspects what is pending, and publishes or removes it. */
function verify(run) {
  stop('verify', 'active');
  return postJson('/api/verifications', { key: run.signed.key, private: run.private });
}

async function sendOnce(run, signal, label = 'Sending') {
  stop('send', 'active');
  progressLabel.textContent = `${label} ${bytes(run.file.size)}`;
  progress.value = 0;
  progressLine.hidden = false;
  const response = await send(run.sending, run.file, {
    signal,
    onProgress: (loaded, total) => {
      progress.value = Math.round((loaded / total) * 100);
    },
  });
  if (response.status !== 0) progress.value = 100;
  stop('send', 'done', `${run.method}, ${bytes(run.file.size)}`);
  return response;
}

// The scenarios in which S3 must store the file.
const storable = new Set(['none', 'twice', 'disguised', 'replay']);

const succeeded = ({ status: code }) => code >= 200 && code < 300;

// ---- The route ------------------------------------------------------------------------------

function begin() {
  clearInterval(countdown);
  for (const [element, note] of initialNotes) {
    stop(element.dataset.stop, 'idle', note);
  }
  stage.dataset.state = 'working';
  status.textContent = '';
  progressLine.hidden = true;
}

const spoken = { idle: '', active: 'in progress', done: 'done', failed: 'stopped here' };

function stop(name, state, note) {
  const element = document.querySelector(`[data-stop=${name}]`);
  element.dataset.state = state;
  if (note) element.querySelector('.stop-note').textContent = note;
  element.querySelector('.stop-state').textContent = spoken[state];
}

// ---- The results ----------------------------------------------------------------------------

const acceptances = {
  twice: {
    state: 'accepted-again',
    title: 'Accepted a second time, published once',
    announcement: 'S3 accepted the same form twice, and the picture is published once.',
    meaning: secondPostAccepted,
  },
  replay: {
    state: 'kept',
    title: 'The accepted picture stays',
    announcement: 'What was sent afterwards was removed. The accepted picture stays.',
    meaning: replayRemoved,
  },
};

const published = {
  state: 'success',
  title: 'Published',
  announcement: 'Inspected and published. The picture is loaded through the CDN.',
};

function accepted(run, { sizeBytes, pending, publicUrl }, signal) {
  const { signed, file, picture } = run;
  stop('verify', 'done', 'accepted');
  stop('publish', 'done', 'published');
  stop('show', 'active');
  const { meaning, ...screen } = acceptances[run.scenario] ?? published;
  const url = picture?.url ?? publicUrl;
  const remaining = h('span', { 'data-testid': 'result-expiry' });
  showResult({
    ...screen,
    sections: [
      meaning && explanation(meaning),
      frame(url, file, signal),
      facts(
        [
          fact('Key', 'result-key', signed.key, 'code'),
          [picture ? 'Signed URL' : 'CDN URL', externalLink(url, shortened(url), 'result-url')],
          picture && fact('Valid', 'signed-expiry', `until ${timeOf(picture.expiresAt)}`),
          fact('Inspected', 'result-found', `${bytes(sizeBytes)} of ${file.type}, nothing but the picture`),
          fact('While pending', 'result-pending', `refused by the CDN, ${pending.status}`),
          [signed.method === 'PUT' ? 'Upload URL' : 'Upload form', remaining],
        ].filter(Boolean),
      ),
      picture && refusals(picture),
      requestOf(run),
    ],
  });
  startCountdown(remaining, signed.expiresAt);
}

/** S3 stored the file, and the verification removed it or did not find it. */
function removed(run, finding) {
  const rejected = finding.outcome === 'rejected';
  stop('verify', 'failed', rejected ? 'removed' : 'not there');
  const title = rejected ? 'Stored by S3, never published' : 'No object to verify';
  showResult({
    state: 'removed',
    tone: run.scenario === 'disguised' ? 'kept' : 'bad',
    title,
    announcement: `${title}: ${finding.message ?? ''}`,
    sections: [
      responseSection('Result of the verification', [
        ...limitFacts(finding),
        fact('Key', 'result-key', run.signed.key, 'code'),
        fact('While pending', 'result-pending', `refused by the CDN, ${finding.pending.status}`),
      ]),
      explanation(explainFinding(finding)),
      requestOf(run),
    ],
  });
}

function refusedByS3(run, error) {
  stop('store', 'failed', `refused, ${error.status}`);
  const expected = run.scenario !== 'none';
  const title = expected ? 'S3 refused it, as expected' : 'S3 refused this upload';
  showResult({
    state: 'refused',
    tone: expected ? 'kept' : 'bad',
    title,
    announcement: `${title}: ${error.code ?? 'no error code'}.`,
    sections: [
      responseSection(
        'Response from S3',
        errorFacts({
          ...error,
          code: error.code ?? 'none',
          message: error.message ?? 'S3 sent no message.',
        }),
        error.reason && 'Only the local server returns a reason; AWS does not.',
      ),
      explanation(explainResponse({ ...run, ...error })),
      requestOf(run),
    ],
  });
}

function withoutResponse(run, error) {
  stop('send', 'failed', 'no response');
  showResult({
    state: 'error',
    title: 'No response from S3',
    announcement: 'No response from S3: network error.',
    sections: [
      responseSection(
        'Response from S3',
        errorFacts({
          status: 'none',
          code: 'NetworkError',
          message: 'The request ended without a response that the browser may read.',
        }),
      ),
      explanation(explainResponse({ ...run, ...error })),
      requestOf(run),
    ],
  });
}

function storedWrongly(run, { status: code }) {
  stop('store', 'failed', `stored, ${code}`);
  showResult({
    state: 'error',
    title: 'S3 accepted this, and should not have',
    announcement: 'S3 accepted what it should have refused.',
    sections: [
      responseSection(
        'Response from S3',
        errorFacts({ status: code, code: 'Accepted', message: 'The upload was stored.' }),
      ),
      explanation([
        'This S3 is more lenient than AWS, or the request was changed on its way.',
        'Check which endpoint this page uses. The local server of the testkit refuses this.',
      ]),
      requestOf(run),
    ],
  });
}

function refusedByPolicy(run, body) {
  stop('sign', 'failed', 'refused');
  const title = 'Refused before anything was signed';
  showResult({
    state: 'rejected',
    tone: run.scenario === 'none' ? 'bad' : 'kept',
    title,
    announcement: `${title}: ${body.message ?? body.rule ?? ''}`,
    sections: [
      responseSection(
        'Decision of the upload policy',
        limitFacts({ ...body, rule: body.rule ?? body.error }),
      ),
      explanation(explainRule(body.rule)),
    ],
  });
}

function failed(run, error) {
  const stored = run.signed !== undefined;
  stop(stored ? 'verify' : 'sign', 'failed', stored ? 'not finished' : 'no signature');
  showResult({
    state: 'error',
    title: stored ? 'The server did not finish' : 'The server did not sign',
    announcement: error.message,
    sections: [
      responseSection(
        'Error',
        errorFacts({ code: error.body?.error ?? error.name, message: error.message }),
      ),
      explanation([
        stored ? 'Whether the upload is published is not known.' : 'Nothing was sent to S3.',
        'Check the output of the development server, then try again.',
      ]),
    ],
  });
}

// ---- The result screen ----------------------------------------------------------------------

const looks = {
  success: { icon: 'check', tone: 'good' },
  'accepted-again': { icon: 'alert', tone: 'note' },
  kept: { icon: 'shield', tone: 'kept' },
  refused: { icon: 'shield' },
  rejected: { icon: 'shield' },
  removed: { icon: 'shield' },
  error: { icon: 'alert', tone: 'bad' },
};

/** The one screen for the end of a run; `tone` is required where the state does not define it. */
function showResult({ state, tone = looks[state].tone, title, announcement, sections }) {
  stage.dataset.state = state;
  result.replaceChildren(
    h(
      'h3',
      { class: `result-title ${tone}`, 'data-testid': 'result-title' },
      icon(looks[state].icon),
      title,
    ),
    ...sections.flat().filter(Boolean),
  );
  status.textContent = announcement;
  bringIntoView();
}

// In a narrow window the result is below the buttons.
function bringIntoView() {
  if (stage.getBoundingClientRect().top < window.innerHeight * 0.6) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  stage.scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
}

function frame(url, file, signal) {
  const image = h('img', {
    'data-testid': 'result-image',
    alt: `The uploaded picture ${file.name}`,
    class: 'shown',
  });
  const element = h('div', { class: 'frame' }, image);
  image.addEventListener('load', () => {
    if (!signal.aborted) stop('show', 'done', 'served');
  });
  image.addEventListener('error', () => {
    if (signal.aborted) return;
    stop('show', 'failed', 'no picture');
    element.replaceChildren(
      h(
        'p',
        { class: 'frame-note' },
        'The file has the structure of a picture, but the browser cannot display it.',
      ),
    );
  });
  image.src = url;
  return element;
}

const responseSection = (title, pairs, hint) =>
  h(
    'div',
    { class: 'response' },
    h('h4', {}, title),
    facts(pairs),
    hint && h('p', { class: 'hint' }, hint),
  );

const errorFacts = ({ status: code, code: name, message, reason }) =>
  [
    code !== undefined && fact('Status', 'error-status', code),
    fact('Code', 'error-code', name, 'code'),
    fact('Message', 'error-message', message),
    reason && fact('Reason', 'error-reason', reason),
  ].filter(Boolean);

const limitFacts = ({ rule, limit, value, message }) => [
  fact('Rule', 'error-code', rule ?? 'none', 'code'),
  fact('Limit', 'error-limit', limit ?? 'none'),
  fact('Value', 'error-value', value ?? 'none'),
  fact('Message', 'error-message', message ?? 'none'),
];

const explanation = ([meaning, fix]) =>
  h(
    'div',
    { class: 'meaning' },
    h('h4', {}, 'What this means'),
    h('p', { 'data-testid': 'error-explanation' }, meaning),
    h('p', { 'data-testid': 'error-fix' }, fix),
  );

function requestOf(run) {
  const { line, query, headers, fields } = describe(run.sending, run.file);
  const group = (title, pairs) =>
    pairs.length ? [h('h4', {}, title), facts(pairs, 'facts wire')] : [];
  return h(
    'details',
    { class: 'sent', 'data-testid': 'sent-details' },
    h('summary', {}, 'What the browser sent'),
    h('p', { class: 'request-line' }, h('code', {}, line)),
    group('Query', query),
    group('Headers', headers),
    group('Form fields', fields),
  );
}

const timeOf = (instant) => new Date(instant).toLocaleTimeString('en-GB');

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
