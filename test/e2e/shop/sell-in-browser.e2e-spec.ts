import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../../scripts/stack/ports.mjs';
import { api } from '../../support/api.js';
import { BrowserPage, browserHere } from '../../support/browser.js';
import { done, SANDBOX_PARTNER } from '../../support/builders.js';
import { describeIf } from '../../support/describe-if.js';
import { BASE_URL, describeWith, stackPart } from '../../support/environment.js';
import { anEmptyDatabase } from '../../support/own-database.js';
import { Command, ProjectCopy } from '../../support/project-copy.js';

const project = join(import.meta.dirname, '../../..');
const chromium = browserHere();
const OPEN = 'Ctrl-C closes it.';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the example shop', () => {
  let shop: Command;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    const env = { ...process.env, NODE_OPTIONS: '', PAY: BASE_URL, SHOP_PORT: String(port) };
    shop = new Command(spawn(process.execPath, ['scripts/shop.mjs'], { cwd: project, env }));
    await shop.says(OPEN);
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(async () => {
    await shop.stop();
    const path = `/partners/${SANDBOX_PARTNER}/webhooks`;
    const { items } = (await done(api.send<{ items: { url: string }[] }>('GET', path))).detail;
    expect(items.filter((endpoint) => endpoint.url.startsWith(url))).toEqual([]);
  });

  it('is a page of its own alone', async () => {
    const answer = await fetch(url);
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; [^]*frame-anc/,
    );
    expect(await answer.text()).not.toMatch(/<script>|<style|style="|onclick/);
    const forged = { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' }, body: 'customer=0&product=0' };
    expect((await fetch(`${url}/orders`, forged)).status).toBe(403);
  });

  it('takes no event that is not signed', async () => {
    const event = { method: 'POST', body: '{"eventId":1,"type":"payment.approved","data":{}}' };
    expect((await fetch(`${url}/pay-webhooks`, event)).status).toBe(400);
    expect(await (await fetch(`${url}/live`)).text()).not.toContain('payment.approved');
  });

  describeIf(chromium !== undefined, 'Chromium', 'in a browser', () => {
    let opened: BrowserPage;
    beforeEach(async () => {
      opened = await BrowserPage.open(chromium as string, url);
    });
    afterEach(async () => {
      await opened.close();
      expect(opened.mistakes).toEqual([]);
    });

    const pay = async (customer: number, product: number, inTwoSteps = false) => {
      await opened.page.locator('.customers label').nth(customer).click();
      const button = opened.page.locator(`button[name=${inTwoSteps ? 'productInTwoSteps' : 'product'}]`);
      await button.nth(product).click();
    };
    const newest = () => opened.page.locator('.order').first();
    const shows = (status: string) =>
      newest()
        .and(opened.page.locator(`[data-status=${status}]`))
        .waitFor();
    const hears = (type: string) => opened.page.locator('.event').first().filter({ hasText: type }).waitFor();

    it('is paid, shows that the wallet says so, and gives the money back', async () => {
      await opened.picture('shop-empty');
      await pay(0, 0);
      await shows('APPROVED');
      await hears('payment.approved');
      await opened.picture('shop-paid');
      await newest().getByRole('button', { name: 'Cancel' }).click();
      await shows('CANCELED');
      await hears('payment.canceled');
      expect(await newest().getByRole('button').count()).toBe(0);
      await opened.picture('shop-canceled');
    });

    it('says what the bank has refused, and waits for a slow one', async () => {
      await pay(2, 1);
      await shows('FAILED');
      await hears('payment.failed');
      expect(await newest().locator('.problem').textContent()).toContain('NotEnoughAccountBalance');
      await pay(1, 2);
      await shows('PENDING');
      await opened.picture('shop-waiting');
      await shows('APPROVED');
      await hears('payment.approved');
    });

    it('is shown as it is to whoever comes later, on a telephone too, and without scripts', async () => {
      const count = await opened.page.locator('.order').count();
      await opened.page.setViewportSize({ width: 390, height: 844 });
      await opened.page.emulateMedia({ colorScheme: 'dark' });
      await opened.picture('shop-on-a-telephone');
      expect(await opened.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      const context = await opened.page.context().browser()?.newContext({ javaScriptEnabled: false });
      const plain = await context?.newPage();
      await plain?.goto(url);
      await plain?.locator('button[name=product]').first().click();
      expect(await plain?.locator('.order').count()).toBe(count + 1);
    });

    it('takes what was authorised, or frees it', async () => {
      await pay(0, 0, true);
      await shows('AUTHORIZED');
      await hears('payment.authorized');
      await opened.picture('shop-authorized');
      await newest().getByRole('button', { name: 'Capture' }).click();
      await shows('APPROVED');
      await hears('payment.captured');
      await pay(0, 1, true);
      await shows('AUTHORIZED');
      await newest().getByRole('button', { name: 'Void' }).click();
      await shows('VOIDED');
      await hears('payment.voided');
      await opened.picture('shop-voided');
    });
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'npm run shop where no service runs', () => {
  it('starts one beside it, and ends it too', async () => {
    const database = await anEmptyDatabase();
    const copy = new ProjectCopy({ packages: 'all', compiled: true, more: ['clients', 'examples'] });
    const [port, shopPort] = [String(await freePort()), String(await freePort())];
    const stores = {
      DATABASE_URL: database.url,
      REDIS_URL: stackPart('redisUrl'),
      BANK_URL: stackPart('simulatorUrl'),
    };
    const shop = copy.run('shop', { ...stores, PORT: port, SHOP_PORT: shopPort });
    try {
      await shop.says(OPEN);
      expect(await (await fetch(`http://127.0.0.1:${shopPort}`)).text()).toContain('결제하기');
      expect(await shop.stop('SIGINT')).toBe(0);
      await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
    } finally {
      await shop.stop();
      copy.remove();
      await database.drop();
    }
  });
});

describe('what the shop shows', () => {
  it('is escaped', async () => {
    const page = join(project, 'examples/shop/page.mjs');
    const { html } = (await import(page)) as { html: (...parts: Parameters<typeof String.raw>) => { text: string } };
    const shown = html`<p title="${`"'`}">${'<script>&'}${['<b>', html`<i></i>`]}${false}</p>`;
    expect(shown.text).toBe('<p title="&quot;&#39;">&lt;script&gt;&amp;&lt;b&gt;<i></i></p>');
  });
});
