// The stops of an upload, from the server that signs it to the CDN that serves it.

import { byId } from './dom.js';

const initialNotes = new Map(
  [...byId('route').children].map((element) => [
    element.dataset.stop,
    element.querySelector('.stop-note').textContent,
  ]),
);

const spoken = {
  idle: '',
  active: 'in progress',
  done: 'done',
  failed: 'stopped here',
  unknown: 'not known yet',
};

/** Changes the state of a stop: idle, active, done, failed or unknown. */
export function stop(name, state, note) {
  const element = document.querySelector(`[data-stop=${name}]`);
  element.dataset.state = state;
  if (note) element.querySelector('.stop-note').textContent = note;
  element.querySelector('.stop-state').textContent = spoken[state];
}

/** Back to how a stop was before any upload. */
export const resetStop = (name) => stop(name, 'idle', initialNotes.get(name));

export const resetStops = () => [...initialNotes.keys()].forEach(resetStop);
