// Mailbox: the list of received emails, and the reader.

import { getJson } from './api.js';
import { byId, bytes, emailPreview, externalLink, facts, h } from './dom.js';

const list = byId('mail-list');
const panel = byId('mailbox-panel');
const reader = byId('reader');
const count = byId('mail-count');
const announcer = byId('mailbox-announce');
const tabs = [...document.querySelectorAll('[role=tab]')];

const items = new Map(); // id -> <li>
let openId = null;
let awaitedId = null; // The email that this page sent opens as soon as it is listed.
let firstLoad = true;
let loading = null;
let loadAgain = false;

/** Shows emails as they arrive; `onConnection(boolean)` reports whether the server responds. */
export function startMailbox(onConnection) {
  startTabs();
  follow(() => {
    const live = new EventSource('/api/mails/live');
    live.addEventListener('open', () =>
      load().then(
        () => onConnection(true),
        () => onConnection(false),
      ),
    );
    live.addEventListener('mail', () => load().catch(() => {}));
    live.addEventListener('error', () => onConnection(false)); // The browser reconnects by itself.
    return live;
  });
}

/** Listens while somebody sees the page: a browser has six connections to a server for all tabs. */
function follow(listen) {
  let live;
  const begin = () => {
    if (!document.hidden) live ??= listen();
  };
  const end = () => {
    live?.close();
    live = undefined;
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? end() : begin()));
  window.addEventListener('pagehide', end);
  window.addEventListener('pageshow', begin);
  begin();
}

/** Opens an email as soon as it is listed, which may be before or after it is asked for. */
export function openWhenListed(id) {
  awaitedId = id;
  load().catch(() => {});
}

// ---- The list ------------------------------------------------------------------------------

function load() {
  if (loading) {
    loadAgain = true; // The pending response may be older than the new email.
    return loading;
  }
  loading = getJson('/api/mails')
    .then(update)
    .finally(() => {
      loading = null;
      if (loadAgain) {
        loadAgain = false;
        load().catch(() => {});
      }
    });
  return loading;
}

function update(emails) {
  const present = new Set(emails.map((email) => email.id));
  for (const [id, item] of items) {
    if (!present.has(id)) {
      item.remove();
      items.delete(id);
    }
  }
  const arrived = emails.filter((email) => !items.has(email.id));
  for (const email of arrived) {
    const item = listItem(email);
    items.set(email.id, item);
    list.prepend(item); // The server lists the oldest first, the page the newest.
  }
  panel.dataset.state = emails.length ? 'filled' : 'empty';
  byId('mailbox-empty').hidden = emails.length > 0;
  count.hidden = emails.length === 0;
  count.textContent = String(emails.length);

  if (openId && !present.has(openId)) closeReader();
  if (arrived.length && !firstLoad) {
    announcer.textContent =
      arrived.length === 1 ? `New email: ${arrived[0].subject}` : `${arrived.length} new emails`;
  }
  if (awaitedId && present.has(awaitedId)) {
    open(awaitedId);
    awaitedId = null;
  } else if (emails.length && openId === null) {
    open(emails[emails.length - 1].id);
  }
  firstLoad = false;
}

function listItem(email) {
  const button = h(
    'button',
    { type: 'button', 'data-testid': 'mailbox-item', 'data-mail-id': email.id },
    h('span', { class: 'item-subject' }, email.subject),
    h('span', { class: 'item-to' }, email.to.join(', ')),
    h('time', { class: 'item-time', datetime: email.receivedAt }, timeOf(email.receivedAt)),
  );
  button.addEventListener('click', () => open(email.id));
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
  let email;
  try {
    email = await getJson(`/api/mails/${encodeURIComponent(id)}`);
  } catch {
    if (openId === id) closeReader();
    return;
  }
  if (openId !== id) return; // Another email was opened meanwhile.
  show(email);
}

function closeReader() {
  openId = null;
  reader.hidden = true;
  byId('panel-preview').replaceChildren();
  for (const item of items.values()) item.firstChild.removeAttribute('aria-current');
}

function show(email) {
  byId('reader-subject').textContent = email.subject;
  byId('reader-meta').replaceChildren(...breakable(`From ${email.from} to ${email.to.join(', ')}`));
  byId('reader-events').replaceChildren(eventsOf(email));
  byId('panel-preview').replaceChildren(
    email.html == null
      ? h('p', { class: 'hint' }, 'This email has no HTML part.')
      : emailPreview(
          `/api/mails/${encodeURIComponent(email.id)}/html`,
          email.subject,
          'mail-preview',
        ),
  );
  byId('panel-text').replaceChildren(
    email.text
      ? h('pre', { 'data-testid': 'mail-text' }, email.text)
      : h('p', { class: 'hint' }, 'This email has no text part.'),
  );
  byId('panel-headers').replaceChildren(
    facts(
      Object.entries(email.headers ?? {}).map(([name, value]) => [name, [value].flat().join(', ')]),
      'facts wire',
    ),
  );
  byId('panel-links').replaceChildren(linksOf(email));
  byId('panel-attachments').replaceChildren(attachmentsOf(email));
  byId('reader-raw').href = `/api/mails/${encodeURIComponent(email.id)}/eml`;
  reader.hidden = false;
}

/** What SES publishes about the email: the same events that an application's queue gets. */
function eventsOf(email) {
  const events = email.events ?? [];
  if (!events.length) {
    return h('p', { class: 'hint' }, 'No events: this email uses no configuration set.');
  }
  return h(
    'ol',
    { class: 'events', 'aria-label': 'Events of this email' },
    events.map(({ type, at, recipients, detail }) =>
      h(
        'li',
        { 'data-event': type },
        h('b', {}, type),
        h(
          'span',
          {},
          h('time', { datetime: at }, timeOf(at)),
          ' to ',
          breakable(recipients.join(', ')),
          detail && `: ${detail}`,
        ),
      ),
    ),
  );
}

/** A text whose addresses break after their @ where a line is too short. */
const breakable = (text) =>
  text.split(/(?<=@)/).flatMap((part, index) => (index ? [h('wbr'), part] : [part]));

function linksOf(email) {
  const links = email.links ?? [];
  if (!links.length) return h('p', { class: 'hint' }, 'This email has no links.');
  return h(
    'ul',
    { class: 'links', 'data-testid': 'mail-links' },
    links.map((link) =>
      h(
        'li',
        {},
        // Only URLs that a browser can safely open become links; others stay text.
        /^https?:\/\//i.test(link)
          ? externalLink(link, link)
          : link,
      ),
    ),
  );
}

function attachmentsOf(email) {
  const attachments = email.attachments ?? [];
  if (!attachments.length) return h('p', { class: 'hint' }, 'This email has no attachments.');
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
            href: `/api/mails/${encodeURIComponent(email.id)}/attachments/${index}`,
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
    tab.addEventListener('click', () => selectTab(tab));
    tab.addEventListener('keydown', (event) => {
      const move = moves[event.key];
      if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = tabs[move(index)];
      selectTab(next);
      next.focus();
    });
  });
}

function selectTab(chosen) {
  for (const tab of tabs) {
    const active = tab === chosen;
    tab.setAttribute('aria-selected', String(active));
    tab.tabIndex = active ? 0 : -1;
    byId(tab.getAttribute('aria-controls')).hidden = !active;
  }
}
