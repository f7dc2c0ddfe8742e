// A side that asks too often: the page says so and how long to wait, with script and without, and sends no file in vain.
import assert from 'node:assert/strict';

import { Browser } from './browser.mjs';

const UNKNOWN = '0000-0000-0000-0000';

// EARAYIS_LIMITED is a service of which little may be asked.
export async function limited(browser, flow) {
  const { faults, asked, folder } = browser;
  const origin = process.env.EARAYIS_LIMITED;
  const other = Object.assign(await Browser.start(origin, folder), { faults, asked });
  const title = (page) => page.locator('.fault.limited h1').textContent();

  // Asks until nothing more may be asked, and then by the page; once a minute one more look-up is let in, and then again.
  async function askTooMuch(page, language, step) {
    for (;;) {
      const body = JSON.stringify({ code: UNKNOWN });
      const settings = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      while ((await fetch(`${origin}/api/v1/verifications`, settings)).status !== 429);
      await page.goto(`${origin}/v?lang=${language}`);
      const before = asked.length;
      await step();
      await page.locator('.verdict, .fault').first().waitFor();
      if (await page.locator('.fault').count() === 1) return asked.slice(before);
    }
  }

  await flow('whoever asks too often is told so and how long to wait', async () => {
    const titles = { az: 'Çox sorğu göndərilib', en: 'Too many look-ups', ru: 'Слишком много запросов' };
    for (const javaScriptEnabled of [true, false]) {
      for (const [language, told] of Object.entries(titles)) {
        const page = await other.visitor({ javaScriptEnabled });
        await askTooMuch(page, language, async () => {
          await page.locator('#what').fill(UNKNOWN);
          await page.locator('#typed button[type=submit]').click();
        });
        assert.equal(await title(page), told);
        assert.match(await page.locator('.fault .lead').textContent(), /\d+/);
        if (javaScriptEnabled) {
          assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
          await other.judge(page, 'limited');
        }
        await page.context().close();
      }
    }
  });

  await flow('no file is sent in vain when too much was asked', async () => {
    const page = await other.visitor();
    const addresses = await askTooMuch(page, 'en', async () => {
      const file = { name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') };
      await page.locator('#file').setInputFiles(file);
      await page.locator('#by-file button').click();
    });
    assert.equal(await title(page), 'Too many look-ups');
    assert.ok(!addresses.some((address) => address.endsWith('/v/file')));
    await page.context().close();
  });

  await other.browser.close();
}
