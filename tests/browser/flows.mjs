// Drives a running demonstration as people use it: `node flows.mjs URL OUTDIR`. Exits non-zero when anything fails.
//
// Every page is judged by axe in three languages at two widths, watched for requests to elsewhere and for content that
// its policy blocks, and photographed into OUTDIR. EARAYIS_PROGRAM and EARAYIS_DIR name the program and its data.
import assert from 'node:assert/strict';

import { Browser } from './browser.mjs';
import { camera } from './camera.mjs';
import { figures } from './figures.mjs';
import { limited } from './limited.mjs';
import { offline } from './offline.mjs';
import { pages } from './pages.mjs';
import { receipts } from './receipts.mjs';
import { damaged, download, dropFile, scan, signIn, take, verdict, verifyFile, verifyTyped } from './steps.mjs';

const [address, folder] = process.argv.slice(2);
if (!address || !folder) {
  console.error('usage: node flows.mjs URL OUTDIR');
  process.exit(2);
}
const origin = new URL(address).origin;
const browser = await Browser.start(origin, folder);

async function flow(name, steps) {
  const begun = Date.now();
  try {
    await steps();
    console.log(`ok    ${name} (${Date.now() - begun} ms)`);
  } catch (error) {
    browser.faults.push(`${name}: ${error.stack}`);
    console.log(`FAILED ${name}`);
  }
}

// The facts of a verdict page, as one text.
const facts = (page) => page.locator('.sheet').textContent();

function changed(text) {
  const at = text.length - 20;
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

await flow('a certificate is taken, sent and verified in every way', async () => {
  const page = await browser.visitor({ acceptDownloads: true });
  await signIn(page, origin);
  const { address: own, number, code } = await take(page, origin);
  const bytes = await download(page, own);
  assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
  const shown = await page.request.get(`${own}/pdf`);
  assert.equal(shown.headers()['content-type'], 'application/pdf');
  assert.ok(bytes.equals(await shown.body()), 'the file to see and the file to keep are one');

  await verifyTyped(page, origin, code.toLowerCase().replaceAll('-', ' '));
  assert.equal(await verdict(page), 'compare');
  assert.match(await facts(page), /7DEM001/);

  await verifyTyped(page, origin, number);
  assert.equal(await verdict(page), 'neutral');
  assert.equal(await page.locator('.sheet').count(), 0, 'a number discloses no fact');

  const before = browser.asked.length;
  await dropFile(page, origin, bytes);
  assert.equal(await verdict(page), 'genuine');
  assert.ok(!browser.asked.slice(before).some((asked) => asked.endsWith('/v/file')), 'only the digest was asked about');
  await page.locator('#show-facts').click();
  await page.locator('.sheet').waitFor();
  assert.equal(await verdict(page), 'genuine');

  await verifyFile(page, origin, damaged(bytes));
  assert.equal(await verdict(page), 'refused');
  await verifyFile(page, origin, Buffer.from('not a PDF'));
  assert.equal(await verdict(page), 'unsure');

  await page.goto(own);
  const looks = await page.locator('#looks tbody tr').count();
  assert.equal(looks, 2, 'by code and by file; the digest and the number disclosed nothing');
  browser.nowhereAsked(code, code.replaceAll('-', ''));
  await page.context().close();
});

await flow('a scanned QR leaves the address at once and is checked in the browser', async () => {
  const page = await browser.visitor({ acceptDownloads: true });
  await signIn(page, origin);
  const { address: own, code } = await take(page, origin);
  const text = scan(await download(page, own));
  const [, secret] = text.split('#');
  assert.match(text, /^HTTPS?:\/\/[^/]+\/V#[0-9A-Z]{16}\.[A-Z2-7]+$/);

  const guest = await browser.visitor();
  await guest.goto(text);
  await guest.locator('.verdict').waitFor();
  assert.equal(await guest.evaluate(() => location.hash), '');
  assert.equal(await guest.evaluate(() => history.length <= 2), true);
  assert.equal(await verdict(guest), 'compare');
  assert.equal(await guest.locator('.signed .ours').count(), 1, 'the browser finds the signature genuine');
  assert.match(await guest.locator('.signed').textContent(), /Əliyeva/);
  await browser.judge(guest, 'scanned');

  for (const [name, forged] of [
    ['a changed signature', `${text.slice(0, text.indexOf('#'))}#${changed(secret)}`],
    ['a token of nobody', `${text.slice(0, text.indexOf('#'))}#${secret.slice(0, 17)}MFRGG`],
  ]) {
    const other = await browser.visitor();
    await other.goto(forged);
    await other.locator('.verdict').waitFor();
    assert.equal(await verdict(other), 'refused', name);
    assert.equal(await other.locator('.signed .not-ours').count(), 1, name);
    assert.equal(await other.evaluate(() => location.hash), '', name);
    await other.context().close();
  }
  await page.goto(own);
  assert.match(await page.locator('#looks tbody').textContent(), /QR/);
  browser.nowhereAsked(code.replaceAll('-', ''), secret.slice(17, 60));
  await guest.context().close();
  await page.context().close();
});

await flow('several files at once are not checked, and a verdict names its file', async () => {
  const page = await browser.visitor();
  await page.goto(`${origin}/v?lang=en`);
  const before = browser.asked.length;
  const dropped = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    for (const name of ['a.pdf', 'b.pdf']) transfer.items.add(new File(['%PDF-1.7'], name, { type: 'application/pdf' }));
    return transfer;
  });
  await page.dispatchEvent('#by-file', 'drop', { dataTransfer: dropped });
  await page.locator('#file-hint').waitFor();
  assert.equal(await page.locator('#file-hint span').textContent(), 'Give one file at a time.');
  assert.ok(!browser.asked.slice(before).some((asked) => /\/v(\/file)?$/.test(asked)), 'nothing was asked');
  await verifyFile(page, origin, Buffer.from('not a PDF'), 'mine.pdf');
  assert.equal(await page.locator('#main .file-name').textContent(), 'mine.pdf');
  await page.context().close();
});

