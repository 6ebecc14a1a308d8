// The progress of an upload: in view wherever the page is scrolled to, and announced step by step.

import { byId } from './dom.js';

const stage = byId('stage');
const line = byId('progress-line');
const bar = byId('upload-progress');
const label = byId('progress-label');
const percent = byId('progress-percent');
const status = byId('upload-status');

export function beginProgress() {
  stage.dataset.state = 'working';
  stage.setAttribute('aria-busy', 'true');
  line.hidden = false;
  showStep('Starting the upload');
  showSent(0, 1);
}

/** What the upload is doing now. */
export function showStep(step) {
  label.textContent = step;
  status.textContent = step;
}

export function showSent(sent, total) {
  bar.value = (sent / total) * 100;
  percent.textContent = `${Math.floor(bar.value)} %`;
}

export function endProgress() {
  // The button that has the focus disappears: the result is next to it.
  if (line.contains(document.activeElement)) stage.focus({ preventScroll: true });
  line.hidden = true;
  stage.removeAttribute('aria-busy');
}
