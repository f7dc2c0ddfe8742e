// Open data, and the auditor's desk: every page in every language and state, judged by axe; the same without script.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

import { issue, run } from './steps.mjs';

const PURPOSE = 'complaint number five';

// Proposes to erase a certificate, by the demonstration's own settings with four eyes; answers the proposal's id.
function propose() {
  const { EARAYIS_PROGRAM, EARAYIS_DIR } = process.env;
  const settings = `${EARAYIS_DIR}/four-eyes.toml`;
  writeFileSync(settings, `${readFileSync(`${EARAYIS_DIR}/earayis.toml`, 'utf8')}\n[retention]\nfour_eyes = true\n`);
  const words = ['erase', '--number', issue().number, '--note', 'complaint number six', '--config', settings];
  return execFileSync(EARAYIS_PROGRAM, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

export async function figures(browser, flow) {
  const { origin } = browser;
  issue();
  run('retention', 'hold', '--number', issue().number, '--reason', 'case 7');
  const proposals = { az: propose(), en: propose(), ru: propose() };
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
    await open('desk-searches', '/desk/searches');
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
    await open('desk-retention', '/desk/retention');
    await page.context().close();

    const keeper = await browser.visitor();
    await keeper.goto(`${origin}/desk/sign-in?lang=${language}`);
    await browser.judge(keeper, 'desk-sign-in');
    await keeper.locator('.people button').nth(3).click();
    await keeper.locator('.desk').waitFor();
    const proposal = `/desk/retention/${proposals[language]}`;
    await keeper.goto(`${origin}${proposal}?lang=${language}`);
    await browser.judge(keeper, 'desk-proposal');
    await keeper.locator('#note').fill('looks right');
    await keeper.locator('button[value=approve]').click();
    await keeper.locator('button[value=approve]').waitFor({ state: 'detached' });
    await browser.judge(keeper, 'desk-approved');
    run('retention', 'run', '--proposal', proposals[language]);
    await keeper.goto(`${origin}/desk/retention?lang=${language}`);
    assert.match(await keeper.locator('main').innerText(), /case 7/);
    await browser.judge(keeper, 'desk-erased');
    await keeper.context().close();
  })));
  browser.nowhereAsked('7DEM001', PURPOSE);
}
