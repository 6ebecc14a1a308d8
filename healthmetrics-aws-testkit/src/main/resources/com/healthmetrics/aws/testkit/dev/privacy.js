// A private picture: shown through a signed URL, refused without one.

import { postJson } from './api.js';
import { explainPrivacy } from './explain.js';
import { externalLink, fact, facts, h } from './dom.js';
import { readError } from './transfer.js';

/** Requests a signed URL, and the CDN's responses to one without a signature and to an expired one. */
export const requestPicture = (key) => postJson('/api/pictures', { key });

/** A signed URL with its secrets shortened. */
export function shortened(url) {
  return url.replace(/((?:Signature|Policy)=.{8})[^&]*/g, '$1…');
}

/** The sections below a private picture: the CDN's responses without a valid signature. */
export function refusals(picture) {
  return [
    refusal('bare', 'Without the signature', picture.bare),
    refusal('expired', 'After it has expired', picture.expired),
    h('p', { class: 'hint' }, 'Only the local server returns a reason; CloudFront does not.'),
  ];
}

function refusal(name, title, { url, status, body }) {
  const { code, message, reason } = readError(status, body);
  const state = status === 0 ? 'unknown' : status < 300 ? 'served' : 'refused';
  const [meaning, fix] = state === 'refused' ? explainPrivacy.refused[name] : explainPrivacy[state];
  return h(
    'section',
    { class: 'response', 'data-testid': `${name}-response`, 'data-state': state },
    h('h4', {}, title),
    facts([
      ['URL', externalLink(url, shortened(url), `${name}-url`)],
      fact('Status', `${name}-status`, status === 0 ? 'none' : String(status)),
      fact('Code', `${name}-code`, code ?? 'none', 'code'),
      fact('Message', `${name}-message`, message ?? 'none'),
      fact('Reason', `${name}-reason`, reason ?? 'none'),
    ]),
    h(
      'div',
      { class: 'meaning' },
      h('p', { 'data-testid': `${name}-explanation` }, meaning),
      h('p', {}, fix),
    ),
  );
}
