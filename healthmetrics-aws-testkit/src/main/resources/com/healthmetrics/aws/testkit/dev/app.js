// Starts the parts of the page: endpoints, upload, email, templates, environment.

import { getJson } from './api.js';
import { byId, facts } from './dom.js';
import { startEmails } from './email.js';
import { startGallery } from './gallery.js';
import { startMailbox } from './mailbox.js';
import { startUploads, usePolicies } from './upload.js';

const serverStatus = byId('server-status');
let informed = false;

startUploads();
startEmails();
startMailbox((responds) => {
  setStatus(responds);
  if (responds && !informed) inform();
  if (!responds) informed = false; // A restarted server may have other endpoints.
});
startCopying();

function setStatus(responds) {
  const state = responds ? 'running' : 'gone';
  if (serverStatus.dataset.state === state) return;
  serverStatus.dataset.state = state;
  serverStatus.textContent = responds ? 'Running' : 'Not responding';
}

async function inform() {
  informed = true;
  try {
    const info = await getJson('/api/info');
    byId('endpoints').replaceChildren(
      ...facts(
        [
          ['S3', info.s3],
          ['CDN', info.cdn],
          ['SES', info.ses],
          ['Bucket', info.bucket],
        ].filter(([, value]) => value),
      ).children,
    );
    byId('environment-lines').textContent = info.environment.join('\n');
    usePolicies(info.policy, info.privatePolicy);
    await startGallery();
  } catch {
    informed = false;
  }
}

function startCopying() {
  const button = byId('copy-environment');
  const status = byId('copy-status');
  let reset;
  button.addEventListener('click', async () => {
    const lines = byId('environment-lines');
    try {
      await navigator.clipboard.writeText(`${lines.textContent}\n`);
      button.textContent = 'Copied';
      status.textContent = 'Copied to the clipboard.';
    } catch {
      getSelection().selectAllChildren(lines);
      button.textContent = 'Selected';
      status.textContent = 'The lines are selected. Copy them with your keyboard.';
    }
    clearTimeout(reset);
    reset = setTimeout(() => {
      button.textContent = 'Copy';
      status.textContent = '';
    }, 2500);
  });
}
