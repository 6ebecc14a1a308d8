// Puts the page together: endpoints, upload, mail, environment.

import { getJson } from './api.js';
import { byId, facts } from './dom.js';
import { startGallery } from './gallery.js';
import { startMailbox } from './mailbox.js';
import { startUploads, usePolicies } from './upload.js';

const serverStatus = byId('server-status');
let informed = false;

startUploads();
startMailbox((answers) => {
  setStatus(answers);
  if (answers && !informed) inform();
  if (!answers) informed = false; // A restarted server may have other endpoints.
});
startCopying();

function setStatus(answers) {
  const state = answers ? 'running' : 'gone';
  if (serverStatus.dataset.state === state) return;
  serverStatus.dataset.state = state;
  serverStatus.textContent = answers ? 'Running' : 'Stopped answering';
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
  const said = byId('copy-status');
  let reset;
  button.addEventListener('click', async () => {
    const lines = byId('environment-lines');
    try {
      await navigator.clipboard.writeText(`${lines.textContent}\n`);
      button.textContent = 'Copied';
      said.textContent = 'Copied to the clipboard.';
    } catch {
      getSelection().selectAllChildren(lines);
      button.textContent = 'Selected';
      said.textContent = 'The lines are selected. Copy them with your keyboard.';
    }
    clearTimeout(reset);
    reset = setTimeout(() => {
      button.textContent = 'Copy';
      said.textContent = '';
    }, 2500);
  });
}
