// What a refusal means and what to do about it, in the words of the person who has to fix it.

const wrongType = {
  PUT: [
    'Content-Type is one of the signed headers. The URL was signed for image/png, the browser sent text/html, so the signature no longer fits.',
    'Send exactly the headers that came with the URL. What calls itself a web page never gets this far.',
  ],
  POST: [
    'The policy says that the Content-Type field must equal image/png. The form said text/html.',
    'Send exactly the fields that came with the form, in their order, and the file last.',
  ],
};

// scenario -> code S3 is expected to answer -> [meaning, fix]
const scenarios = {
  'too-large': {
    SignatureDoesNotMatch: ({ declared, sent }) => [
      `The URL was signed for exactly ${declared} bytes and the browser sent ${sent}. Content-Length is one of the signed headers, so another size needs another signature.`,
      'Ask for the URL with the size of the file as it is sent, after any resizing in the browser.',
    ],
    EntityTooLarge: ({ sent }) => [
      `The signed policy carries a size range. S3 counted ${sent} bytes, more than the upper end, and stored nothing.`,
      'Make the picture smaller before asking for the form. If the product needs larger files, raise the maximum in your UploadPolicy.',
    ],
  },
  'wrong-type': {
    SignatureDoesNotMatch: ({ method }) => wrongType[method],
    AccessDenied: ({ method }) => wrongType[method],
  },
  expired: {
    AccessDenied: ({ method }) => [
      `The ${method === 'PUT' ? 'URL' : 'form'} was good for a few minutes and its time is over.`,
      'Ask for a new one right before sending, not when the page loads. Nothing needs to be cleaned up.',
    ],
  },
  tampered: {
    SignatureDoesNotMatch: ({ method }) => [
      `One character of ${method === 'PUT' ? 'X-Amz-Signature in the URL' : 'the x-amz-signature field'} was changed. S3 computes the signature itself and compares.`,
      'Pass on what the server signed unchanged. Decoding, re-encoding or trimming breaks it in the same way.',
    ],
  },
  twice: {
    PreconditionFailed: () => [
      'The first upload was stored. If-None-Match: * is signed into the URL, so it can create the object once and never overwrite it.',
      'If you meet this in a retry, the first attempt succeeded: show its picture. For a new picture, ask for a new URL.',
    ],
  },
};

const codes = {
  SignatureDoesNotMatch: [
    'What the browser sent is not what was signed: a header, the size or the URL differs.',
    'Send the URL, headers and body exactly as the server handed them out, and let nothing rewrite them on the way.',
  ],
  AccessDenied: [
    'S3 read the request and does not allow it: it has expired, or a condition of the policy is not met.',
    'Compare the message with “What the browser sent” below, then ask for a new URL.',
  ],
  EntityTooLarge: [
    'The file is above the size range in the signed policy.',
    'Make the picture smaller and ask for a new form.',
  ],
  EntityTooSmall: [
    'The file is below the size range in the signed policy. Often it is empty.',
    'Check that the file could be read before sending it.',
  ],
  PreconditionFailed: [
    'An object with this key exists, and this URL may only create.',
    'Ask for a new URL. Each one has a fresh key.',
  ],
  MissingContentLength: [
    'The request did not say how long it is.',
    'Send a Blob or File, not a stream.',
  ],
  RequestTimeTooSkewed: [
    'The clock of the signing machine is more than 15 minutes off.',
    'Set the clock, then ask for a new URL.',
  ],
  InvalidAccessKeyId: [
    'S3 does not know the access key that signed this.',
    'Check which credentials the server runs with.',
  ],
  ExpiredToken: [
    'The session token that signed this has expired.',
    'Refresh the credentials of the server. An upload can’t outlive them.',
  ],
  NoSuchBucket: [
    'The bucket does not exist at this endpoint.',
    'Check S3_BUCKET_NAME and the endpoint.',
  ],
  BadDigest: [
    'The bytes that arrived do not have the checksum that was signed.',
    'Compute the checksum from the file as it is sent.',
  ],
};

/** [meaning, fix] for an answer of S3. */
export function explainAnswer(context) {
  const { scenario, code } = context;
  if (context.status === 0) {
    return [
      'The browser got no answer it may read. Either nothing listens at this address, the connection broke, or the bucket’s CORS rules do not allow this page.',
      'Check that the server runs. Then check that the CORS rules name this page’s exact origin, the method, and every header listed below.',
    ];
  }
  return (
    scenarios[scenario]?.[code]?.(context) ??
    codes[code] ?? [
      'S3 did not store this upload.',
      'Read the code and message S3 gave, then ask for a new URL.',
    ]
  );
}

/** [meaning, fix] for a wish that the upload policy refused. */
export function explainRule(rule = '') {
  const name = rule.toUpperCase();
  if (/SIZE|BYTES|LENGTH/.test(name)) {
    return [
      'The upload policy refused the declared size, so no URL exists that could carry it. Not one byte was sent.',
      'Declare the size of a picture that is neither empty nor too large: resize it in the browser, or raise the maximum in your UploadPolicy.',
    ];
  }
  if (/TYPE|MEDIA/.test(name)) {
    return [
      'The upload policy lists the types it accepts and this is not one of them. Not one byte was sent.',
      'Offer only accepted types in the file chooser, or convert the picture before asking.',
    ];
  }
  return [
    'The upload policy refused this wish. Not one byte was sent.',
    'Change the request so that it meets the limit above.',
  ];
}

/** [meaning, fix] for an upload that S3 stored and the server's look at it did not accept. */
export function explainFinding({ outcome, rule }) {
  if (outcome !== 'rejected') {
    return [
      'There is no object under this key, so there is nothing to show.',
      'Upload again: another call may have found it unfit and removed it.',
    ];
  }
  if (rule === 'MAGIC_BYTES') {
    return [
      'Size and type are what was signed, so S3 stored it. But the first bytes are not those of a picture: shown under your domain, such a file can run a script.',
      'Call UploadVerifier when the browser says that it is done, and keep the key only if the upload is accepted. It has removed the file.',
    ];
  }
  return [
    'S3 stored it, but it is not what the upload policy allows, so it was removed.',
    'Send another file, within the limit above.',
  ];
}

/** Said when S3 takes what a person would expect it to refuse, and is right to. */
export const secondPostAccepted = [
  'S3 accepted the same form again. A POST policy can’t be made create-only: there is no condition for If-None-Match.',
  'What limits the harm: the key is random and known only to whoever received this form, and the form lives for minutes. Use PUT where create-only matters.',
];

/** What the CDN's answer to a private picture without a good signature means. */
export const privately = {
  bare: [
    'Without a signature, a private picture stays private: knowing its URL is not enough.',
    'Store the key, not a URL, and ask the signer for a URL when the page is built and its user may see the picture.',
  ],
  expired: [
    'This URL was good until a minute ago. Whoever finds it in a history or a log comes too late.',
    'Sign again when the page is shown. In an application the signer keeps a URL the same for up to 15 minutes, so that browsers can cache the picture.',
  ],
};
