// The meaning of each refusal and what to do about it, for the developer who fixes it.

import { exactBytes } from './dom.js';

const wrongType = {
  PUT: [
    'Content-Type is one of the signed headers. The URL was signed for image/png and the browser sent text/html, so the signature does not match.',
    'Send exactly the headers that came with the URL. For a file whose own type is text/html, the upload policy refuses to sign.',
  ],
  POST: [
    'The signed policy requires that the Content-Type field equals image/png. The form contained text/html.',
    'Send exactly the fields that came with the form, in the same order, and the file last.',
  ],
};

// scenario -> expected error code of S3 -> [meaning, fix]
const scenarios = {
  'too-large': {
    SignatureDoesNotMatch: ({ declared, sent }) => [
      `The URL was signed for exactly ${exactBytes(declared)} and the browser sent ${exactBytes(sent)}. Content-Length is one of the signed headers, so another size requires another signature.`,
      'Request the URL with the size of the file as it is sent, after any resizing in the browser.',
    ],
    EntityTooLarge: ({ sent }) => [
      `The signed policy carries a size range. S3 received ${exactBytes(sent)}, more than the maximum, and stored nothing.`,
      'Make the picture smaller before you request the form. If the product needs larger files, raise the maximum in your UploadPolicy.',
    ],
  },
  'wrong-type': {
    SignatureDoesNotMatch: ({ method }) => wrongType[method],
    AccessDenied: ({ method }) => wrongType[method],
  },
  expired: {
    AccessDenied: ({ method }) => [
      `The ${method === 'PUT' ? 'URL' : 'form'} was valid for a few minutes and has expired.`,
      'Request a new one right before sending, not when the page loads. Nothing needs to be cleaned up.',
    ],
  },
  tampered: {
    SignatureDoesNotMatch: ({ method }) => [
      `One character of ${method === 'PUT' ? 'X-Amz-Signature in the URL' : 'the x-amz-signature field'} was changed. S3 computes the signature itself and compares both.`,
      'Send what the server signed without any change. Decoding, re-encoding or trimming breaks the signature too.',
    ],
  },
  twice: {
    PreconditionFailed: () => [
      'The first upload was stored, pending. If-None-Match: * is signed into the URL, so it can create the object and never overwrite it.',
      'If a retry gets this response, the first attempt succeeded: so the module asked the server, which found the picture and published it. For a new picture, request a new URL.',
    ],
  },
};

const codes = {
  SignatureDoesNotMatch: [
    'The browser sent something other than what was signed: a header, the size or the URL differs.',
    'Use the URL, headers and body exactly as the server returned them, and let no proxy rewrite them.',
  ],
  AccessDenied: [
    'S3 does not allow the request: it has expired, or it does not meet a condition of the policy.',
    'Compare the message with “What the browser sent” below, then request a new URL.',
  ],
  EntityTooLarge: [
    'The file is above the size range in the signed policy.',
    'Make the picture smaller and request a new form.',
  ],
  EntityTooSmall: [
    'The file is below the size range in the signed policy. It is often empty.',
    'Check that the browser can read the file before sending it.',
  ],
  PreconditionFailed: [
    'An object with this key exists, and this URL can only create one.',
    'Request a new URL. Each one has a new key.',
  ],
  MissingContentLength: [
    'The request has no Content-Length.',
    'Send a Blob or File, not a stream.',
  ],
  RequestTimeTooSkewed: [
    'The clock of the signing server is more than 15 minutes off.',
    'Correct the clock, then request a new URL.',
  ],
  InvalidAccessKeyId: [
    'S3 does not know the access key of the signature.',
    'Check the credentials of the server.',
  ],
  ExpiredToken: [
    'The session token of the signature has expired.',
    'Refresh the credentials of the server. A signature is never valid for longer than they are.',
  ],
  NoSuchBucket: [
    'The bucket does not exist at this endpoint.',
    'Check S3_BUCKET_NAME and the endpoint.',
  ],
  BadDigest: [
    'The received bytes do not have the signed checksum.',
    'Compute the checksum from the file as it is sent.',
  ],
};

