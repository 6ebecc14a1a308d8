// Upload: the server signs, the browser sends to S3, the server inspects and publishes, the CDN serves.
// The work is that of the module which the library ships; what is here shows it.

import { postJson } from './api.js';
import { byId, bytes, h, selected } from './dom.js';
import { upload } from './healthmetrics-upload.mjs';
import { showPicture } from './picture.js';
import { inWords, positionIn } from './position.js';
import { beginProgress, endProgress, showSent, showStep } from './progress.js';
import {
  announcePicture,
  bringIntoView,
  isStorable,
  showAccepted,
  showCanceled,
  showNotPublished,
  showStoredWrongly,
} from './result.js';
import { resetStop, resetStops, stop } from './route.js';
import { disguisedPage, disguisedPageOf, padded, samplePhoto, samplePicture } from './sample.js';
import { tampered, withContentType } from './transfer.js';

const fileInput = byId('file-input');
const dropZone = byId('drop-zone');
const dropError = byId('drop-error');
const twiceButton = document.querySelector('[data-scenario=twice]');
const position = byId('position');

const REPLACED = new DOMException('A newer upload replaces this one.', 'AbortError');
const CANCELED = new DOMException('The user canceled the upload.', 'AbortError');

let policy = { maxBytes: 5 * 1024 * 1024 };
let privatePolicy = { maxBytes: 20 * 1024 * 1024 };
let current = new AbortController();

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
    begin('none', file).finally(() => {
      fileInput.value = '';
    });
  });
  byId('sample-button').addEventListener('click', () => begin('none'));
  byId('photo-button').addEventListener('click', async () => begin('none', await samplePhoto()));
  byId('cancel-button').addEventListener('click', () => current.abort(CANCELED));
  for (const button of document.querySelectorAll('[data-scenario]')) {
    button.addEventListener('click', () => begin(button.dataset.scenario));
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
    const { files, items } = event.dataTransfer;
    if (files.length === 0) return;
    dropError.textContent = whatIsWrong(files, items);
    if (!dropError.textContent) begin('none', files[0]);
  });
}

function whatIsWrong(files, [item]) {
  if (files.length > 1) {
    return `You dropped ${files.length} files, and nothing was sent. Drop one picture.`;
  }
  return item?.webkitGetAsEntry()?.isDirectory
    ? 'You dropped a folder, and nothing was sent. Drop one picture.'
    : '';
}

const isPrivate = () => selected('visibility') === 'private';

function showNotes() {
  // S3 refuses a URL that is used again, and cannot refuse a form.
  const isPut = selected('method') === 'PUT';
  twiceButton.textContent = isPut ? 'Same URL twice' : 'Same form twice';
  byId(isPut ? 'refused-tries' : 'accepted-tries').append(twiceButton);
  const { types, maxBytes } = isPrivate() ? privatePolicy : policy;
  byId('file-size').textContent = bytes(maxBytes);
  if (types) {
    fileInput.accept = types.join(',');
    byId('file-types').textContent = types
      .map((type) => type.replace('image/', '').toUpperCase())
      .join(', ');
  }
}

/** One run from the request to a picture or a refusal; `phase` is what Cancel interrupts. */
async function begin(scenario, chosen) {
  dropError.textContent = '';
  const run = { scenario, method: selected('method'), private: isPrivate(), phase: 'signing' };
  resetStops();
  await replaceCurrent(run, async () => {
    const picture =
      scenario === 'disguised' ? disguisedPage() : (chosen ?? (await samplePicture()));
    const large = (run.private ? privatePolicy : policy).maxBytes + 1024 * 1024;
    run.declared = scenario === 'declared-too-large' ? large : picture.size;
    run.file = scenario === 'too-large' ? padded(picture, large) : picture;
    await showPosition(run);
    if (scenario === 'twice') {
      await send(run, 'Sending', () => ({})); // The application does not know of it yet.
      run.first = run.response;
      return send(run, 'Sending again', verify);
    }
    const found = await send(run, 'Sending', verify);
    if (scenario !== 'replay') return found;
    run.found = found;
    run.file = disguisedPageOf(picture.size);
    return send(run, 'Sending a web page', verify);
  });
}

