// Every page in every language and every state that a reader may meet, judged by axe and photographed.
import assert from 'node:assert/strict';

import { doctored, openOffline } from './offline.mjs';
import { checkReceipt, receiptOf } from './receipts.mjs';
import { damaged, download, issue, ready, run, signIn, take, verdict, verifyFile, verifyTyped } from './steps.mjs';

// Certificates out of force, made once.
function outOfForce() {
  const [suspended, revoked, old, next] = [issue(), issue(), issue(), issue()];
  run('suspend', '--number', suspended.number, '--reason', 'misuse_suspected');
  run('revoke', '--number', revoked.number, '--reason', 'facts_wrong');
  run('supersede', '--number', old.number, '--by', next.number);
  return { suspended, revoked, superseded: old };
}

export async function pages(browser, flow) {
  const { origin } = browser;
  const ended = outOfForce();
  // The languages are judged side by side.
  await Promise.all(['az', 'en', 'ru'].map(async (language) => {
    const judge = async (page, name) => {
      assert.equal(await page.getAttribute('html', 'lang'), language, name);
      await browser.judge(page, name);
    };

    await flow(`every page in ${language} is accessible`, async () => {
      const page = await browser.visitor({ acceptDownloads: true });
      const open = async (name, path) => {
        const answer = await page.goto(`${origin}${path}`);
        assert.match(answer.headers()['content-security-policy'], /default-src 'none'/, name);
        assert.equal(answer.headers()['cache-control'], 'no-store', name);
        await judge(page, name);
      };
      await open('welcome', `/?lang=${language}`);
      await open('nowhere', '/nowhere');
      await open('verify', '/v');
      await open('receipt', '/v/receipt');
      await open('sandbox', '/sandbox');
      await open('developers', '/developers');
      await open('guide', '/developers/guide');
      await open('sign-in-first', '/certificates');
      await signIn(page, origin);
      await judge(page, 'home');
      await open('take', '/take/0');
      await page.locator('input[value=named]').check();
      await page.locator('form.take button').click();
      await page.locator('.hint').waitFor();
      await judge(page, 'take-hint');
      await open('approval', '/take/10');
      const { address: own, number, code } = await take(page, origin);
      const bytes = await download(page, own);
      await verifyTyped(page, origin, code);
      const receipt = await receiptOf(page);
      await judge(page, 'by-code');
      await verifyTyped(page, origin, number);
      await judge(page, 'by-number');
      await verifyTyped(page, origin, code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A'));
      await judge(page, 'mistyped');
      await verifyTyped(page, origin, '2020-0000-0000');
      await judge(page, 'unknown');
      await verifyFile(page, origin, bytes);
      await judge(page, 'by-digest');
      await page.locator('#show-facts').click();
      await page.locator('.sheet').waitFor();
      await judge(page, 'by-file');
      await verifyFile(page, origin, damaged(bytes));
      await judge(page, 'altered');
      await verifyFile(page, origin, Buffer.from('not a PDF'));
      await judge(page, 'unreadable');
      await checkReceipt(page, origin, receipt, language);
      await judge(page, 'protocol');
      await checkReceipt(page, origin, receipt.slice(0, -5), language);
      await judge(page, 'receipt-refused');
      await open('certificate', new URL(own).pathname);
      await open('mine', '/certificates');
      await page.locator('.pages form button').click();
      await signIn(page, origin, /debt|borc|долг/i);
      await open('mine-none', '/certificates');
      await open('refused', '/take/5');
      await page.context().close();
    });

    await flow(`every verdict in ${language} is accessible, offline too`, async () => {
      const page = await browser.visitor();
      await page.goto(`${origin}/v?lang=${language}`);
      for (const [name, { code }] of Object.entries(ended)) {
        await verifyTyped(page, origin, code);
        assert.equal(await verdict(page), name === 'revoked' ? 'refused' : 'paused', name);
        await judge(page, name);
      }
      const { text, code } = issue();
      await page.goto(doctored(text));
      await page.locator('.verdict').waitFor();
      await judge(page, 'forged');
      await ready(page, origin, language);
      await page.context().setOffline(true);
      for (const [name, shown] of Object.entries({ 'in-force': text, forged: doctored(text), revoked: ended.revoked.text, suspended: ended.suspended.text })) {
        await openOffline(page, shown);
        await judge(page, `offline-${name}`);
      }
      await page.evaluate(async () => (await caches.open('earayis-kept')).delete('/api/v1/status-lists/1'));
      await openOffline(page, text);
      await judge(page, 'offline-unknown');
      await verifyTyped(page, origin, code);
      await judge(page, 'offline-typed');
      await page.context().close();
    });
  }));
}
