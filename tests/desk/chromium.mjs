// An auditor at her desk in Chromium: she signs in at a real provider, sees the desk in three languages, and signs out.
import assert from 'node:assert/strict';

import { Browser } from '../browser/browser.mjs';

const [origin, folder, provider, invitation] = process.argv.slice(2);
const browser = await Browser.start(origin, folder);

// At the provider's own pages: who she is, and that we may know it.
async function atProvider(page, who) {
  await page.locator('input[name=login]').fill(who);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]', { hasText: 'Continue' }).click();
}

async function signIn(page, who, code) {
  await page.goto(`${origin}/desk`);
  assert.equal(new URL(page.url()).pathname, '/desk');
  if (code) {
    await page.locator('summary').click();
    await page.locator('#invitation').fill(code);
    await page.locator('details button').click();
  } else {
    await page.locator('form button.button').first().click();
  }
  await page.waitForURL((address) => address.origin === provider);
  await atProvider(page, who);
  await page.waitForURL(`${origin}/desk`, { timeout: 10_000 }).catch(async (error) => {
    throw new Error(`at ${page.url()}: ${await page.locator('main').innerText()}`, { cause: error });
  });
}

const page = await browser.visitor();
const answer = await page.goto(`${origin}/desk`);
assert.equal(answer.status(), 401);
await browser.judge(page, 'desk-sign-in');
await signIn(page, 'ayten', invitation);
assert.match(await page.locator('.who').textContent(), /Aytən Sınaqlı/);
for (const language of ['az', 'en', 'ru']) {
  await page.goto(`${origin}/desk?lang=${language}`);
  assert.equal(await page.getAttribute('html', 'lang'), language);
  await browser.judge(page, 'desk');
  for (const [path, name] of [['/desk/sign-in', 'desk-sign-in'], ['/sign-in/return?state=x&code=y', 'desk-lost']]) {
    await page.goto(`${origin}${path}`);
    await browser.judge(page, name);
  }
}
await page.goto(`${origin}/desk?lang=en`);

// The provider knows her still: the next sign-in needs no word there.
const cookie = async () => (await page.context().cookies(origin)).find(({ name }) => name === 'member');
const before = await cookie();
assert.ok(before.httpOnly && before.sameSite === 'Strict');

// Signing out here signs out there.
await page.locator('nav.desk form button').click();
await page.waitForURL((address) => address.origin === provider);
await page.locator('button', { hasText: 'Yes' }).click();
await page.waitForURL(`${origin}/desk/sign-in`);
assert.equal(await cookie(), undefined);
assert.equal((await page.goto(`${origin}/desk`)).status(), 401);

// Another person in the same browser: the provider asks anew, and nothing of the first one is left.
await signIn(page, 'rauf');
assert.match(await page.locator('.who').textContent(), /Rauf Nümunəli/);
assert.doesNotMatch(await page.content(), /Aytən/);
const after = await cookie();
assert.notEqual(after.value, before.value);

// Somebody whom the provider knows and we do not.
const stranger = await browser.visitor();
await stranger.goto(`${origin}/desk/sign-in?lang=en`);
await stranger.locator('form button.button').first().click();
await stranger.waitForURL((address) => address.origin === provider);
await atProvider(stranger, 'nobody');
await stranger.waitForURL((address) => address.origin === origin);
assert.match(await stranger.content(), /Nobody was signed in/);

// Without script the same way leads through.
const plain = await browser.visitor({ javaScriptEnabled: false });
await signIn(plain, 'ayten');
assert.match(await plain.locator('.who').textContent(), /Aytən Sınaqlı/);

// Requests to the provider are the way there, and its own pages ask for a font; whatever else went wrong is a fault.
const itsOwn = [provider, 'https://fonts.googleapis.com'].map((place) => `a request to ${place}`);
browser.faults = browser.faults.filter((fault) => !itsOwn.includes(fault));
browser.nowhereAsked('7DEM001', '7DEM002', invitation);
process.exit((await browser.close()) === 0 ? 0 : 1);
