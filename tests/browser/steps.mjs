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
  await page.locator('#typed button').click();
  await page.waitForLoadState();
}

export async function verifyFile(page, origin, bytes, name = 'arayis.pdf') {
  await page.goto(`${origin}/v`);
  await page.locator('#file').setInputFiles({ name, mimeType: 'application/pdf', buffer: bytes });
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

export async function verdict(page) {
  const classes = await page.locator('.verdict').getAttribute('class');
  return classes.replace('verdict', '').trim();
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
