// What this browser keeps for a check without a connection: keys, status lists and the reader's language, nothing
// personal; each with the moment it was fetched, so that the page can say how old its knowledge is.
import { claimsOf } from './status.js';

const CACHE = 'earayis-kept';
// When a kept answer was fetched, in seconds since 1970.
const KEPT_AT = 'x-kept-at';
// How long the network is waited for, in milliseconds.
const PATIENCE = 8000;

export const KEYS = '/.well-known/jwks.json';
const LANGUAGE = '/v/language';
const LISTS = '/api/v1/status-lists';
// The keys of which a signed status list ever said that they are revoked: nobody signs the list of keys, and whoever
// leaves a revocation out of it on the way conceals nothing from this browser.
const REVOKED = '/v/revoked-keys';
const told = new Map();
// How many of the newest lists are kept; each is at most a few hundred kilobytes.
const MOST_LISTS = 4;
const LIST = /^\/api\/v1\/status-lists\/\d{1,9}$/;

const cache = () => ('caches' in window ? caches.open(CACHE).catch(() => null) : Promise.resolve(null));

// The newest text at an address of ours: from the service, if `isSound` finds it so, else the kept one, which nothing
// unsound ever replaces; null when there is neither.
async function newest(address, isSound) {
  try {
    const answer = await withTime(fetch(address, { cache: 'no-cache', credentials: 'omit', referrerPolicy: 'no-referrer' }));
    if (!answer.ok) throw new Error(address);
    const text = await answer.text();
    if (!(await isSound(text))) throw new Error(address);
    const at = Math.floor(Date.now() / 1000);
    await keep(address, text, at);
    return { text, at, fresh: true };
  } catch (_) {
    return kept(address);
  }
}

// What is kept of an address, without asking anybody.
export async function kept(address) {
  const store = await cache();
  const answer = store && (await store.match(address));
  if (!answer) return null;
  return { text: await answer.text(), at: Number(answer.headers.get(KEPT_AT)), fresh: false };
}

// The published keys (a JWK set) and when they were fetched.
export async function keys() {
  const found = await newest(KEYS, setOf);
  const set = found && setOf(found.text);
  if (set) {
    // What the list of keys says itself is not forgotten either, when a later copy of it does not say so.
    await remember(set.keys.filter((key) => key && key.purpose !== 'root'));
    revoke(set, told);
  }
  return set ? { set, at: found.at } : { set: null, at: null };
}

// The keys that are known here as revoked, each with since when, in seconds.
async function revokedKeys() {
  const before = await kept(REVOKED);
  try {
    for (const [kid, at] of JSON.parse(before.text)) told.set(kid, at);
  } catch (_) {
    // Nothing was told yet, or nothing can be kept here.
  }
  return told;
}

function revoke(set, revoked) {
  for (const key of set.keys) if (key.revoked_at === undefined && revoked.has(key.kid)) key.revoked_at = revoked.get(key.kid);
}

// Takes over which keys a list, which a key of `set` signed, says are revoked, for this check and for later ones.
async function takeOver(claims, set) {
  await remember(Array.isArray(claims.revoked_keys) ? claims.revoked_keys : []);
  // Also where nothing is new here: another check may have been told after this one took its keys.
  revoke(set, told);
}

// Keeps of which keys it is said that they are revoked; those that are not are passed over.
async function remember(keys) {
  const revoked = await revokedKeys();
  const fresh = keys
    .filter((key) => key && typeof key.kid === 'string' && Number.isSafeInteger(key.revoked_at) && !revoked.has(key.kid));
  if (fresh.length === 0) return;
  for (const { kid, revoked_at: at } of fresh) revoked.set(kid, at);
  await keep(REVOKED, JSON.stringify([...revoked]), Math.floor(Date.now() / 1000));
}

function setOf(text) {
  try {
    const set = JSON.parse(text);
    return Array.isArray(set.keys) ? set : null;
  } catch (_) {
    return null;
  }
}

// A status list by its `uri`, of which only the path is used: nothing is ever fetched from where a QR says.
export function list(uri, set) {
  const path = pathOf(uri);
  return LIST.test(path) ? newest(path, (text) => isList(text, path, set)) : null;
}

// Whether a text is the list of this path, signed under the keys of `set`, and not older than the kept one.
async function isList(text, path, set) {
  if (!set) return false;
  const claims = await claimsOf(text, set);
  if (!claims || pathOf(claims.sub) !== path) return false;
  await takeOver(claims, set);
  const before = await kept(path);
  const old = before && (await claimsOf(before.text, set).catch(() => null));
  return !old || claims.iat >= old.iat;
}

const pathOf = (uri) => String(uri).replace(/^https?:\/\/[^/]+/i, '');

// Brings what is kept up to date while there is a connection, and remembers the language of this page: the keys, the
// newest lists, and those that were needed before; so no fetch tells which certificate is checked.
export async function refresh() {
  const store = await cache();
  if (!store) return;
  await store.put(LANGUAGE, new Response(document.documentElement.lang));
  const { set } = await keys();
  if (navigator.connection && navigator.connection.saveData) return;
  const before = (await store.keys()).map((request) => new URL(request.url).pathname).filter((path) => LIST.test(path));
  for (const path of new Set([...(await newestLists()), ...before.slice(-MOST_LISTS)])) await list(path, set);
}

// The paths of the lists that were begun last.
async function newestLists() {
  const answer = await withTime(fetch(LISTS, { cache: 'no-cache', credentials: 'omit', referrerPolicy: 'no-referrer' }));
  const paths = (await answer.json()).status_lists.map((uri) => pathOf(uri)).filter((path) => LIST.test(path));
  return paths.slice(-MOST_LISTS);
}

async function keep(address, text, at) {
  const store = await cache();
  if (!store) return;
  const headers = { 'content-type': 'text/plain; charset=utf-8', [KEPT_AT]: String(at) };
  // A full disk is no reason to refuse a check.
  await store.put(address, new Response(text, { headers })).catch(() => {});
}

function withTime(answer) {
  return Promise.race([answer, new Promise((_, late) => { setTimeout(() => late(new Error('late')), PATIENCE); })]);
}
