// Templates: every mail in every language, filled with sample data.

import { getJson } from './api.js';
import { byId, h } from './dom.js';

const gallery = byId('gallery');
let showing = 0;

export async function startGallery() {
  const { names, locales } = await getJson('/api/templates');
  choices('gallery-names', 'template', names.map((name) => [name, readable(name)]));
  choices('gallery-locales', 'language', locales.map(({ tag, name }) => [tag, name]));
  gallery.addEventListener('change', show);
  await show();
}

function choices(id, name, options) {
  byId(id).replaceChildren(
    ...options.map(([value, label], index) =>
      h(
        'label',
        {},
        h('input', {
          type: 'radio',
          name,
          value,
          checked: index === 0,
          'data-testid': `gallery-${value}`,
        }),
        h('span', {}, label),
      ),
    ),
  );
}

const readable = (name) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');

const chosen = (name) => gallery.querySelector(`input[name=${name}]:checked`).value;

async function show() {
  const mine = ++showing;
  const path = `/api/templates/${chosen('template')}/${chosen('language')}`;
  const { subject, text } = await getJson(path);
  if (mine !== showing) return; // Another one was chosen meanwhile.
  byId('gallery-subject').textContent = subject;
  byId('gallery-text').textContent = text;
  byId('gallery-html').replaceChildren(
    h('iframe', {
      sandbox: 'allow-popups allow-popups-to-escape-sandbox',
      src: `${path}/html`,
      title: `Preview of “${subject}”`,
      referrerpolicy: 'no-referrer',
      'data-testid': 'gallery-preview',
    }),
  );
  gallery.dataset.state = 'shown';
}
