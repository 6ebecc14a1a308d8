// Mail: the form that sends, the list that fills, the reader that shows.

import { getJson, postJson } from './api.js';
import { byId, bytes, facts, h } from './dom.js';

const list = byId('mail-list');
const panel = byId('mailbox-panel');
const reader = byId('reader');
const count = byId('mail-count');
const announcer = byId('mailbox-announce');
const tabs = [...document.querySelectorAll('[role=tab]')];

const items = new Map(); // id -> <li>
let openId = null;
let sentId = null; // What this page sent opens as soon as it is listed.
let firstLook = true;
let looking = null;
let lookAgain = false;

/** Shows mails as they arrive; `onAnswer(boolean)` hears whether the server answers. */
export function startMailbox(onAnswer) {
  startForm();
  startTabs();
  const live = new EventSource('/api/mails/live');
  live.addEventListener('open', () =>
    look().then(
      () => onAnswer(true),
      () => onAnswer(false),
    ),
  );
  live.addEventListener('mail', () => look().catch(() => {}));
  live.addEventListener('error', () => onAnswer(false)); // The browser tries again by itself.
}

// ---- Sending -------------------------------------------------------------------------------

function startForm() {
  const status = byId('mail-status');
  const button = byId('mail-send');
  let sending = false;
  // The report is no template: it is in English only.
  byId('mail-form').addEventListener('change', () => {
    byId('mail-locale').disabled =
      document.querySelector('input[name=kind]:checked').value === 'report';
  });
  byId('mail-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    button.setAttribute('aria-disabled', 'true');
    status.dataset.state = 'sending';
    status.replaceChildren(h('p', {}, 'Sending'));
    try {
      const receipt = await postJson('/api/mails', {
        kind: document.querySelector('input[name=kind]:checked').value,
        to: byId('mail-to').value.trim(),
        locale: document.querySelector('input[name=locale]:checked').value,
      });
      sentId = receipt.messageId;
      status.dataset.state = 'success';
      status.replaceChildren(
        h(
          'p',
          {},
          'Sent. Message id ',
          h('code', { 'data-testid': 'mail-message-id' }, receipt.messageId),
        ),
      );
      look().catch(() => {}); // The mail may have been announced before this answer came.
    } catch (error) {
      const { kind, delivery } = error.body ?? {};
      status.dataset.state = 'error';
      status.replaceChildren(
        h('p', { 'data-testid': 'mail-error-message' }, error.message),
        facts([
          ...(kind ? [['Kind', h('code', { 'data-testid': 'mail-error-kind' }, kind)]] : []),
          ...(delivery
            ? [
                [
                  'Delivery',
                  h(
                    'span',
                    {},
                    h('code', { 'data-testid': 'mail-error-delivery' }, delivery),
                    ` ${meaningOf(delivery)}`,
                  ),
                ],
              ]
            : []),
        ]),
      );
    } finally {
      sending = false;
      button.removeAttribute('aria-disabled');
    }
  });
}

function meaningOf(delivery) {
  if (delivery === 'NOT_SENT') return 'It certainly did not go out.';
  if (delivery === 'UNKNOWN') return 'It may have gone out: sending it again could send it twice.';
  return '';
}

// ---- The list ------------------------------------------------------------------------------

function look() {
  if (looking) {
    lookAgain = true; // What is on its way may have left before the mail came.
    return looking;
  }
  looking = getJson('/api/mails')
    .then(update)
    .finally(() => {
      looking = null;
      if (lookAgain) {
        lookAgain = false;
        look().catch(() => {});
      }
    });
  return looking;
}

function update(mails) {
  const present = new Set(mails.map((mail) => mail.id));
  for (const [id, item] of items) {
    if (!present.has(id)) {
      item.remove();
      items.delete(id);
    }
  }
  const arrived = mails.filter((mail) => !items.has(mail.id));
  for (const mail of arrived) {
    const item = listItem(mail);
    items.set(mail.id, item);
    list.prepend(item); // The server says oldest first, the list shows newest first.
  }
  panel.dataset.state = mails.length ? 'filled' : 'empty';
  byId('mailbox-empty').hidden = mails.length > 0;
  count.hidden = mails.length === 0;
  count.textContent = String(mails.length);

  if (openId && !present.has(openId)) closeReader();
  if (arrived.length && !firstLook) {
    announcer.textContent =
      arrived.length === 1 ? `New mail: ${arrived[0].subject}` : `${arrived.length} new mails`;
  }
  if (sentId && present.has(sentId)) {
    open(sentId);
    sentId = null;
  } else if (mails.length && openId === null) {
    open(mails[mails.length - 1].id);
  }
  firstLook = false;
}

