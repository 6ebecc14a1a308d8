// How an upload ended: done, not done, or not known yet.

import { byId, bytes, exactBytes, externalLink, fact, facts, h, icon } from './dom.js';
import {
  explainAbort,
  explainFinding,
  explainLostResponse,
  explainResponse,
  explainRule,
  explainUnknown,
  replayRemoved,
  secondPostAccepted,
} from './explain.js';
import { refusals, shortened } from './privacy.js';
import { stop } from './route.js';
import { describe, readError } from './transfer.js';

const stage = byId('stage');
const result = byId('result');
const status = byId('upload-status');

// The scenarios in which S3 must store the file.
const storable = new Set(['none', 'twice', 'disguised', 'replay']);

let countdown;

const succeeded = ({ status: code }) => code >= 200 && code < 300;

// ---- Done -----------------------------------------------------------------------------------

const published = {
  state: 'success',
  title: 'Published',
  announcement: 'Inspected and published. The picture is loaded through the CDN.',
};

const sentTwice = {
  PUT: {
    state: 'kept',
    title: 'S3 refused the second one, as expected',
    announcement: 'S3 refused the second one. The first is published.',
  },
  POST: {
    state: 'accepted-again',
    title: 'Accepted a second time, published once',
    announcement: 'S3 accepted the same form twice, and the picture is published once.',
    meaning: secondPostAccepted,
  },
};

const replayed = {
  state: 'kept',
  title: 'The accepted picture stays',
  announcement: 'What was sent afterwards was removed. The accepted picture stays.',
  meaning: replayRemoved,
};

function acceptance({ scenario, method, response }) {
  const expected = method === 'PUT' ? response.status === 412 : succeeded(response);
  if (scenario === 'twice' && expected) return sentTwice[method];
  if (scenario === 'replay') return replayed;
  return published;
}

/** The server has published the picture, whatever S3 responded. */
export function showAccepted(run, found) {
  const { signed, picture, response } = run;
  if (!storable.has(run.scenario)) return showStoredWrongly(run);
  stop('store', 'done', response.status === 0 ? 'pending, response lost' : undefined);
  stop('verify', 'done', 'accepted');
  stop('publish', 'done', 'published');
  stop('show', 'active');
  const { meaning, ...screen } = acceptance(run);
  const url = picture?.url ?? found.publicUrl;
  const remaining = h('span', { 'data-testid': 'result-expiry' });
  showResult({
    ...screen,
    sections: [
      meaning && explanation(meaning),
      succeeded(response) ? [] : doubtful(run),
      frame(url, run),
      facts(
        [
          fact('Key', 'result-key', signed.key, 'code'),
          [picture ? 'Signed URL' : 'CDN URL', externalLink(url, shortened(url), 'result-url')],
          picture && fact('Valid', 'signed-expiry', `until ${timeOf(picture.expiresAt)}`),
          fact('Inspected', 'result-found', inspected(found)),
          fact('While pending', 'result-pending', `refused by the CDN, ${found.pending.status}`),
          [signed.method === 'PUT' ? 'Upload URL' : 'Upload form', remaining],
        ].filter(Boolean),
      ),
      picture && refusals(picture),
      requestOf(run),
    ],
  });
  startCountdown(remaining, signed.expiresAt);
}

const inspected = ({ sizeBytes, contentType }) =>
  `${bytes(sizeBytes)} of ${contentType}, nothing but the picture`;

/** The response of S3 to a picture that it had stored, which looks like a failure. */
function doubtful(run) {
  const error = responseOf(run.response);
  return [
    responseSection('Response from S3', errorFacts(error), reasonHint(error)),
    explanation(
      run.scenario === 'twice' && error.code === 'PreconditionFailed'
        ? explainResponse({ ...run, ...error })
        : explainLostResponse,
    ),
  ];
}

function showStoredWrongly(run) {
  stop('store', 'failed', `stored, ${run.response.status}`);
  showResult({
    state: 'error',
    title: 'S3 accepted this, and should not have',
    announcement: 'S3 accepted what it should have refused.',
    sections: [
      explanation([
        'This S3 is more lenient than AWS, or the request was changed on its way.',
        'Check which endpoint this page uses. The local server of the testkit refuses this.',
      ]),
      requestOf(run),
    ],
  });
}

// ---- Not done, or not known yet -------------------------------------------------------------

/** Shows an UploadError of the module, or an error of the server's API. */
export function showNotPublished(run, error, lookAgain) {
  if (error.source === 's3') showNotStored(run, error);
  else if (!run.signed) showNotSigned(run, error);
  else if (error.status === 422 || error.status === 404) showRemoved(run, error.body);
  else showUnknown(run, error, lookAgain);
}

