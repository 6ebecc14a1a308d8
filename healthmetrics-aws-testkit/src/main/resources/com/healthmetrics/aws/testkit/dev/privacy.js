// A private picture: shown through a signed URL, refused without one.

import { postJson } from './api.js';
import { privately } from './explain.js';
import { facts, h } from './dom.js';
import { readError } from './transfer.js';

/** Asks the server for a signed URL, and for what the CDN answers to others. */
export const askForPicture = (key) => postJson('/api/pictures', { key });

/** A signed URL, fit to be looked at. */
export function shortened(url) {
  return url.replace(/((?:Signature|Policy)=.{8})[^&]*/g, '$1…');
}

/** What is shown below a private picture: how the CDN answers those who may not see it. */
export function refusals(picture) {
  return [
    refusal('bare', 'Without the signature', picture.bare),
    refusal('expired', 'After it has expired', picture.expired),
    h('p', { class: 'hint' }, 'The reasons are added by the local server. CloudFront does not tell.'),
  ];
}

function refusal(name, title, { url, status, body }) {
  const { code, message, reason } = readError(status, body);
  const [meaning, fix] = privately[name];
  return h(
    'section',
    { class: 'answer', 'data-testid': `${name}-answer`, 'data-state': code ? 'refused' : 'served' },
    h('h4', {}, title),
    facts([
      [
        'URL',
        h(
          'a',
          { href: url, target: '_blank', rel: 'noopener noreferrer', 'data-testid': `${name}-url` },
          shortened(url),
        ),
      ],
      ['Status', h('span', { 'data-testid': `${name}-status` }, String(status))],
      ['Code', h('code', { 'data-testid': `${name}-code` }, code ?? 'none')],
      ['Message', h('span', { 'data-testid': `${name}-message` }, message ?? 'none')],
      ['Reason', h('span', { 'data-testid': `${name}-reason` }, reason ?? 'none')],
    ]),
    h(
      'div',
      { class: 'meaning' },
      h('p', { 'data-testid': `${name}-explanation` }, meaning),
      h('p', {}, fix),
    ),
  );
}
