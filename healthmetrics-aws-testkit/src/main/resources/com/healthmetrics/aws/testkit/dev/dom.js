// Building the document from data. Text always arrives as text: nothing here parses html.

export const byId = (id) => document.getElementById(id);

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

export function bytes(count) {
  if (count < 1024) return `${count} bytes`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(0)} KiB`;
  return `${(count / 1024 / 1024).toFixed(1).replace(/\.0$/, '')} MiB`;
}
