// How an upload ended: done, not done, or not known yet.

import { button, byId, bytes, explanation, fact, facts, h, icon } from './dom.js';
import {
  explainCancel,
  explainFinding,
  explainLostResponse,
  explainResponse,
  explainRule,
  explainUnknown,
  replayRemoved,
  secondPostAccepted,
  whilePending,
} from './explain.js';
import { stop } from './route.js';
import { describe, readError } from './transfer.js';

const stage = byId('stage');
const result = byId('result');
const status = byId('upload-status');

// The scenarios in which S3 must store the file.
const storable = new Set(['none', 'twice', 'disguised', 'replay']);

let countdown;
let announced = '';

const succeeded = ({ status: code }) => code >= 200 && code < 300;

// ---- Done -----------------------------------------------------------------------------------

const published = {
  state: 'success',
  title: 'Published',
  announcement: 'Inspected and published.',
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

/** What the scenario shows, if both responses of S3 have arrived, and otherwise that it is done. */
function acceptance({ scenario, method, first, response }) {
  const refusedAgain = method === 'PUT' && response.status === 412;
  const repeated = refusedAgain || (method === 'POST' && succeeded(response));
  if (scenario === 'twice' && succeeded(first) && repeated) return sentTwice[method];
  if (scenario === 'replay' && succeeded(response)) return replayed;
  return published;
}

/** The server has published the picture, whatever S3 responded; `place` is where it belongs. */
export function showAccepted(run, place) {
  const { found, signed, response } = run;
  stop('store', 'done', succeeded(response) ? undefined : `pending, ${inRoute(response)}`);
  stop('verify', 'done', 'accepted');
  stop('publish', 'done', 'published');
  const { meaning, ...screen } = acceptance(run);
  const remaining = h('span', { 'data-testid': 'result-expiry' });
  showResult({
    ...screen,
    sections: [
      meaning && explanation(meaning),
      succeeded(response) ? [] : doubtful(run),
      place,
      facts([
        fact('Key', 'result-key', signed.key, 'code'),
        fact('Inspected', 'result-found', inspected(found)),
        fact('While pending', 'result-pending', whilePending(found.pending)),
        [signed.method === 'PUT' ? 'Upload URL' : 'Upload form', remaining],
      ]),
      requestOf(run),
    ],
  });
  startCountdown(remaining, signed.expiresAt);
}

/** Adds to what was announced that the picture is shown, or why it is not. */
export function announcePicture(whyNot) {
  status.textContent = `${announced} ${whyNot ?? 'It is loaded through the CDN.'}`;
}

const inRoute = ({ status: code }) => (code === 0 ? 'response lost' : String(code));

const inspected = ({ sizeBytes, contentType }) =>
  `${bytes(sizeBytes)} of ${contentType}, nothing but the picture`;

/** The response of S3 to a picture that it had stored, which looks like a failure. */
function doubtful(run) {
  const error = responseOf(run.response);
  const repeated = run.scenario === 'twice' && error.code === 'PreconditionFailed';
  return [
    responseSection('Response from S3', errorFacts(error), reasonHint(error)),
    explanation(
      repeated && succeeded(run.first) ? explainResponse({ ...run, ...error }) : explainLostResponse,
    ),
  ];
}

/** Whether S3 must store the file of a run. */
export const isStorable = ({ scenario }) => storable.has(scenario);

/** The server has published what S3 should have refused. */
export function showStoredWrongly(run) {
  stop('store', 'failed', `stored, ${inRoute(run.response)}`);
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
  else if (conclusive.has(error.body?.outcome)) showRemoved(run, error.body);
  else showUnknown(run, error, lookAgain);
}

/** The server's own findings; a status alone may be that of a proxy. */
const conclusive = new Set(['rejected', 'missing']);

function showNotSigned(run, { status: code, body, cause, message }) {
  const refused = code === 422;
  stop('sign', 'failed', refused ? 'refused' : 'no signature');
  const title = refused ? 'Refused before anything was signed' : 'Nothing was sent';
  const reason = body?.message ?? cause?.message ?? message;
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
          responseSection('Error', errorFacts({ code: body?.error ?? cause?.name, message: reason })),
          explanation([
            'The browser got no signed upload from the server, so it sent nothing to S3.',
            'Check that the development server is running, and its output. Then try again.',
          ]),
        ],
  });
}

