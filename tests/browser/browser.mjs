// The browser that the flows drive: every page it opens is watched for foreign requests, blocked content and errors.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const modules = process.env.EARAYIS_NODE_MODULES;
if (!modules) {
  console.error('set EARAYIS_NODE_MODULES to the folder with playwright-core and axe-core; .ci/test does it');
  process.exit(1);
}
const require = createRequire(join(modules, 'x.js'));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const WIDTHS = [360, 1280];

export class Browser {
  static async start(origin, folder, switches = []) {
    mkdirSync(folder, { recursive: true });
    const executablePath = process.env.EARAYIS_CHROMIUM || '/usr/bin/chromium';
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...switches] });
    return new Browser(browser, origin, folder);
  }

  // Another browser with switches of its own, whose faults and requests are remembered here.
  async beside(switches) {
    const { faults, asked } = this;
    return Object.assign(await Browser.start(this.origin, this.folder, switches), { faults, asked });
  }

  constructor(browser, origin, folder) {
    Object.assign(this, { browser, origin, folder, faults: [], asked: [] });
  }

  // A visitor of her own: no cookies, and whatever goes wrong on her pages is remembered as a fault.
  async visitor(settings = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'az', ...settings });
    const page = await context.newPage();
    page.on('request', (request) => {
      const address = new URL(request.url());
      this.asked.push(request.url());
      if (!['blob:', 'data:'].includes(address.protocol) && address.origin !== this.origin) {
        this.faults.push(`a request to ${address.origin}`);
      }
    });
    page.on('response', (response) => {
      if (response.status() >= 500) this.faults.push(`${response.status()} from ${response.url()}`);
    });
    page.on('pageerror', (error) => this.faults.push(`an error in the script: ${error.message}`));
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) this.faults.push(message.text());
    });
    return page;
  }

  // The page as it stands, judged by axe and photographed at each width; nothing may stick out at 320 px.
  async judge(page, name) {
    const language = await page.getAttribute('html', 'lang');
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: join(this.folder, `${name}-${language}-${width}.png`), fullPage: true });
      if (await page.evaluate(() => !globalThis.axe)) await page.evaluate(axeSource);
      const { violations } = await page.evaluate(
        (values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }), RULES,
      );
      for (const { id, help, nodes } of violations) {
        this.faults.push(`${name} ${language} ${width}: ${id}: ${help}: ${nodes.map((node) => node.html).join(' ')}`);
      }
    }
    await page.setViewportSize({ width: 320, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 320) this.faults.push(`${name} ${language}: ${wide} px wide at 320 px`);
    await page.setViewportSize({ width: 1280, height: 900 });
  }

  // No address that anything was asked under may hold one of these.
  nowhereAsked(...secrets) {
    for (const secret of secrets) {
      const told = this.asked.filter((address) => address.toUpperCase().includes(secret.toUpperCase()));
      assert.deepEqual(told, [], 'a secret stands in an address');
    }
  }

  async close() {
    await this.browser.close();
    for (const fault of this.faults) console.error(`fault: ${fault}`);
    return this.faults.length;
  }
}