function showNotSigned(run, { status: code, message, body, name }) {
  const refused = code === 422;
  stop('sign', 'failed', refused ? 'refused' : 'no signature');
  const title = refused ? 'Refused before anything was signed' : 'The server did not sign';
  const reason = body?.message ?? message;
  showResult({
    state: refused ? 'rejected' : 'error',
    tone: run.scenario === 'none' ? 'bad' : 'kept',
    title,
    announcement: `${title}: ${reason}`,
    sections: refused
      ? [
          responseSection('Decision of the upload policy', limitFacts(body)),
          explanation(explainRule(body.rule)),
        ]
      : [
          responseSection('Error', errorFacts({ code: body?.error ?? name, message: reason })),
          explanation([
            'Nothing was sent to S3.',
            'Check the output of the development server, then try again.',
          ]),
        ],
  });
}

function showNotStored(run, error) {
  const response = responseOf(error);
  const expected = run.scenario !== 'none';
  const refused = error.status >= 400 && error.status < 500;
  const title = refused
    ? `S3 refused ${expected ? 'it, as expected' : 'this upload'}`
    : 'S3 did not store it';
  stop('store', 'failed', error.status === 0 ? 'no response' : `refused, ${error.status}`);
  showResult({
    state: refused ? 'refused' : 'error',
    tone: refused && expected ? 'kept' : 'bad',
    title,
    announcement: `${title}: ${response.code}.`,
    sections: [
      responseSection('Response from S3', errorFacts(response), reasonHint(response)),
      explanation(explainResponse({ ...run, ...response, sent: run.file.size })),
      requestOf(run),
    ],
  });
}

/** S3 stored the file, and the verification removed it or did not find it. */
function showRemoved(run, finding) {
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

function showUnknown(run, { status: code, message }, lookAgain) {
  stop('verify', 'failed', 'not known yet');
  const button = h(
    'button',
    { class: 'button', type: 'button', 'data-testid': 'look-again' },
    'Look again',
  );
  button.addEventListener('click', lookAgain);
  showResult({
    state: 'unknown',
    title: 'Not known yet',
    announcement: 'Whether the picture is published is not known yet.',
    sections: [
      responseSection('Response of the server', [
        fact('Status', 'error-status', code || 'none'),
        fact('Message', 'error-message', message),
      ]),
      explanation(explainUnknown),
      button,
      requestOf(run),
    ],
  });
}

/** The user ended the upload. */
export function showAborted(run) {
  for (const element of document.querySelectorAll('#route [data-state=active]')) {
    stop(element.dataset.stop, 'failed', 'aborted');
  }
  showResult({
    state: 'aborted',
    title: 'Aborted',
    announcement: 'The upload was aborted.',
    sections: [
      run.signed && facts([fact('Key', 'result-key', run.signed.key, 'code')]),
      explanation(explainAbort),
      run.sending && requestOf(run),
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
  unknown: { icon: 'alert', tone: 'note' },
  aborted: { icon: 'alert', tone: 'note' },
  error: { icon: 'alert', tone: 'bad' },
};

/** The one screen for the end of a run; `tone` is required where the state does not define it. */
function showResult({ state, tone = looks[state].tone, title, announcement, sections }) {
  clearInterval(countdown);
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

/** In a narrow window, progress and result are below the buttons. */
export function bringIntoView() {
  if (stage.getBoundingClientRect().top < window.innerHeight * 0.6) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  stage.scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
}

function frame(url, { file, signal }) {
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

/** A response of S3 to a PUT or a form, which is empty if the browser may not read it. */
function responseOf({ status: code, body }) {
  if (code === 0) {
    return {
      status: 'none',
      code: 'NetworkError',
      message: 'The request ended without a response that the browser may read.',
    };
  }
  const { code: name, message, reason } = readError(code, body);
  return {
    status: code,
    code: name ?? 'none',
    message: message ?? 'S3 sent no message.',
    reason,
  };
}

const reasonHint = ({ reason }) =>
  reason && 'Only the local server returns a reason; AWS does not.';

const errorFacts = ({ status: code, code: name, message, reason }) =>
  [
    code !== undefined && fact('Status', 'error-status', code),
    fact('Code', 'error-code', name, 'code'),
    fact('Message', 'error-message', message),
    reason && fact('Reason', 'error-reason', reason),
  ].filter(Boolean);

/** "1 to 5242880 bytes", as people compare it. */
const inMebibytes = (text) =>
  text?.replace(/(\d+) bytes/, (_, count) => exactBytes(Number(count)));

const limitFacts = ({ rule, limit, value, message }) => [
  fact('Rule', 'error-code', rule ?? 'none', 'code'),
  fact('Limit', 'error-limit', inMebibytes(limit) ?? 'none'),
  fact('Value', 'error-value', inMebibytes(value) ?? 'none'),
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
  countdown = setInterval(tick, 1000);
  tick();
}
