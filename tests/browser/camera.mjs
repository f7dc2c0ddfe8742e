// The camera and pictures: the QR is read in the browser, by its own detector or the vendored decoder, and no picture
// leaves it; what cannot be done is told with what to do instead.
import assert from 'node:assert/strict';
import { join } from 'node:path';

import { film } from './fake-camera.mjs';
import { issue, picture, verdict, verifyFile } from './steps.mjs';

const FAKE = '--use-fake-device-for-media-stream';
const PERMITTED = '--use-fake-ui-for-media-stream';
const says = (page, text) => page.waitForFunction((wanted) => new RegExp(wanted).test(document.getElementById('camera-says').textContent), text);

export async function camera(browser, flow, folder) {
  const { origin } = browser;
  const decoder = (from) => browser.asked.slice(from).filter((asked) => asked.includes('/qr-decode-'));
  const uploads = (from) => browser.asked.slice(from).filter((asked) => asked.endsWith('/v/file'));

  await flow('the densest QR is held before the camera, and the decoder is loaded only for it', async () => {
    const path = join(folder, 'camera.y4m');
    // 350 dots an inch of a paper that fills half of the picture.
    film(issue('diplom').bytes, path, { dpi: 350, x: 1615, y: 3052 });
    const beside = await browser.beside([FAKE, PERMITTED, `--use-file-for-fake-video-capture=${path}`]);
    const page = await beside.visitor({ viewport: { width: 412, height: 900 } });
    const from = browser.asked.length;
    await page.goto(`${origin}/v?lang=en`);
    assert.deepEqual(decoder(from), [], 'nobody asked for the camera yet');
    await page.locator('#open-camera').click();
    await page.locator('.verdict').waitFor();
    assert.equal(await verdict(page), 'compare');
    assert.equal(decoder(from).length, 1);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), await page.locator('.verdict h1').textContent());
    assert.equal(await page.locator('.signed .ours').count(), 1, 'the token was checked in the browser too');
    await beside.browser.close();
  });

  await flow('the browser’s own detector goes before the decoder, and another QR is passed over', async () => {
    const beside = await browser.beside([FAKE, PERMITTED]);
    const page = await beside.visitor({ viewport: { width: 412, height: 900 } });
    const { text } = issue();
    await page.addInitScript((ours) => {
      globalThis.before = ['https://evil.example/'];
      globalThis.BarcodeDetector = class {
        static getSupportedFormats() { return Promise.resolve(['qr_code']); }

        detect() { return Promise.resolve((globalThis.before || [ours]).map((rawValue) => ({ rawValue }))); }
      };
    }, text);
    const from = browser.asked.length;
    await page.goto(`${origin}/v?lang=en`);
    await page.locator('#open-camera').click();
    await says(page, 'not the QR code of a certificate');
    await browser.judge(page, 'camera');
    assert.equal(await page.locator('#ways').isVisible(), false);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#camera').isVisible(), false);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'open-camera', 'the reader is where she was');
    await page.locator('#open-camera').click();
    await says(page, 'not the QR code of a certificate');
    await page.evaluate((texts) => { globalThis.before = texts; }, [text, `${text}A`]);
    await says(page, 'Show one at a time');
    await page.evaluate(() => { globalThis.before = null; });
    await page.locator('.verdict').waitFor();
    assert.equal(await verdict(page), 'compare');
    assert.deepEqual(decoder(from), []);
    assert.equal(await page.evaluate(() => document.getElementById('camera-picture')), null, 'the camera is closed');
    await beside.browser.close();
  });

  await flow('a camera that is refused, missing or out of reach is told with what to do instead', async () => {
    const words = async (page) => {
      await page.goto(`${origin}/v?lang=en`);
      await page.locator('#open-camera').click();
      await page.locator('#camera-hint').waitFor();
      await browser.judge(page, 'camera-hint');
      return page.locator('#camera-hint').textContent();
    };
    assert.match(await words(await browser.visitor()), /No camera was found.*Type the code/);
    const insecure = await browser.visitor();
    await insecure.addInitScript(() => Object.defineProperty(globalThis, 'isSecureContext', { value: false }));
    assert.match(await words(insecure), /https:\/\/, or type the code/);
    const beside = await browser.beside([FAKE, '--deny-permission-prompts']);
    assert.match(await words(await beside.visitor()), /not permitted.*settings.*type the code/);
    await beside.browser.close();
  });

  await flow('the QR of a picture is read here, and only what has none is sent', async () => {
    const page = await browser.visitor();
    const { bytes } = issue('telebe-mezun');
    const from = browser.asked.length;
    await verifyFile(page, origin, picture(bytes), 'scan.png', 'image/png');
    assert.equal(await verdict(page), 'compare');
    assert.deepEqual(uploads(from), [], 'the picture stayed in the browser');
    const blank = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTvQWwAAAABJRU5ErkJggg==', 'base64');
    await verifyFile(page, origin, blank, 'blank.png', 'image/png');
    assert.equal(await verdict(page), 'unsure');
    assert.equal(uploads(from).length, 1);
    await page.context().close();
  });

  await flow('of several certificates in one picture none is chosen: the service is asked', async () => {
    const page = await browser.visitor();
    const [one, other] = [issue(), issue()];
    await page.addInitScript((texts) => {
      globalThis.BarcodeDetector = class {
        static getSupportedFormats() { return Promise.resolve(['qr_code']); }

        detect() { return Promise.resolve(texts.map((rawValue) => ({ rawValue }))); }
      };
    }, [one.text, other.text]);
    const from = browser.asked.length;
    await verifyFile(page, origin, picture(one.bytes), 'two.png', 'image/png');
    assert.equal(uploads(from).length, 1);
    await page.context().close();
  });

  await flow('the camera is for the verification page alone', async () => {
    const page = await browser.visitor();
    for (const [path, allowed] of [['/v', true], ['/V', true], ['/', false], ['/v/receipt', false], ['/nowhere', false]]) {
      const policy = (await page.request.get(`${origin}${path}`)).headers()['permissions-policy'];
      assert.match(policy, allowed ? /camera=\(self\)/ : /camera=\(\)/, path);
    }
    await page.context().close();
  });
}
