// Receipts: checked from their text, their file or their link, refused when altered, and printed on one sheet.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { issue, verifyFile, verifyTyped } from './steps.mjs';

const changed = (text) => text.slice(0, 200) + (text[200] === 'A' ? 'B' : 'A') + text.slice(201);

export async function receiptOf(page) {
  await page.locator('details.receipt summary').click();
  return page.locator('#receipt-text').inputValue();
}

export async function checkReceipt(page, origin, text, language = 'en') {
  await page.goto(`${origin}/v/receipt?lang=${language}`);
  await page.locator('#receipt').fill(text);
  await page.locator('#by-receipt button[type=submit]').click();
  await page.locator('.verdict').waitFor();
}

export async function receipts(browser, flow, folder) {
  const { origin } = browser;

  await flow('a receipt is kept, checked by text, file and link, and never stands in an address', async () => {
    const page = await browser.visitor({ acceptDownloads: true });
    const { number, bytes } = issue();
    await verifyFile(page, origin, bytes);
    const text = await receiptOf(page);
    const [kept] = await Promise.all([page.waitForEvent('download'), page.locator('#download-receipt').click()]);
    assert.match(kept.suggestedFilename(), /^yoxlama-protokolu-[0-9a-f-]{36}\.jws$/);
    const file = readFileSync(await kept.path());
    assert.equal(file.toString(), text);

    await checkReceipt(page, origin, text.replace(/.{60}/g, '$&\r\n  '));
    const protocol = await page.locator('.protocol').textContent();
    assert.ok(protocol.includes(number) && protocol.includes('genuine and in force') && protocol.includes(text));
    const link = await page.locator('#receipt-link').getAttribute('href');
    assert.equal(link, `${origin}/v/receipt#${text}`);

    await page.goto('about:blank');
    await page.goto(link);
    await page.locator('.protocol').waitFor();
    assert.equal(await page.evaluate(() => location.hash), '');

    await page.goto(`${origin}/v/receipt`);
    await page.locator('#receipt-file').setInputFiles({ name: 'a.jws', mimeType: 'application/jose', buffer: file });
    await page.locator('.protocol').waitFor();
    browser.nowhereAsked(text.slice(0, 60), text.split('.')[2]);
    await page.context().close();
  });

  await flow('an altered receipt is refused, and shows nothing of what it claims', async () => {
    const page = await browser.visitor();
    const { code } = issue();
    await verifyTyped(page, origin, code);
    const text = await receiptOf(page);
    for (const wrong of [changed(text), text.slice(0, -4), '', 'eyJhbGciOiJub25lIn0.e30.']) {
      await checkReceipt(page, origin, wrong);
      assert.equal(await page.locator('.verdict.refused').count(), 1);
      assert.equal(await page.locator('.protocol').count(), 0);
    }
    const bare = await browser.visitor({ javaScriptEnabled: false });
    await checkReceipt(bare, origin, text);
    assert.match(await bare.locator('.protocol').textContent(), /does not prove the paper/);
    await checkReceipt(bare, origin, changed(text));
    assert.equal(await bare.locator('.verdict.refused').count(), 1);
    await bare.context().close();
    await page.context().close();
  });

  await flow('a receipt is printed on one sheet of A4, with its text and its link', async () => {
    const page = await browser.visitor();
    await verifyFile(page, origin, issue().bytes);
    const text = await receiptOf(page);
    for (const language of ['az', 'en', 'ru']) {
      await checkReceipt(page, origin, text, language);
      const path = join(folder, `protocol-${language}.pdf`);
      writeFileSync(path, await page.pdf({ preferCSSPageSize: true }));
      assert.match(execFileSync('pdfinfo', [path], { encoding: 'utf8' }), /Pages: +1\n[^]*Page size: +59[45]\S* x 84[12]\S* pts \(A4\)/);
      const printed = execFileSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' });
      assert.ok(printed.replace(/\s/g, '').includes(text), 'the text is whole on paper');
      assert.ok(readFileSync(path, 'latin1').includes('/v/receipt#') || printed.includes('/v/receipt'));
    }
    await page.context().close();
  });
}
