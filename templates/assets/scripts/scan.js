// A QR's text, from the address, the camera, a picture or the field: its signature is checked in this browser while the
// service is asked; without the service the answer says that it was found out offline.
import { ask, begin, nameFile, NoAnswer, show } from './answer.js';
import { keys } from './kept.js';
import { showOffline, statusOf } from './offline.js';
import { kindsOfPage, signedPanel } from './signed.js';
import { checkToken, partsOf } from './token.js';
import { busy, byId, say, told, words } from './words.js';

// `name` is that of the file it was read from, and `newest` tells whether no newer check has begun.
export async function checkScanned(text, bind, name = '', newest = begin()) {
  busy(true);
  say(words('script-checking-code'));
  try {
    const { code, token } = partsOf(text);
    const asked = ask('/v', new URLSearchParams({ what: presented(text, code, token) })).catch(() => null);
    const known = await keys();
    const now = Math.floor(Date.now() / 1000);
    const checked = await check(text, token, known.set, now);
    const page = await asked;
    // With an answer at hand the list is only fetched to be kept.
    const status = checked.claims ? statusOf(checked.claims, known.set).catch(() => null) : null;
    const found = page ? null : await status;
    if (!newest()) return;
    if (page) show(page, bind, name);
    else showOffline(checked, found, known.at, now, () => checkScanned(text, bind, name));
    if (!page) nameFile(name);
    else if (token) place(signedPanel(checked, kindsOfPage()));
  } catch (_) {
    if (newest()) say(words('script-failed'));
  } finally {
    if (newest()) busy(false);
  }
}

// An address goes to the service whole, since it tells a foreign one; what has none stood behind our own.
function presented(text, code, token) {
  if (text.includes('#')) return text;
  return token ? `${location.origin}/V#${text}` : code;
}

// What was typed or pasted: the service says what it is; without it only a QR's text can be checked.
export async function checkTyped(text, bind) {
  if (text.includes('#')) return checkScanned(text.trim(), bind);
  const newest = begin();
  busy(true);
  say(words('script-checking-code'));
  try {
    const page = await ask('/v', new URLSearchParams({ what: text }));
    if (newest()) show(page, bind);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (newest()) showOffline({ word: 'no-token' }, null, null, 0, () => checkTyped(text, bind));
  } finally {
    if (newest()) busy(false);
  }
}

async function check(text, token, set, now) {
  const host = /^(?:https?:\/\/)?([^/#]+)/i.exec(text.includes('#') ? text : '');
  if (host && !told('hosts').split(' ').includes(host[1].toLowerCase())) return { word: 'foreign' };
  if (!token) return { word: 'no-token' };
  return checkToken(token, set, now);
}

function place(panel) {
  const checks = document.querySelector('#main .checks');
  if (checks) checks.before(panel);
  else byId('main').append(panel);
}