const lookAgain = (run) =>
  replaceCurrent(run, () => {
    showStep('Asking the server');
    stop('verify', 'active');
    return verify(run);
  });

/** Works on a run, and shows how it ends. */
async function replaceCurrent(run, task) {
  current.abort(REPLACED);
  current = new AbortController();
  run.signal = current.signal;
  beginProgress();
  bringIntoView();
  const [found, error] = await task().then(
    (value) => [value],
    (reason) => [undefined, reason],
  );
  if (run.signal.reason === REPLACED) return;
  endProgress();
  if (found) showPublished(run, found);
  else if (run.signal.aborted) showCanceled(run, () => lookAgain(run));
  else showNotPublished(run, error, () => lookAgain(run));
}

/** What the server found is shown before the picture is: it stays true if that does not load. */
function showPublished(run, found) {
  run.found = found;
  if (!isStorable(run)) {
    showStoredWrongly(run);
    return;
  }
  const place = h('div', { class: 'picture' });
  showAccepted(run, place);
  showPicture(run, place, ({ whyNot, blob }) => {
    announcePicture(whyNot);
    comparePositions(run, blob);
  });
}

/** Sends the file of a run with the module, under its first signature. */
function send(run, label, finish) {
  const size = bytes(run.file.size);
  showSent(0, 1);
  return upload(run.file, {
    start: async (request) => {
      run.sending ??= await sign(run, request);
      return run.sending;
    },
    finish: () => finish(run),
    signal: run.signal,
    onProgress: showSent,
    onState: (state, response) => {
      if (state === 'sending') {
        run.phase = 'sending';
        showStep(`${label}, ${size}`);
        stop('send', 'active');
      } else if (state === 'sent') {
        showStep('Sent, waiting for S3');
        stop('send', 'done', `${run.method}, ${size}`);
        stop('store', 'active');
      } else if (state === 'confirming') {
        run.response = response;
        showStep('Asking the server');
        showStored(response);
        stop('verify', 'active');
      } else if (state === 'waiting') {
        run.phase = 'sending';
        showStep('Not stored, will be sent again');
        stop('store', 'active', 'not stored');
        resetStop('verify');
      }
    },
  });
}

function showStored({ status: code }) {
  const stored = code >= 200 && code < 300;
  const note = code === 0 ? 'response lost' : `pending, ${code}`;
  stop('store', stored ? 'done' : 'active', note);
}

async function sign(run, request) {
  stop('sign', 'active');
  run.signed = await postJson('/api/uploads', {
    ...request,
    sizeBytes: run.declared,
    method: run.method,
    private: run.private,
    expired: run.scenario === 'expired',
  });
  stop('sign', 'done', `signed ${bytes(run.declared)}`);
  if (run.scenario === 'wrong-type') return withContentType(run.signed, 'text/html');
  return run.scenario === 'tampered' ? tampered(run.signed) : run.signed;
}

/** The server inspects what is pending, and publishes or removes it. */
function verify(run) {
  run.phase = 'verifying';
  const pending = { key: run.signed.key, private: run.private };
  return postJson('/api/verifications', pending, run.signal);
}

// ---- The position where a photo was taken ---------------------------------------------------

/** Before anything is sent, from the file itself. */
async function showPosition(run) {
  position.hidden = true;
  const before = positionIn(await run.file.arrayBuffer());
  if (!before || run.signal.aborted) return;
  position.dataset.state = 'before';
  byId('position-before').textContent = inWords(before);
  byId('position-after').textContent = 'not read yet';
  position.hidden = false;
}

/** Afterwards, from the file that the CDN serves. */
async function comparePositions(run, published) {
  if (position.hidden) return;
  const after = published && positionIn(await published.arrayBuffer());
  if (run.signal.reason === REPLACED) return;
  position.dataset.state = !published ? 'unread' : after ? 'kept' : 'removed';
  byId('position-after').textContent = !published
    ? 'not known, as it cannot be read'
    : `${after ? inWords(after) : 'none'}, in the ${bytes(published.size)} that the CDN serves`;
}
