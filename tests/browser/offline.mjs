// Without a connection: the page opens, a QR's token is checked by what is kept, and no more is said than that shows.
import assert from 'node:assert/strict';
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { issue, ready, run, until, verdict, verifyTyped } from './steps.mjs';

const headline = (page) => page.locator('.verdict h1').textContent();

// The text of a QR with one symbol of its token changed.
export function doctored(text) {
  const at = text.length - 20;
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

// Opens a QR's text as a telephone does, and waits for what is concluded of it offline.
export async function openOffline(page, text) {
  await page.goto('about:blank');
  await page.goto(text);
  await page.locator('.verdict.offline').waitFor();
}

// The page's own module of this name.
const module = (page, name) => page.evaluate((stem) => {
  const link = Array.from(document.querySelectorAll('link[rel=modulepreload]')).find((one) => one.href.includes(`/${stem}-`));
  return link.href;
}, name);

// A status list with its claims changed, signed by the service's own key.
function signedAnew(list, change) {
  const [head, body] = list.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  change(claims);
  const signed = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const key = createPrivateKey(readFileSync(`${process.env.EARAYIS_DIR}/keys/status.key.pem`));
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

export async function offline(browser, flow) {
  const { origin } = browser;

  await flow('a token is checked offline by kept keys and list, with their age, and never in green', async () => {
    const page = await browser.visitor();
    const { text, number } = issue();
    await ready(page, origin, 'en');
    await page.context().setOffline(true);
    await openOffline(page, text);
    assert.equal(await verdict(page), 'compare offline');
    assert.equal(await page.evaluate(() => location.hash), '');
    assert.match(await headline(page), /^Signed by us; in force as of \d\d\.\d\d\.\d{4}, \d\d:\d\d\.$/);
    const said = await page.locator('#main').textContent();
    assert.match(said, /CHECKED OFFLINE/);
    assert.match(said, /Our keys were fetched on \d\d\./);
    assert.match(said, /The status list was signed on \d\d\./);
    assert.match(said, /Əliyeva/);
    assert.ok(said.includes(number));
    assert.equal(await page.locator('.genuine, .receipt').count(), 0, 'no green, no receipt');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');

    await page.evaluate(async () => (await caches.open('earayis-kept')).delete('/api/v1/status-lists/1'));
    await openOffline(page, text);
    assert.equal(await verdict(page), 'unsure offline');
    assert.match(await headline(page), /whether it is in force is not known/);

    await page.context().setOffline(false);
    await page.locator('#offline-result button').click();
    await page.locator('.verdict:not(.offline)').waitFor();
    assert.equal(await verdict(page), 'compare', 'asked again, the service answers');
    assert.equal(await page.locator('#offline-result').count(), 0);
    await page.context().close();
  });

  await flow('what is doctored, foreign, or signed by nobody known is refused offline', async () => {
    const page = await browser.visitor();
    const { text, code } = issue();
    await ready(page, origin, 'en');
    await page.context().setOffline(true);
    const secret = text.split('#')[1];
    for (const [forged, tone, words] of [
      [doctored(text), 'refused', /not signed by us/],
      [`${text.split('#')[0]}#${secret.slice(0, 17)}MFRGG`, 'unsure', /could not be read/],
    ]) {
      await openOffline(page, forged);
      assert.equal(await verdict(page), `${tone} offline`);
      assert.match(await headline(page), words);
      assert.equal(await page.locator('#main .facts').count(), 0, 'nothing of a forgery is shown as a fact');
    }
    await verifyTyped(page, origin, text.replace(/:\/\/[^/]+/, '://evil.example'));
    assert.match(await headline(page), /leads to another address/);
    for (const typed of [code, '2026-7KQ3-M9XD']) {
      await verifyTyped(page, origin, typed);
      assert.equal(await verdict(page), 'unsure offline');
      assert.match(await page.locator('.verdict').textContent(), /only a QR code can be checked/);
    }
    await page.evaluate(async () => {
      const kept = await caches.open('earayis-kept');
      await kept.put('/.well-known/jwks.json', new Response('{"keys":[]}', { headers: { 'x-kept-at': '1' } }));
    });
    await openOffline(page, text);
    assert.equal(await verdict(page), 'refused offline');
    assert.match(await headline(page), /key .* is not known on this device/);
    await page.context().close();
  });

  await flow('a page of ours that says what failed is shown, a gateway’s own is no answer', async () => {
    const page = await browser.visitor();
    const { text } = issue();
    const fault = await (await page.request.get(`${origin}/nowhere?lang=en`)).text();
    for (const [body, shown] of [[fault, '.fault'], ['<h1>Bad gateway</h1>', '.verdict.offline']]) {
      await page.route('**/v', (route) => (route.request().method() === 'POST'
        ? route.fulfill({ status: 404, contentType: 'text/html', body }) : route.continue()));
      await page.goto('about:blank');
      await page.goto(text);
      await page.locator(shown).waitFor();
      await page.unroute('**/v');
    }
    await page.context().close();
  });

  await flow('a revocation is known offline once its list was fetched', async () => {
    const page = await browser.visitor();
    const { text, number } = issue();
    run('revoke', '--number', number, '--reason', 'facts_wrong');
    await ready(page, origin, 'en');
    await page.context().setOffline(true);
    await openOffline(page, text);
    assert.equal(await verdict(page), 'refused offline');
    assert.match(await headline(page), /^Revoked, by the list of /);
    // A clock that is behind is told of, and is no forgery.
    await page.clock.setFixedTime(Date.now() - 3600 * 1000);
    await openOffline(page, text);
    assert.equal(await verdict(page), 'unsure offline');
    assert.match(await page.locator('.verdict').textContent(), /dated in the future.*Set this device/);
    await page.context().close();
  });

  await flow('a key that a signed list calls revoked is believed no more, whatever the list of keys says', async () => {
    const page = await browser.visitor();
    const { text } = issue();
    const path = '/api/v1/status-lists/1';
    const keys = await (await page.request.get(`${origin}/.well-known/jwks.json`)).json();
    const { kid } = keys.keys.find((key) => key.purpose === 'qr');
    const list = signedAnew(await (await page.request.get(origin + path)).text(), (claims) => {
      claims.revoked_keys = [{ kid, revoked_at: claims.iat }];
    });
    await page.route(`**${path}`, (route) => route.fulfill({ contentType: 'application/statuslist+jwt', body: list }));
    await ready(page, origin, 'en');
    await until(page, async () => Boolean(await (await caches.open('earayis-kept')).match('/v/revoked-keys')));
    await page.unroute(`**${path}`);
    for (const when of ['from the list that is kept', 'without it', 'and after another list']) {
      if (when === 'without it') {
        await page.evaluate(async (list) => (await caches.open('earayis-kept')).delete(list), path);
      } else if (when === 'and after another list') {
        await page.context().setOffline(false);
        await ready(page, origin, 'en');
      }
      await page.context().setOffline(true);
      await openOffline(page, text);
      assert.equal(await verdict(page), 'refused offline', when);
      assert.match(await headline(page), /key that signed the QR code was revoked/, when);
      assert.equal(await page.locator('#main .facts').count(), 0, 'what it signed is not shown as signed');
    }
    await page.context().close();
  });

  await flow('a key that only the list of keys once called revoked stays revoked', async () => {
    const page = await browser.visitor();
    const { text } = issue();
    const path = '/.well-known/jwks.json';
    const keys = await (await page.request.get(origin + path)).json();
    keys.keys.find((key) => key.purpose === 'qr').revoked_at = Math.floor(Date.now() / 1000) - 60;
    await page.route(`**${path}`, (route) => route.fulfill({ json: keys }));
    await ready(page, origin, 'en');
    await until(page, async () => Boolean(await (await caches.open('earayis-kept')).match('/v/revoked-keys')));
    await page.unroute(`**${path}`);
    await ready(page, origin, 'en');
    await page.context().setOffline(true);
    await openOffline(page, text);
    assert.equal(await verdict(page), 'refused offline');
    assert.match(await headline(page), /key that signed the QR code was revoked/);
    await page.context().close();
  });

  await flow('what is kept holds nothing of a person, and a new version takes the place of the old', async () => {
    const page = await browser.visitor();
    const { text, code, number } = issue();
    await ready(page, origin, 'ru');
    await page.goto(text);
    await page.locator('.verdict').waitFor();
    const kept = await page.evaluate(async () => {
      const texts = [];
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          if (request.method !== 'GET') throw new Error(request.method);
          texts.push(request.url, await (await cache.match(request)).text());
        }
      }
      return texts.concat(Object.values(localStorage), Object.values(sessionStorage), document.cookie).join('\n');
    });
    for (const personal of ['Əliyeva', '7DEM001', number, code, code.replaceAll('-', '')]) {
      assert.ok(!kept.includes(personal), `${personal} is kept`);
    }
    await page.evaluate(async () => {
      await (await caches.open('earayis-page-0000000000000000')).put('/v?lang=ru', new Response('old'));
      for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
    });
    await ready(page, origin, 'ru');
    await until(page, async () => !(await caches.has('earayis-page-0000000000000000')));
    await page.context().setOffline(true);
    await page.goto(`${origin}/v`);
    assert.equal(await page.getAttribute('html', 'lang'), 'ru', 'the language that was last read');
    await page.locator('#offline-note').waitFor();
    await page.context().close();
  });

  await flow('whatever is known of a status, no more is concluded', async () => {
    const page = await browser.visitor();
    await page.goto(`${origin}/v`);
    const [rules, lists] = [await module(page, 'offline'), await module(page, 'status')];
    const concluded = await page.evaluate(async (address) => {
      const { conclude } = await import(address);
      const claims = new Map([[4, 1000]]);
      const fresh = (name) => ({ name, at: 400, until: 900 });
      return {
        fresh: conclude({ word: 'genuine', claims }, fresh('valid'), 500),
        old: conclude({ word: 'genuine', claims }, fresh('valid'), 900),
        none: conclude({ word: 'genuine', claims }, null, 500),
        expired: conclude({ word: 'genuine', claims }, null, 1000),
        suspended: conclude({ word: 'genuine', claims }, fresh('suspended'), 2 * 500 - 1),
        revoked: conclude({ word: 'genuine', claims }, fresh('revoked'), 5000),
        superseded: conclude({ word: 'genuine', claims }, fresh('superseded'), 5000),
        behind: conclude({ word: 'genuine', claims }, fresh('valid'), 99),
        nearly: conclude({ word: 'genuine', claims }, fresh('valid'), 100),
        keysAhead: conclude({ word: 'genuine', claims }, fresh('valid'), 500, 801),
        revokedBehind: conclude({ word: 'genuine', claims }, fresh('revoked'), 99, 801),
        forged: conclude({ word: 'forged' }, fresh('valid'), 500),
      };
    }, rules);
    assert.deepEqual(concluded, {
      fresh: 'in-force', old: 'old', none: 'unknown', expired: 'expired', suspended: 'suspended',
      revoked: 'revoked', superseded: 'superseded', forged: 'forged',
      behind: 'future', nearly: 'in-force', keysAhead: 'future', revokedBehind: 'revoked',
    });
    const read = await page.evaluate(async (address) => {
      const { statusAt } = await import(address);
      const path = '/api/v1/status-lists/1';
      const text = await (await fetch(path)).text();
      const keys = await (await fetch('/.well-known/jwks.json')).json();
      const uri = JSON.parse(atob(text.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).sub;
      const at = text.length - 30;
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      const other = keys.keys.map((key) => ({ ...key, purpose: 'receipt' }));
      return [
        Boolean(await statusAt(text, 0, uri, keys)), await statusAt(changed, 0, uri, keys),
        await statusAt(text, 0, `${uri}0`, keys), await statusAt(text, 1 << 20, uri, keys),
        await statusAt(text, 0, uri, { keys: other }), await statusAt('x.y.z', 0, uri, keys),
      ];
    }, lists);
    assert.deepEqual(read, [true, null, null, null, null, null]);
    await page.context().close();
  });
}
