// What a person does on the pages, step by step; each step works with script and without.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function signIn(page, origin, whose) {
  await page.goto(`${origin}/`);
  const citizens = page.locator('.people button');
  await (whose ? citizens.filter({ hasText: whose }) : citizens).first().click();
  await page.locator('.offers').waitFor();
}

// Takes the certificate at a place of the list, and gives what its page says.
export async function take(page, origin, place = 0) {
  await page.goto(`${origin}/take/${place}`);
  await page.locator('form.take button').click();
  await page.waitForURL(/\/certificates\//);
  return {
    address: page.url(),
    number: await page.locator('#number').textContent(),
    code: await page.locator('#code').textContent(),
  };
}

export async function download(page, address) {
  await page.goto(address);
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
  assert.match(file.suggestedFilename(), /^arayis-\d{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\.pdf$/);
  return readFileSync(await file.path());
}

export async function verifyTyped(page, origin, text) {
  await page.goto(`${origin}/v`);
  await page.locator('#what').fill(text);
  await page.locator('#typed button[type=submit]').click();
  await page.locator('.verdict, #what-hint').first().waitFor();
}

export async function verifyFile(page, origin, bytes, name = 'arayis.pdf', mimeType = 'application/pdf') {
  await page.goto(`${origin}/v`);
  await page.locator('#file').setInputFiles({ name, mimeType, buffer: bytes });
  await page.locator('#by-file button').click();
  await page.locator('.verdict').waitFor();
}

// Drops a file on the page, as from a folder.
export async function dropFile(page, origin, bytes) {
  await page.goto(`${origin}/v`);
  const dropped = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(content)], 'arayis.pdf', { type: 'application/pdf' }));
    return transfer;
  }, Array.from(bytes));
  await page.dispatchEvent('#by-file', 'drop', { dataTransfer: dropped });
  await page.locator('.verdict').waitFor();
}

// A file with one bit changed.
export function damaged(bytes) {
  const copy = Buffer.from(bytes);
  copy[copy.length - 200] ^= 1;
  return copy;
}

export async function verdict(page) {
  const classes = await page.locator('.verdict').getAttribute('class');
  return classes.replace('verdict', '').trim();
}

// Runs a command of the program on the demonstration's own data; answers what it printed.
export function run(...words) {
  const { EARAYIS_PROGRAM, EARAYIS_DIR } = process.env;
  return execFileSync(EARAYIS_PROGRAM, [...words, '--dir', EARAYIS_DIR], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

// Issues a certificate by the command line: its number and code, its file, and the text of its QR.
export function issue(kind = 'is-yeri') {
  const folder = mkdtempSync(join(tmpdir(), 'earayis-issued-'));
  try {
    const file = join(folder, 'a.pdf');
    const { number, code } = JSON.parse(run('issue', '--json', '--kind', kind, '--holder', '7DEM001', '--out', file));
    const bytes = readFileSync(file);
    return { number, code, bytes, text: scan(bytes) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The first page as a picture, as from a scanner.
export function picture(bytes, dpi = 150) {
  const page = ['-r', String(dpi), '-f', '1', '-l', '1', '-png', '-singlefile', '-'];
  return execFileSync('pdftoppm', page, { input: bytes, maxBuffer: 64 << 20 });
}

// Waits until an asynchronous question to the page is answered with yes.
export async function until(page, question, argument) {
  for (const begun = Date.now(); !(await page.evaluate(question, argument));) {
    assert.ok(Date.now() - begun < 30000, `never came true: ${question}`);
    await new Promise((again) => { setTimeout(again, 50); });
  }
}

// The page, ready to be used without a connection: its worker runs, keys and lists are kept.
export async function ready(page, origin, language) {
  await page.goto(`${origin}/v?lang=${language}`);
  await until(page, async () => {
    const workers = await navigator.serviceWorker.getRegistrations();
    return workers.length === 2 && workers.every((worker) => worker.active && worker.active.state === 'activated')
      && Boolean(await caches.match('/.well-known/jwks.json')) && Boolean(await caches.match('/api/v1/status-lists/1'));
  });
}

// What a telephone's camera reads from the first page of a PDF.
export function scan(bytes) {
  const folder = mkdtempSync(join(tmpdir(), 'earayis-qr-'));
  try {
    writeFileSync(join(folder, 'a.pdf'), bytes);
    execFileSync('pdftoppm', ['-r', '200', '-f', '1', '-l', '1', '-png', '-singlefile', 'a.pdf', 'a'], { cwd: folder });
    const read = execFileSync('zbarimg', ['--quiet', '--raw', 'a.png'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return read.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
