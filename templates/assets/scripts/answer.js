// Asks the service by POST, so that nothing stands in an address, and puts its answer in the place of the page's own.
import { byId, element, say, words } from './words.js';

// The service did not answer with a page: it is away, or something stands between.
export class NoAnswer extends Error {}

// How long an answer is waited for, in milliseconds.
const PATIENCE = 30000;

// How many checks were begun.
let begun = 0;

// Begins a check, and gives what tells whether it is still the newest: what an older one found out is not shown.
export function begin() {
  begun += 1;
  const own = begun;
  return () => own === begun;
}

export async function ask(address, body) {
  const stop = typeof AbortController === 'function' ? new AbortController() : null;
  const timer = setTimeout(() => stop && stop.abort(), PATIENCE);
  try {
    const settings = { method: 'POST', body, cache: 'no-store', referrerPolicy: 'no-referrer' };
    const answer = await fetch(address, stop ? { ...settings, signal: stop.signal } : settings);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    // A gateway's own page of an error is no answer of ours; a page of ours that says what failed is.
    if (!page.getElementById('main') || !page.getElementById('live')) throw new NoAnswer();
    return page;
  } catch (_) {
    throw new NoAnswer();
  } finally {
    clearTimeout(timer);
  }
}

// Shows an answer, with the name of the file that it is about, and leads the reader to it, by eye and by ear.
export function show(page, bind, name) {
  document.title = page.title;
  byId('main').replaceWith(document.adoptNode(page.getElementById('main')));
  bind();
  nameFile(name);
  lead();
}

// Says above the verdict which file was checked.
export function nameFile(name) {
  const verdict = document.querySelector('#main .verdict');
  if (name && verdict) verdict.before(element('p', { className: 'file-name', textContent: name }));
}

export function lead() {
  // Where nothing was found out, the title says what is wrong.
  say(document.querySelector('#main .verdict') ? words('script-done') : document.title, true);
  const heading = document.querySelector('#main .verdict h1') || document.querySelector('#main [aria-invalid]') || byId('main');
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}
