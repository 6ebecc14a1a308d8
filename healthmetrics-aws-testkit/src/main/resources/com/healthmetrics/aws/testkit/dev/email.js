// Email: the form that sends, and what became of each email: sent, not sent, or not known yet.

import { postJson } from './api.js';
import { button, byId, explanation, fact, facts, h, selected } from './dom.js';
import { explainEmail } from './explain.js';
import { clearFieldError, showFieldError } from './field.js';
import { openWhenListed } from './mailbox.js';

const SEND = '/api/mails';
const LOOK = '/api/sendings';

const form = byId('mail-form');
const recipient = byId('mail-to');
const sendButton = byId('mail-send');
const status = byId('mail-status');

let busy = false;

export function startEmails() {
  // The report is not a template: it exists only in English.
  form.addEventListener('change', () => {
    byId('mail-locale').disabled = selected('kind') === 'report';
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (busy) return;
    clearFieldError(recipient);
    status.dataset.state = 'sending';
    status.replaceChildren(h('p', {}, 'Sending'));
    settle(newEmail(), SEND);
  });
}

/** With a key of its own: whatever is lost and asked for again, it is sent once. */
const newEmail = () => ({
  key: crypto.randomUUID(),
  kind: selected('kind'),
  to: recipient.value.trim(),
  locale: selected('locale'),
});

/** Sends an email, or asks about it; what is shown stays until there is a response. */
async function settle(email, path) {
  if (busy) return;
  busy = true;
  sendButton.setAttribute('aria-disabled', 'true');
  status.setAttribute('aria-busy', 'true');
  const found = await foundBy(postJson(path, email));
  busy = false;
  sendButton.removeAttribute('aria-disabled');
  status.removeAttribute('aria-busy');
  email.wasUnknown ||= found.outcome === 'unknown';
  show(email, found);
}

/** Only the server's own response shows that an email was sent, or that it was not. */
async function foundBy(response) {
  try {
    return await response;
  } catch ({ status: code, body, message }) {
    return { outcome: 'unknown', ...body, code, message };
  }
}

const looks = {
  sent: { state: 'success', title: 'Sent.' },
  'not-sent': { state: 'error', title: 'Not sent.' },
  unknown: { state: 'unknown', title: 'Not known yet.' },
};

function show(email, found) {
  if (found.outcome === 'not-sent' && found.code === 422) showRefusedRecipient(found);
  else showOutcome(email, found);
}

function showRefusedRecipient({ message }) {
  status.dataset.state = 'error';
  status.replaceChildren(
    h('p', { 'data-testid': 'mail-outcome' }, 'Not sent. Correct the recipient.'),
  );
  showFieldError(recipient, message);
}

function showOutcome(email, found) {
  const { state, title } = looks[found.outcome];
  const { messageId, message, kind, delivery } = found;
  const meaning = explainEmail({ ...found, wasUnknown: email.wasUnknown });
  status.dataset.state = state;
  status.replaceChildren(
    h('p', { 'data-testid': 'mail-outcome' }, title),
    facts(
      [
        messageId && fact('Message ID', 'mail-message-id', messageId, 'code'),
        message && fact('Message', 'mail-error-message', message),
        kind && fact('Kind', 'mail-error-kind', kind, 'code'),
        delivery && fact('Delivery', 'mail-error-delivery', delivery, 'code'),
        email.wasUnknown && fact('To', 'mail-recipient', email.to),
        email.wasUnknown && fact('Key', 'mail-key', email.key, 'code'),
      ].filter(Boolean),
    ),
    ...(meaning ? [explanation(meaning, 'mail')] : []),
    ...next(email, found),
  );
  if (messageId) openWhenListed(messageId);
}

/** A refusal is final; a request that was lost may be sent again, under its key. */
function next(email, { outcome }) {
  if (outcome === 'unknown') {
    return [button('Look again', 'mail-look-again', () => settle(email, LOOK))];
  }
  return outcome === 'not-sent' && email.wasUnknown
    ? [button('Send again', 'mail-send-again', () => settle(email, SEND))]
    : [];
}