function showNotStored(run, error) {
  const response = responseOf(error);
  const expected = run.scenario !== 'none';
  const refused = error.status >= 400 && error.status < 500;
  const unstored = error.status === 0 ? 'Not uploaded' : 'S3 did not store it';
  const refuser = response.code === 'none' ? 'S3 or a proxy' : 'S3';
  const title = refused
    ? `${refuser} refused ${expected ? 'it, as expected' : 'this upload'}`
    : unstored;
  stop('store', 'failed', error.status === 0 ? 'no response' : `refused, ${error.status}`);
  showResult({
    state: refused ? 'refused' : 'error',
    tone: refused && expected ? 'kept' : 'bad',
    title,
    announcement: `${title}: ${response.code}.`,
    sections: [
      responseSection(
        'Response from S3',
        [...errorFacts(response), ...publishedBefore(run)],
        reasonHint(response),
      ),
      explanation(explainResponse({ ...run, ...response, sent: run.file.size })),
      requestOf(run),
    ],
  });
}

/** The verification removed the file, or did not find it. */
function showRemoved(run, finding) {
  const rejected = finding.outcome === 'rejected';
  const stored = succeeded(run.response);
  stop('verify', 'failed', rejected ? 'removed' : 'not there');
  const title = rejected ? 'Stored by S3, never published' : 'No object to verify';
  const [meaning, fix] = explainFinding({ ...finding, stored });
  showResult({
    state: 'removed',
    tone: run.scenario === 'disguised' ? 'kept' : 'bad',
    title,
    announcement: `${title}: ${finding.message ?? meaning}`,
    sections: [
      responseSection('Result of the verification', [
        ...(rejected ? limitFacts(finding) : []),
        fact('Key', 'result-key', run.signed.key, 'code'),
        fact('While pending', 'result-pending', whilePending(finding.pending)),
      ]),
      explanation([meaning, fix]),
      requestOf(run),
    ],
  });
}

function showUnknown(run, error, lookAgain) {
  stop('verify', 'unknown', 'not known yet');
  showResult({
    state: 'unknown',
    title: 'Not known yet',
    announcement: 'Whether the picture is published is not known yet.',
    sections: [
      facts(knownOf(run)),
      responseSection(
        'Response of the server',
        [
          error.status && fact('Status', 'error-status', error.status),
          fact('Message', 'error-message', error.cause?.message ?? error.message),
        ].filter(Boolean),
      ),
      explanation(explainUnknown({ stored: succeeded(run.response), published: run.found })),
      button('Look again', 'look-again', lookAgain),
      requestOf(run),
    ],
  });
}

const knownOf = (run) =>
  [
    fact('Key', 'result-key', run.signed.key, 'code'),
    run.response &&
      fact(
        'S3',
        'result-stored',
        succeeded(run.response) ? 'stored the file' : inRoute(run.response),
      ),
    ...publishedBefore(run),
  ].filter(Boolean);

/** A picture stays published, whatever becomes of what is sent to its key afterwards. */
const publishedBefore = ({ found }) =>
  found ? [fact('Published', 'result-published', 'the picture that was accepted before')] : [];

/** The user ended the upload: before anything was sent, while it was sent, or while it was verified. */
export function showCanceled(run, lookAgain) {
  const verifying = run.phase === 'verifying' && !run.found;
  for (const element of document.querySelectorAll('#route [data-state=active]')) {
    if (verifying) stop(element.dataset.stop, 'unknown', 'not known yet');
    else stop(element.dataset.stop, 'failed', 'canceled');
  }
  const known = verifying
    ? 'Whether the picture is published is not known yet.'
    : run.found
      ? 'The picture that was accepted before stays published.'
      : 'Nothing is published.';
  showResult({
    state: 'canceled',
    title: verifying ? 'Canceled, and not known yet' : 'Canceled',
    announcement: `The upload was canceled. ${known}`,
    sections: [
      run.signed && facts(knownOf(run)),
      explanation(explainCancel[run.found ? 'published' : run.phase]),
      verifying && button('Look again', 'look-again', lookAgain),
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
  canceled: { icon: 'alert', tone: 'note' },
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
  announced = announcement;
  status.textContent = announcement;
  bringIntoView();
}

/** In a narrow window, progress and result are below the buttons. */
export function bringIntoView() {
  if (stage.getBoundingClientRect().top < window.innerHeight * 0.6) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  stage.scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
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
    message: message ?? 'The response has no message in the format of S3.',
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

const limitFacts = ({ rule, limit, value, message }) => [
  fact('Rule', 'error-code', rule ?? 'none', 'code'),
  fact('Limit', 'error-limit', limit ?? 'none'),
  fact('Value', 'error-value', value ?? 'none'),
  fact('Message', 'error-message', message ?? 'none'),
];

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