function listItem(mail) {
  const button = h(
    'button',
    { type: 'button', 'data-testid': 'mailbox-item', 'data-mail-id': mail.id },
    h('span', { class: 'item-subject' }, mail.subject),
    h('span', { class: 'item-to' }, mail.to.join(', ')),
    h('time', { class: 'item-time', datetime: mail.receivedAt }, timeOf(mail.receivedAt)),
  );
  button.addEventListener('click', () => open(mail.id));
  return h('li', {}, button);
}

function timeOf(instant) {
  const when = new Date(instant);
  if (Number.isNaN(when.getTime())) return instant;
  const today = when.toDateString() === new Date().toDateString();
  return today
    ? when.toLocaleTimeString('en-GB')
    : when.toLocaleString('en-GB', {
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
      });
}

// ---- The reader ----------------------------------------------------------------------------

async function open(id) {
  if (id === openId) return;
  openId = id;
  for (const [otherId, item] of items) {
    if (otherId === id) item.firstChild.setAttribute('aria-current', 'true');
    else item.firstChild.removeAttribute('aria-current');
  }
  let mail;
  try {
    mail = await getJson(`/api/mails/${encodeURIComponent(id)}`);
  } catch {
    if (openId === id) closeReader();
    return;
  }
  if (openId !== id) return; // Another mail was opened meanwhile.
  show(mail);
}

function closeReader() {
  openId = null;
  reader.hidden = true;
  byId('panel-preview').replaceChildren();
  for (const item of items.values()) item.firstChild.removeAttribute('aria-current');
}

function show(mail) {
  byId('reader-subject').textContent = mail.subject;
  byId('reader-meta').textContent = `From ${mail.from} to ${mail.to.join(', ')}`;
  byId('panel-preview').replaceChildren(
    mail.html == null
      ? h('p', { class: 'hint' }, 'This mail has no html part.')
      : h('iframe', {
          sandbox: 'allow-popups allow-popups-to-escape-sandbox',
          src: `/api/mails/${encodeURIComponent(mail.id)}/html`,
          title: `Preview of “${mail.subject}”`,
          referrerpolicy: 'no-referrer',
          'data-testid': 'mail-preview',
        }),
  );
  byId('panel-text').replaceChildren(
    mail.text
      ? h('pre', { 'data-testid': 'mail-text' }, mail.text)
      : h('p', { class: 'hint' }, 'This mail has no text part.'),
  );
  byId('panel-headers').replaceChildren(
    facts(
      Object.entries(mail.headers ?? {}).map(([name, value]) => [name, [value].flat().join(', ')]),
      'facts wire',
    ),
  );
  byId('panel-links').replaceChildren(linksOf(mail));
  byId('panel-attachments').replaceChildren(attachmentsOf(mail));
  byId('reader-raw').href = `/api/mails/${encodeURIComponent(mail.id)}/eml`;
  reader.hidden = false;
}

function linksOf(mail) {
  const links = mail.links ?? [];
  if (!links.length) return h('p', { class: 'hint' }, 'This mail has no links.');
  return h(
    'ul',
    { class: 'links', 'data-testid': 'mail-links' },
    links.map((link) =>
      h(
        'li',
        {},
        // Only what a browser may safely open becomes a link; anything else stays text.
        /^https?:\/\//i.test(link)
          ? h('a', { href: link, target: '_blank', rel: 'noopener noreferrer' }, link)
          : link,
      ),
    ),
  );
}

function attachmentsOf(mail) {
  const attachments = mail.attachments ?? [];
  if (!attachments.length) return h('p', { class: 'hint' }, 'This mail has no attachments.');
  return h(
    'ul',
    { class: 'links', 'data-testid': 'mail-attachments' },
    attachments.map((attachment, index) =>
      h(
        'li',
        {},
        h(
          'a',
          {
            href: `/api/mails/${encodeURIComponent(mail.id)}/attachments/${index}`,
            download: attachment.fileName,
          },
          attachment.fileName,
        ),
        h(
          'span',
          { class: 'hint' },
          ` ${attachment.mediaType}, ${bytes(attachment.size)}${attachment.contentId ? ', shown inline' : ''}`,
        ),
      ),
    ),
  );
}

// ---- Tabs: arrow keys, Home and End move and select -----------------------------------------

function startTabs() {
  const moves = {
    ArrowRight: (index) => (index + 1) % tabs.length,
    ArrowLeft: (index) => (index + tabs.length - 1) % tabs.length,
    Home: () => 0,
    End: () => tabs.length - 1,
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', (event) => {
      const move = moves[event.key];
      if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = tabs[move(index)];
      select(next);
      next.focus();
    });
  });
}

function select(chosen) {
  for (const tab of tabs) {
    const selected = tab === chosen;
    tab.setAttribute('aria-selected', String(selected));
    tab.tabIndex = selected ? 0 : -1;
    byId(tab.getAttribute('aria-controls')).hidden = !selected;
  }
}
