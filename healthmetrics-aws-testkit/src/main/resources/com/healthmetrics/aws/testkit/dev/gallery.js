// Templates: every email in every language, with sample data.

import { getJson } from './api.js';
import { button, byId, h, selected, templatePreview } from './dom.js';

const gallery = byId('gallery');
let latest = 0;

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

async function show() {
  const mine = ++latest;
  const path = `/api/templates/${selected('template')}/${selected('language')}`;
  const [email, failure] = await getJson(path).then(
    (value) => [value],
    (reason) => [undefined, reason],
  );
  if (mine !== latest) return; // Another one was selected meanwhile.
  if (failure) showFailure(failure);
  else showEmail(path, email);
}

function showEmail(path, { subject, text }) {
  byId('gallery-subject').textContent = subject;
  byId('gallery-text').textContent = text;
  byId('gallery-html').replaceChildren(
    templatePreview(`${path}/html`, subject, 'gallery-preview'),
  );
  gallery.dataset.state = 'shown';
}

/** The template that was shown before is not the selected one. */
function showFailure({ message }) {
  byId('gallery-subject').textContent = 'This template is not loaded.';
  byId('gallery-text').textContent = message;
  byId('gallery-html').replaceChildren(
    h('div', { class: 'frame-note' }, button('Look again', 'gallery-look-again', show)),
  );
  gallery.dataset.state = 'failed';
}
