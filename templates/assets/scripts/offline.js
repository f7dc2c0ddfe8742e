// A QR's token checked without the service: what its signature, its term and the kept status list say, and how old that
// knowledge is. It never says `valid` in green, and never more of a status than the list it names.
import { byId, day, element, minute, say, words } from './words.js';
import { list } from './kept.js';
import { statusAt } from './status.js';
import { CLAIM, SKEW } from './token.js';
import { kindsOfPage, signedTable } from './signed.js';

// How a conclusion looks; its words stand in the page under `offline-…` and `offline-…-advice`.
const TONES = {
  'in-force': 'compare', unknown: 'unsure', old: 'unsure',
  revoked: 'refused', superseded: 'paused', suspended: 'paused', expired: 'paused',
  forged: 'refused', 'unknown-key': 'refused', 'revoked-key': 'refused', foreign: 'refused',
  garbled: 'unsure', future: 'unsure', unable: 'unsure', 'no-token': 'unsure',
};

// Conclusions for which nothing was checked at all.
const NOT_CHECKED = ['no-token', 'unable', 'garbled', 'future'];

// The status of a genuine token by the list it names; null when no list is known.
export async function statusOf(claims, keys) {
  const place = claims.get(CLAIM.status).get('status_list');
  const [index, uri] = place instanceof Map ? [place.get('idx'), place.get('uri')] : [];
  if (!Number.isSafeInteger(index) || typeof uri !== 'string') return null;
  const found = await list(uri, keys);
  return found ? statusAt(found.text, index, uri, keys) : null;
}

// What may be concluded of a checked token at `now` (seconds), with keys fetched at `keysAt`: a name of TONES. What is
// final or worse goes first.
export function conclude({ word, claims, key }, status, now, keysAt) {
  if (word !== 'genuine') return word;
  // The status list, which is read last, may have told it.
  if (key && key.revoked_at !== undefined) return 'revoked-key';
  if (status && (status.name === 'revoked' || status.name === 'superseded')) return status.name;
  // What is known comes from the future: this device's clock is behind, and cannot tell what is over.
  if (Math.max(keysAt || 0, status ? status.at : 0) > now + SKEW) return 'future';
  if (claims.has(CLAIM.expires) && claims.get(CLAIM.expires) <= now) return 'expired';
  if (!status) return 'unknown';
  if (status.name === 'suspended') return 'suspended';
  return status.until > now ? 'in-force' : 'old';
}

// Shows a conclusion as a page of its own above the forms, with a button that asks the service again.
export function showOffline(checked, status, keysAt, now, again) {
  const conclusion = conclude(checked, status, now, keysAt);
  // What a revoked key signed is not shown as signed.
  if (conclusion === 'revoked-key') checked = { word: conclusion };
  const values = {
    date: status ? minute(status.at) : '',
    day: checked.claims && checked.claims.has(CLAIM.expires) ? day(checked.claims.get(CLAIM.expires)) : '',
  };
  const result = element('div', { id: 'offline-result' }, verdict(conclusion, values), notes(conclusion, checked, status, keysAt));
  if (checked.claims && !NOT_CHECKED.includes(conclusion)) result.append(facts(checked.claims, conclusion));
  const retry = element('button', { type: 'button', textContent: words('verdict-retry') });
  retry.addEventListener('click', again);
  result.append(element('p', { className: 'actions' }, retry));
  // Nothing of an earlier answer may stand beside this one.
  const forms = ['offline-note', 'camera', 'ways'].map(byId).filter(Boolean);
  const main = byId('main');
  while (main.firstChild) main.firstChild.remove();
  main.append(result, ...(forms.length > 0 ? forms : [another()]));
  document.title = words(`offline-${conclusion}`, values);
  say(words('script-done'), true);
  result.querySelector('h1').focus({ preventScroll: true });
  scrollTo(0, 0);
}

const another = () => element('p', { className: 'actions' },
  element('a', { className: 'button', href: '/v', textContent: words('verdict-again') }));

function verdict(conclusion, values) {
  const tone = TONES[conclusion];
  const icon = byId('icons').content.querySelector(`[data-tone="${tone}"] svg`).cloneNode(true);
  const mark = element('p', { className: 'kicker', textContent: words('offline-mark') });
  return element('section', { className: `verdict ${tone} offline` }, icon,
    element('h1', { tabIndex: -1, textContent: words(`offline-${conclusion}`, values) }),
    element('p', { textContent: words(`offline-${conclusion}-advice`) }),
    ...(NOT_CHECKED.includes(conclusion) ? [] : [mark]));
}

// How this was checked and how old the knowledge is.
function notes(conclusion, { claims }, status, keysAt) {
  const lines = NOT_CHECKED.includes(conclusion) ? [] : [words('offline-how')];
  if (keysAt && lines.length > 0) lines.push(words('offline-keys', { date: minute(keysAt) }));
  if (claims && lines.length > 0) {
    lines.push(status ? words('offline-list', { date: minute(status.at) }) : words('offline-no-list'));
  }
  if (claims && claims.get(CLAIM.demonstration) === true) lines.push(words('verdict-demonstration'));
  return element('ul', { className: 'notes' }, ...lines.map((line) => element('li', { textContent: line })));
}

function facts(claims, conclusion) {
  const compare = conclusion === 'in-force' || conclusion === 'unknown' || conclusion === 'old';
  const section = element('section', { className: compare ? 'sheet compare' : 'sheet' },
    element('h2', { textContent: words('offline-facts') }));
  if (compare) section.append(element('p', { className: 'lead', textContent: words('offline-compare') }));
  section.append(signedTable(claims, kindsOfPage()));
  return section;
}