await flow('the keyboard alone leads to the verdict, its checks and the next one', async () => {
  const page = await browser.visitor();
  await page.goto(`${origin}/v?lang=en`);
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
  const tabTo = async (wanted) => {
    for (let steps = 0; steps < 30 && !wanted.test(await focused()); steps += 1) await page.keyboard.press('Tab');
    assert.match(await focused(), wanted);
  };
  await tabTo(/^what$/);
  await page.keyboard.type('2020-0000-0000');
  await page.keyboard.press('Enter');
  await page.locator('.verdict').waitFor();
  assert.equal(await focused(), 'No such certificate found.');
  assert.equal(await page.locator('#live').textContent(), 'The check is done.');
  await tabTo(/^Checks/);
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.checks').getAttribute('open'), null, 'they were unfolded, and fold');
  await tabTo(/^what$/);
  await page.context().close();
});

await flow('the first page weighs less than 100 kB, and needs no more to be used', async () => {
  const page = await browser.visitor();
  await page.goto(`${origin}/v`);
  const weight = await page.evaluate(() => performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
    .filter((entry) => !/jwks|status-lists|lang=/.test(entry.name)).reduce((sum, entry) => sum + entry.transferSize, 0));
  assert.ok(weight > 40000 && weight < 100000, `${weight} bytes`);
  await page.context().close();
});

await flow('one form gives one certificate, however often it is sent', async () => {
  const page = await browser.visitor();
  await signIn(page, origin);
  await page.goto(`${origin}/take/1`);
  const sent = await page.evaluate(async () => {
    const body = () => new URLSearchParams(new FormData(document.querySelector('form.take')));
    const answers = await Promise.all([1, 2, 3].map(() => fetch('/take', { method: 'POST', body: body() })));
    return answers.map((answer) => answer.url);
  });
  assert.equal(new Set(sent).size, 1, sent.join(' '));
  assert.match(sent[0], /\/certificates\//);
  await page.context().close();
});

await flow('everything works without script', async () => {
  const page = await browser.visitor({ javaScriptEnabled: false, acceptDownloads: true, viewport: { width: 360, height: 740 } });
  await signIn(page, origin);
  const { address: own, number, code } = await take(page, origin);
  const bytes = await download(page, own);
  await verifyTyped(page, origin, code);
  assert.equal(await verdict(page), 'compare');
  await verifyTyped(page, origin, number);
  assert.equal(await verdict(page), 'neutral');
  await verifyFile(page, origin, bytes);
  assert.equal(await verdict(page), 'genuine');
  assert.match(await facts(page), /7DEM001/);
  await page.goto(own);
  assert.equal(await page.locator('#looks tbody tr').count(), 2);
  await page.locator('.pages form button').click();
  await page.goto(own);
  assert.equal(await page.locator('.people').count(), 1, 'signed out, one signs in first');
  await page.context().close();
});

await flow('forms of other sites are refused, and another’s certificate is nowhere', async () => {
  const page = await browser.visitor();
  await signIn(page, origin);
  const { address: own } = await take(page, origin);
  for (const path of ['/sign-out', '/take', '/v']) {
    const answer = await page.request.post(`${origin}${path}`, { headers: { 'sec-fetch-site': 'cross-site' }, form: { what: 'x' } });
    assert.equal(answer.status(), 403, path);
  }
  const other = await browser.visitor();
  await other.goto(`${origin}/`);
  await other.locator('.people button').nth(1).click();
  for (const path of [own, `${own}/pdf`]) {
    assert.equal((await other.request.get(path)).status(), 404, path);
  }
  await other.context().close();
  await page.context().close();
});

await camera(browser, flow, folder);
await offline(browser, flow);
await receipts(browser, flow, folder);
await limited(browser, flow);
await pages(browser, flow);
await figures(browser, flow);

const faults = await browser.close();
console.log(`${faults} faults; the pictures are in ${folder}`);
process.exit(faults ? 1 : 0);