/** [meaning, fix] for the last response of S3 to a file that was not stored. */
export function explainResponse(context) {
  const { scenario, code } = context;
  if (code === 'NetworkError') {
    return [
      'The browser received no response that it may read: no server listens at this address, the connection broke, a proxy responded, or the bucket’s CORS rules do not allow this page. So the module asked the server, which found no upload.',
      'Check that the server is running. Then check that the CORS rules allow this page’s exact origin, the method, and every header listed below.',
    ];
  }
  return (
    scenarios[scenario]?.[code]?.(context) ??
    codes[code] ?? [
      code === 'none'
        ? 'The response is not one of S3: something between the browser and S3 may have sent it.'
        : 'S3 did not store this upload.',
      'Read the code and the message, then request a new URL.',
    ]
  );
}

/** [meaning, fix] for a request that the upload policy refused. */
export function explainRule(rule = '') {
  const name = rule.toUpperCase();
  if (/SIZE|BYTES|LENGTH/.test(name)) {
    return [
      'The upload policy refused the declared size, so nothing was signed and no byte was sent.',
      'Choose a picture that is neither empty nor too large: resize it in the browser, or raise the maximum in your UploadPolicy.',
    ];
  }
  if (/TYPE|MEDIA/.test(name)) {
    return [
      'The upload policy does not accept this type, so nothing was signed and no byte was sent.',
      'Offer only accepted types in the file chooser, or convert the picture first.',
    ];
  }
  return [
    'The upload policy refused this request, so nothing was signed and no byte was sent.',
    'Change the request so that it meets the limit above.',
  ];
}

/** [meaning, fix] for an upload that the verification removed or did not find. */
export function explainFinding({ outcome, rule, stored }) {
  if (outcome !== 'rejected') {
    return [
      stored
        ? 'S3 stored the file, and there is no object with this key now. An earlier verification, whose response was lost, may have rejected and removed it.'
        : 'There is no object with this key: S3 has not stored the file, or an earlier verification has rejected and removed it.',
      'It is not published. Upload it again.',
    ];
  }
  if (rule === 'FILE_TYPE') {
    return [
      'Size and type match the signature, so S3 stored the file. But it is not a picture: served from your domain, such a file could run a script. It was pending, so nobody could load it.',
      'Call UploadVerifier when the browser reports the end of the upload, and store the key only if the upload is accepted. The verifier has removed the file.',
    ];
  }
  return [
    'S3 stored the file, but the upload policy does not allow it, so it was removed.',
    'Send another file that meets the limit above.',
  ];
}

/** [meaning, fix] for a failure after which the server found the picture stored. */
export const explainLostResponse = [
  'The response of S3 was lost, or reported a failure though the picture was stored. Browsers send a PUT again by themselves when a connection ends, and S3 refuses the second one.',
  'There is nothing to do. The module asked the server before it reported anything, and the server found the picture and published it.',
];

/** [meaning, fix] for an upload of which the server did not report how it ended. */
export function explainUnknown({ stored, published }) {
  const known = stored
    ? 'S3 has stored the file: it is pending, published or removed.'
    : 'The response of S3 was lost, too: the file is not stored, pending, published or removed.';
  return [
    published
      ? 'The picture that was accepted before is published, and stays. No response of the server shows whether what was sent afterwards is removed.'
      : `No response of the server shows how the verification ended. ${known}`,
    'Look again asks the server to verify it. It may be asked at any time, and as often as you like: nothing is published twice.',
  ];
}

/** [meaning, fix] for an upload that the user ended, by what had been requested until then. */
export const explainCancel = {
  published: [
    'The picture that was accepted before is published, and stays. What was sent afterwards is never published.',
    'There is nothing to do: the next verification, or a lifecycle rule of the bucket, removes what stays pending.',
  ],
  signing: ['The browser has stopped before it sent anything to S3.', 'There is nothing to do.'],
  sending: [
    'The browser has stopped. What S3 had stored by then stays pending, where nobody can load it: the server has not published it.',
    'There is nothing to do: a lifecycle rule of the bucket removes what stays pending.',
  ],
  verifying: [
    'The browser has stopped while the server was verifying the upload. Whether the server has published it is not known yet.',
    'Look again asks the server to verify it, and publishes it if it is pending.',
  ],
};

