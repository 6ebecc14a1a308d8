// The published picture: loaded through the CDN, or why it is not shown.

import { bytes, button, externalLink, fact, facts, h } from './dom.js';
import { explainPicture } from './explain.js';
import { refusals, requestPicture, shortened } from './privacy.js';
import { resetStop, stop } from './route.js';

/**
 * Shows the picture of a run in an element, in place of what is there. That the picture is
 * published is known by then, and stays true however this ends.
 *
 * @param onEnd called at each end with { whyNot, blob }: a text if the picture is not drawn, and the
 *   file if the CDN served it
 */
export async function showPicture(run, element, onEnd) {
  const frame = h('div', { class: 'frame' }, h('p', { class: 'frame-note' }, 'Loading'));
  element.replaceChildren(frame);
  resetStop('show');
  stop('show', 'active');
  const picture = run.private ? await signed(run) : { url: run.found.publicUrl };
  if (run.signal.aborted) return;
  if (picture.url) element.append(...detailsOf(picture));
  const { image, ...end } = picture.url ? await load(picture.url, run) : picture;
  if (run.signal.aborted) return;
  stop('show', ...stops[end.meaning ?? 'shown']);
  const whyNot = image ? undefined : explainPicture[end.meaning](end);
  frame.replaceChildren(
    image ??
      h(
        'div',
        { class: 'frame-note' },
        h('p', { 'data-testid': 'picture-note' }, whyNot),
        button('Look again', 'picture-again', () => showPicture(run, element, onEnd)),
      ),
  );
  onEnd({ whyNot, blob: end.blob });
}

const stops = {
  shown: ['done', 'served'],
  notSigned: ['unknown', 'not known yet'],
  noResponse: ['unknown', 'not known yet'],
  otherResponse: ['failed', 'another response'],
  notDrawnHere: ['done', 'served, not drawn'],
  broken: ['done', 'served, not drawn'],
};

const signed = (run) =>
  requestPicture(run.signed.key).catch(({ message }) => ({ meaning: 'notSigned', message }));

function detailsOf(picture) {
  return [
    facts(
      [
        [
          picture.expiresAt ? 'Signed URL' : 'CDN URL',
          externalLink(picture.url, shortened(picture.url), 'result-url'),
        ],
        picture.expiresAt && fact('Valid', 'signed-expiry', `until ${timeOf(picture.expiresAt)}`),
      ].filter(Boolean),
    ),
    ...(picture.bare ? refusals(picture) : []),
  ];
}

const timeOf = (instant) => new Date(instant).toLocaleTimeString('en-GB');

/** Resolves to { image, blob }, or to why there is no image: { meaning, … }. */
async function load(url, { file, found }) {
  const image = h('img', {
    'data-testid': 'result-image',
    alt: `The uploaded picture ${file.name}`,
    class: 'shown',
  });
  const drawn = await isDrawn(image, url);
  const { meaning, blob } = await served(url, found.sizeBytes);
  if (meaning) return { meaning }; // Firefox draws a part, and reports that the picture is loaded.
  if (await isDecoded(blob)) {
    if (!drawn) image.src = URL.createObjectURL(blob); // Only the first response was lost.
    return { image, blob };
  }
  const type = found.contentType;
  const here = await isSupported(type);
  return { meaning: here ? 'broken' : 'notDrawnHere', blob, type, size: bytes(blob.size) };
}

function isDrawn(image, url) {
  image.src = url;
  return succeeds(image.decode());
}

/** A damaged picture is drawn as far as it goes, or not at all, without an event that reports it. */
const isDecoded = (blob) => succeeds(createImageBitmap(blob).then((bitmap) => bitmap.close()));

const succeeds = (promise) =>
  promise.then(
    () => true,
    () => false,
  );

/** Resolves to { blob }, or to { meaning } if this page did not get it whole. */
async function served(url, size) {
  let response;
  try {
    response = await fetch(url, { cache: 'reload' });
    if (!response.ok) return { meaning: 'otherResponse' };
    const blob = await response.blob();
    return blob.size < size ? { meaning: 'noResponse' } : { blob };
  } catch {
    // Errors of a CDN and pages of a proxy carry no CORS headers: that there is one can be seen.
    const other = !response && (await succeeds(fetch(url, { cache: 'reload', mode: 'no-cors' })));
    return { meaning: other ? 'otherResponse' : 'noResponse' };
  }
}

/** Every current browser supports the other types that the library accepts. */
const isSupported = async (type) =>
  'ImageDecoder' in window ? ImageDecoder.isTypeSupported(type) : type !== 'image/heic';
