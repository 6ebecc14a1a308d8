// What is wrong with a field of a form: next to it, and read out with it.

import { byId } from './dom.js';

export function showFieldError(field, message) {
  byId(`${field.id}-error`).textContent = message;
  field.setAttribute('aria-invalid', 'true');
  field.focus();
}

export function clearFieldError(field) {
  byId(`${field.id}-error`).textContent = '';
  field.removeAttribute('aria-invalid');
}
