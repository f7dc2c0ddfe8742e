// Open data, and the auditor's desk: every page in every language and state, judged by axe; the same without script.
import assert from 'node:assert/strict';

import { issue } from './steps.mjs';

const PURPOSE = 'complaint number five';

export async function figures(browser, flow) {
  const { origin } = browser;
  issue();
  await Promise.all(['az', 'en', 'ru'].map((language) => flow(`the auditor's pages in ${language} are accessible`, async () => {
    // No script runs here but axe's.
    const page = await browser.visitor();
    const open = async (name, path) => {
      await page.goto(`${origin}${path}`);
      assert.equal(await page.getAttribute('html', 'lang'), language, name);
      await browser.judge(page, name);
    };
    await open('open-data', `/open-data?lang=${language}`);
    await open('agencies', '/open-data/agencies');
    await page.goto(`${origin}/desk/sign-in`);
    await page.locator('.people button').first().click();
    await page.locator('.desk').waitFor();
    await open('desk-certificates', '/desk/certificates');
    await open('desk-mistake', '/desk/certificates?number=seven');
    await open('desk-nothing', '/desk/certificates?from=2001-01-01&to=2001-01-01');
    await page.goto(`${origin}/desk/certificates?kind=is-yeri`);
    await page.locator('main details summary').click();
    await page.locator('#fin').fill('7DEM001');
    await page.locator('#purpose').fill(PURPOSE);
    await page.locator('form[action="/desk/certificates/person"] button').click();
    await page.locator('table a').first().waitFor();
    await browser.judge(page, 'desk-person');
    await page.locator('table a').first().click();
    await page.locator('#life').waitFor();
    await browser.judge(page, 'desk-life');
    await page.locator('#purpose').fill(PURPOSE);
    await page.locator('form[action$="/facts"] button').click();
    await page.locator('#facts').waitFor();
    await browser.judge(page, 'desk-facts');
    await open('desk-events', '/desk/events');
    await open('desk-alarms', '/desk/alarms');
    await open('desk-figures', '/desk/figures');
    await page.locator('summary').first().click();
    await browser.judge(page, 'desk-figures-table');
    await open('desk-sample', '/desk/sample');
    await page.locator('form[action="/desk/sample"] button').click();
    await page.locator('.fields').waitFor();
    await browser.judge(page, 'desk-drawn');
    await open('desk-exports', '/desk/exports');
    await page.goto(`${origin}/desk/certificates`);
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('button[value=csv]').click()]);
    assert.match(file.suggestedFilename(), /^certificates-.*\.csv$/);
    await file.path();
    await open('desk-exported', '/desk/exports');
    await page.locator('main form button').first().click();
    await page.locator('[role=status].hint').waitFor();
    await browser.judge(page, 'desk-proved');
    await page.context().close();
  })));
  browser.nowhereAsked('7DEM001', PURPOSE);
}
