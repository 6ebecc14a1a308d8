// A signed upload as it is shown and tampered with, and the error documents of S3 and the CDN.

import { exactBytes } from './dom.js';

/** { code, message, reason } of an error document; nothing for a success. */
export function readError(status, body) {
  if (status >= 200 && status < 300) return {};
  const xml = new DOMParser().parseFromString(body, 'application/xml');
  const text = (name) => xml.getElementsByTagName(name)[0]?.textContent.trim() || null;
  const reason = text('Reason');
  // The local server adds its reason to the message, too, for clients that show nothing else.
  const message = text('Message')?.replace(` (LocalS3: ${reason})`, '');
  return { code: text('Code'), message, reason };
}

/** The signed upload with another content type, as a careless or hostile client would send it. */
export function withContentType(signed, contentType) {
  return signed.method === 'PUT'
    ? { ...signed, headers: replaced(signed.headers, 'content-type', contentType) }
    : { ...signed, fields: replaced(signed.fields, 'content-type', contentType) };
}

/** The signed upload with one character of its signature changed. */
export function tampered(signed) {
  const change = (value) => value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
  if (signed.method === 'PUT') {
    const url = signed.url.replace(
      /([?&]X-Amz-Signature=)([^&]*)/i,
      (_, name, value) => name + change(value),
    );
    return { ...signed, url };
  }
  const current = Object.entries(signed.fields).find(
    ([name]) => name.toLowerCase() === 'x-amz-signature',
  );
  return {
    ...signed,
    fields: replaced(signed.fields, 'x-amz-signature', change(current?.[1] ?? '')),
  };
}

// Keeps the order of the fields, which belongs to the signed form.
function replaced(record, changed, newValue) {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      name.toLowerCase() === changed ? newValue : value,
    ]),
  );
}

const secrets = new Set(['policy', 'x-amz-signature', 'x-amz-security-token']);

/** The request in a form that is safe to show: [name, value] pairs with secrets shortened. */
export function describe(signed, file) {
  const url = new URL(signed.url);
  const shown = ([name, value]) => [
    name,
    secrets.has(name.toLowerCase()) ? `${value.slice(0, 8)}…` : value,
  ];
  return {
    line: `${signed.method} ${url.host}${url.pathname}`,
    query: [...url.searchParams].map(shown),
    headers:
      signed.method === 'PUT'
        ? [
            ...Object.entries(signed.headers).map(shown),
            ['content-length', `${file.size} (set by the browser)`],
          ]
        : [],
    fields:
      signed.method === 'POST'
        ? [
            ...Object.entries(signed.fields).map(shown),
            ['file', `${file.name}, ${exactBytes(file.size)}`],
          ]
        : [],
  };
}
