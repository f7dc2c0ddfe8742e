// The facts that a QR carries signed, as lines and tables in the words of the certificate's kind.
import { byId, day, element, minute, words } from './words.js';
import { CLAIM } from './token.js';

// How a check of the token ended, as one of the three results of a check.
const RESULT = { genuine: 'checks-passed', unable: 'checks-not-done', future: 'checks-not-done' };

// The token's check beside an answer of the service: folded when all is well, open when something is wrong.
export function signedPanel({ word, claims }, kinds) {
  const panel = element('details', { className: 'signed', open: word !== 'genuine' });
  const outcome = element('span', { className: 'count', textContent: words(RESULT[word] || 'checks-failed') });
  panel.append(element('summary', {}, words('signed-title'), ' ', outcome));
  panel.append(element('p', { className: word === 'genuine' ? 'ours' : 'not-ours', textContent: words(`signed-${word}`) }));
  if (claims) panel.append(signedTable(claims, kinds));
  return panel;
}

// The words of the kinds, which only the empty page carries.
export const kindsOfPage = () => byId('kinds');

export function signedTable(claims, kinds) {
  const body = element('tbody', {});
  for (const [label, value] of linesOf(claims, kinds)) {
    body.append(element('tr', {}, element('th', { scope: 'row', textContent: label }), element('td', { textContent: value })));
  }
  return element('table', { className: 'facts' }, body);
}

const text = (value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value));
const named = (parent, name, value) => Array.from(parent.querySelectorAll(`[data-${name}]`)).find((one) => one.dataset[name] === value);

function linesOf(claims, kinds) {
  const kind = kinds && named(kinds.content, 'kind', claims.get(CLAIM.kind));
  const lines = [[words('verdict-certificate'), kind ? kind.dataset.title : claims.get(CLAIM.kind)]];
  lines.push([words('verdict-number'), text(claims.get(CLAIM.number))]);
  const facts = claims.get(CLAIM.facts);
  const fields = kind ? Array.from(kind.children) : [];
  // The paper's order; what this page does not know comes after it by its code.
  for (const field of fields.filter((one) => facts.has(one.dataset.field))) {
    lines.push([field.dataset.label, printed(facts.get(field.dataset.field), field)]);
  }
  for (const [code, value] of facts) {
    if (!fields.some((one) => one.dataset.field === code)) lines.push([code, printed(value)]);
  }
  lines.push([words('verdict-issued'), day(claims.get(CLAIM.begins))]);
  const last = claims.has(CLAIM.expires) ? day(claims.get(CLAIM.expires) - 1) : words('verdict-no-term');
  lines.push([words('verdict-valid-until'), last]);
  lines.push([words('signed-issuer'), claims.get(CLAIM.issuer).toLowerCase()]);
  return lines;
}

function printed(value, field) {
  const sort = field ? field.dataset.sort : '';
  if (sort === 'money') return money(value);
  if (sort === 'choice') {
    const choice = named(field, 'choice', String(value));
    return choice ? choice.textContent : String(value);
  }
  const date = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(String(value));
  if (date) return [date[3], date[2], date[1]].filter(Boolean).join('.');
  const moment = /^\d{4}-\d\d-\d\dT/.test(String(value)) ? Date.parse(value) : NaN;
  return Number.isNaN(moment) ? String(value) : minute(moment / 1000);
}

function money(qepik) {
  const [manat, rest] = [Math.floor(Math.abs(qepik) / 100), String(Math.abs(qepik) % 100).padStart(2, '0')];
  const grouped = String(manat).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
  return `${qepik < 0 ? '−' : ''}${grouped},${rest}\u00a0₼`;
}
