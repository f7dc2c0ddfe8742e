// The service worker of the verification page: keeps the empty page and its files, and shows them when the network does
// not answer. It never touches a POST, keeps no answer about a certificate, and asks the network first, so that a new
// version is seen at once. Its text changes with the page's (VERSION), and a new one replaces the old with all it kept.
//
// To retire it, let the service answer this address with a script that unregisters itself and deletes the caches:
// browsers look for a new one at each visit, and this one can hold no page back that the network has.
'use strict';

const VERSION = '{version}';
const CACHE = `earayis-page-${VERSION}`;
// Addresses of the empty page in each language, without any visitor's cookies, and of the files it needs.
const SHELL = ['{shell}'];
const PAGE = /^\/v$/i;
// How long a page is waited for before the kept one is shown, in milliseconds.
const PATIENCE = 6000;

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && PAGE.test(address.pathname)) event.respondWith(page(request, address));
  else if (address.pathname.startsWith('/assets/')) event.respondWith(file(event, request));
});

async function install() {
  const cache = await caches.open(CACHE);
  // The two scopes of the page share what they keep.
  if ((await cache.keys()).length < SHELL.length) {
    await cache.addAll(SHELL.map((path) => new Request(path, { credentials: 'omit', cache: 'no-cache' })));
  }
  await self.skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith('earayis-page-') && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

// The page as the service gives it now; else the kept one, in the language that was last read.
async function page(request, address) {
  const late = new Promise((_, reject) => { setTimeout(() => reject(new Error('late')), PATIENCE); });
  try {
    const answer = await Promise.race([fetch(request), late]);
    if (answer.status < 500) return answer;
  } catch (_) {
    // Shown from what is kept.
  }
  const cache = await caches.open(CACHE);
  const kept = await cache.match(`/v?lang=${address.searchParams.get('lang') || (await language())}`);
  return kept || (await cache.match(SHELL[0])) || Response.error();
}

async function language() {
  const answer = await caches.match('/v/language');
  return answer ? answer.text() : 'az';
}

// A file's name changes with its bytes, so what is kept of it is it. What is fetched later, such as the decoder, stays.
async function file(event, request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) event.waitUntil(cache.put(request, answer.clone()));
  return answer;
}