/** [meaning, fix] for what became of an email; nothing where its message has both. */
export function explainEmail({ outcome, kind, delivery, wasUnknown }) {
  if (outcome === 'unknown') {
    return delivery
      ? [
          'The response of SES was lost, or reported an internal error: SES may have accepted the email.',
          'Look again hands the events of SES to the mailer chain: one about this email settles it. That none has come proves nothing. Send email would send another one.',
        ]
      : [
          'The response to this page was lost: the server may have sent the email, or the request did not arrive.',
          'Look again asks the server about the email with this key, and sends nothing. Send email would send another one.',
        ];
  }
  if (outcome === 'sent') {
    return wasUnknown
      ? [
          'The email was accepted, once: the server has its message ID, from the response of SES or from an event.',
          'There is nothing to do.',
        ]
      : undefined;
  }
  if (wasUnknown && !kind) {
    return [
      'The server has sent no email with this key so far: the request did not arrive, or SES refused it.',
      'Send it again. The key stays the same, so it is one email even if the first request arrives late.',
    ];
  }
  return kind
    ? [
        'SES certainly did not accept the email.',
        'Correct what the message states, and send it again: that cannot make two.',
      ]
    : undefined;
}

/** Why a published picture is not shown. */
export const explainPicture = {
  notSigned: ({ message }) =>
    `The picture is published. The server returned no signed URL to load it with: ${message}`,
  noResponse: () =>
    'The picture is published. No whole response of the CDN arrived that this page may read, so whether it loads is not known yet.',
  otherResponse: () =>
    'The picture is published. The CDN, or a proxy before it, responds with something else, which this page may not read.',
  notDrawnHere: ({ type, size }) =>
    `The picture is published, and the CDN serves its ${size}. This browser does not draw ${type.replace('image/', '').toUpperCase()}; others do.`,
  broken: ({ size }) =>
    `The picture is published, and the CDN serves its ${size} whole. This browser cannot draw it: its pixels are damaged, or of a kind that the browser does not know. The verifier checks the structure, not each pixel.`,
};

/** [meaning, fix] for a form that S3 accepts twice, as it must. */
export const secondPostAccepted = [
  'S3 accepted the same form again. A POST policy can’t be made create-only: there is no condition for If-None-Match.',
  'It replaced the pending object only. What is published is what was inspected, and it is never replaced.',
];

/** [meaning, fix] for a form or URL that is used again after its picture was published. */
export const replayRemoved = [
  'The same signed upload was used again, with a web page of the same size and type. S3 stored it, pending: the published picture was not touched.',
  'There is nothing to do. The next verification found the picture published, removed what was sent again, and reported the picture as accepted.',
];

/** [meaning, fix] for the CDN's responses to private pictures without a valid signature. */
export const explainPrivacy = {
  refused: {
    bare: [
      'Without a signature, a private picture stays private: its URL alone is not enough.',
      'Store the key, not a URL. Sign a URL when you render the page, after you have checked that its user may see the picture.',
    ],
    expired: [
      'This URL has expired. A copy of it in a browser history or a log is useless.',
      'Sign again when you render the page. In an application, the signer returns the same URL for up to 15 minutes, so browsers can cache the picture.',
    ],
  },
  served: [
    'The CDN serves a private picture without a valid signature.',
    'Require signed URLs below the prefixes of private pictures: the Terraform module configures the distribution like this.',
  ],
  unknown: [
    'The CDN did not respond to the server, so whether it refuses this URL is not known.',
    'Check that the CDN is running, then look again.',
  ],
};

/** What the CDN responded to a request for the pending object. */
export function whilePending({ status }) {
  if (status === 0) return 'not known: the CDN did not respond';
  return status < 300 ? `served by the CDN, ${status}` : `refused by the CDN, ${status}`;
}
