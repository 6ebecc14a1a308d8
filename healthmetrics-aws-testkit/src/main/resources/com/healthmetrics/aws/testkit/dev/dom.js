// Builds the document from data. Text is inserted as text: nothing here parses HTML.

export const byId = (id) => document.getElementById(id);

/** The value of the selected radio button of a group. */
export const selected = (name) => document.querySelector(`input[name=${name}]:checked`).value;

/** h('a', { class: 'link', href: url }, 'text', otherNode) */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

export function icon(name) {
  const svgNamespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(svgNamespace, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A definition list of [term, description] pairs; a description may be a node. */
export function facts(pairs, className = 'facts') {
  return h(
    'dl',
    { class: className },
    pairs.map(([term, description]) => h('div', {}, h('dt', {}, term), h('dd', {}, description))),
  );
}

/** A pair for facts(), with a description that tests find by its id. */
export const fact = (term, testId, value, tag = 'span') => [
  term,
  h(tag, { 'data-testid': testId }, value),
];

export function button(text, testId, onClick) {
  const element = h('button', { class: 'button', type: 'button', 'data-testid': testId }, text);
  element.addEventListener('click', onClick);
  return element;
}

/** What an outcome means, and what to do: a [meaning, fix] of explain.js. */
export const explanation = ([meaning, fix], name = 'error') =>
  h(
    'div',
    { class: 'meaning' },
    h('h4', {}, 'What this means'),
    h('p', { 'data-testid': `${name}-explanation` }, meaning),
    h('p', { 'data-testid': `${name}-fix` }, fix),
  );

/** A link to another site, which learns nothing of this page. */
export const externalLink = (href, text, testId) =>
  h('a', { href, target: '_blank', rel: 'noopener noreferrer', 'data-testid': testId }, text);

const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';

/** The HTML part of an email, which runs no script here and opens links in new tabs. */
export const emailPreview = (src, subject, testId, sandbox = SANDBOX) =>
  h('iframe', {
    sandbox,
    src,
    title: `Preview of “${subject}”`,
    referrerpolicy: 'no-referrer',
    'data-testid': testId,
  });

/** The same of a built-in template, as high as it is long: this page may read its height. */
export function templatePreview(src, subject, testId) {
  const frame = emailPreview(src, subject, testId, `${SANDBOX} allow-same-origin`);
  frame.addEventListener('load', () => {
    const email = frame.contentDocument.documentElement;
    const fit = () => {
      if (email.offsetHeight) frame.style.height = `${email.offsetHeight}px`; // 0 while it is hidden.
    };
    new ResizeObserver(fit).observe(email);
  });
  return frame;
}

/** A size as people compare it, and exactly, as a limit requires. */
export const exactBytes = (count) =>
  count < 1024 ? bytes(count) : `${bytes(count)} (${count.toLocaleString('en')} bytes)`;

export function bytes(count) {
  if (count < 1024) return `${count} bytes`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(0)} KiB`;
  return `${(count / 1024 / 1024).toFixed(1).replace(/\.0$/, '')} MiB`;
}
