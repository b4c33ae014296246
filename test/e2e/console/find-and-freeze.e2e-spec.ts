import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { actsOn, keyIdOf } from '../../support/acts.js';
import { agree } from '../../support/agreements.js';
import { api } from '../../support/api.js';
import { BrowserPage, browserHere } from '../../support/browser.js';
import { aSavingsAccount, aUser, done, newKey, newOrder, paymentBody, type TestUser } from '../../support/builders.js';
import { looksOf } from '../../support/console-looks.js';
import { describeIf } from '../../support/describe-if.js';
import { BASE_URL, describeWith } from '../../support/environment.js';
import { freezeUser } from '../../support/freezes.js';
import { aKey } from '../../support/keyed-service.js';

const chromium = browserHere();
const HOSTILE = '<script>alert("name")</script>';

/** A partner of its own, a customer who pays it, and one with all that a user can have. */
async function aShop() {
  const name = `${HOSTILE} ${newKey().slice(-8)}`;
  const { partnerId } = (await done(api.send<{ partnerId: number }>('POST', '/partners', { name }))).detail;
  const customer = await aUser({ charged: 300_000, name: HOSTILE });
  await aSavingsAccount(customer);
  await done(agree(customer.userId, { partnerId }));
  for (const [totalPayAmount, partnerPayKey] of [
    [12_345, newOrder()],
    [45_000, '<b>order</b>'],
    [6_789, String(customer.userId)],
  ] as const) {
    const productItems = [{ count: 2, name: '<img src=x onerror=alert(1)>' }];
    await done(
      api.pay(paymentBody(customer.userId, { partnerId, partnerPayKey, totalPayAmount, productItems }), newKey()),
    );
  }
  await api.pay(paymentBody(customer.userId, { partnerId, totalPayAmount: 9_000_000 }), newKey());
  const frozen = await aUser({ charged: 1_000 });
  await done(freezeUser(frozen.userId, { reason: '<i>분실 신고</i>' }));
  return { partnerId, partnerName: name, customer, frozen };
}

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the console', () => {
  let operatorKey: string;
  let shop: Awaited<ReturnType<typeof aShop>>;
  beforeAll(async () => {
    operatorKey = await aKey('operator');
    shop = await aShop();
  });

  describeIf(chromium !== undefined, 'Chromium', 'in a browser', () => {
    let opened: BrowserPage;
    let page: Page;
    beforeAll(async () => {
      opened = await BrowserPage.open(chromium as string, `${BASE_URL}/console`);
      page = opened.page;
    });
    beforeEach(async () => {
      await page.setExtraHTTPHeaders({ 'accept-language': 'en' });
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto(`${BASE_URL}/console/sign-in`);
      await page.getByLabel('API key').fill(operatorKey);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Today' }).waitFor();
    });
    afterEach(async () => {
      await page.context().clearCookies();
      expect(opened.mistakes).toEqual([]);
    });
    afterAll(() => opened?.close());

    const see = async (name: string, path: string, prepare?: (page: Page) => Promise<void>) => {
      expect(await looksOf(opened, { name, url: BASE_URL + path, ...(prepare && { prepare }) })).toEqual([]);
    };
    const find = (q: string) => async () => {
      await page.locator('#q').fill(q);
      await page.locator('#q').press('Enter');
      await page.locator('main .panel, main .notice').first().waitFor();
    };

    it('is pleasant to look at and to listen to: what goes on, what is found, and whom it is about', async () => {
      const { customer, frozen, partnerId } = shop;
      await see('today', '/console/today');
      await see('search', '/console/search');
      await see('found', '/console/search', find(String(customer.userId)));
      await see('found-nothing', '/console/search', find('nobody@pay.example'));
      await see('user', `/console/users/${customer.userId}`);
      await see('user-frozen', `/console/users/${frozen.userId}`);
      await see('user-freeze', `/console/users/${customer.userId}/freeze`);
      await see('partners', '/console/partners');
      await see('partner', `/console/partners/${partnerId}`);
      await see('partner-unfreeze', `/console/partners/${partnerId}/unfreeze`);
    });

    it('finds a customer by e-mail, freezes and unfreezes, and shows who did it and why', async () => {
      const { customer } = shop;
      await page.getByRole('search').getByLabel('What to look for').fill(customer.email);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: customer.name, exact: true }).waitFor();
      expect(page.url()).toBe(`${BASE_URL}/console/users/${customer.userId}`);

      await act({ link: 'Freeze', button: 'Freeze', reason: 'lost <b>phone</b>' });
      await page.locator('#standing .badge', { hasText: 'Frozen' }).waitFor();
      expect(await page.locator('#standing').innerText()).toContain('lost <b>phone</b>');
      expect(await page.locator('#acts tbody tr').allInnerTexts()).toEqual([expect.stringContaining('Freeze a user')]);
      await opened.picture('console-user-just-frozen');
      const refused = await api.pay(paymentBody(customer.userId, { totalPayAmount: 10 }), newKey());
      expect(refused.code).toBe('AccountFrozen');

      await act({ link: 'Unfreeze', button: 'Unfreeze', reason: 'found again' });
      await page.locator('#standing .badge', { hasText: 'Active' }).waitFor();
      expect(page.url()).toBe(`${BASE_URL}/console/users/${customer.userId}`);
      await done(api.pay(paymentBody(customer.userId, { totalPayAmount: 10 }), newKey()));
      await recorded(customer);

      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('You are signed out.').waitFor();
    });

    it('looks again at today by itself, and holds still when it is told to', async () => {
      const at = page.locator('#now time').first();
      const first = await at.innerText();
      const link = page.getByRole('link', { name: 'Look at webhooks' });
      await link.focus();
      await page.waitForFunction((then) => document.querySelector('#now time')?.textContent !== then, first);
      expect(await link.evaluate((it) => it === document.activeElement)).toBe(true);
      await page.getByRole('link', { name: 'Hold still' }).click();
      await page.getByText('Holds still.').waitFor();
      expect(await page.locator('[hx-trigger*=every]').count()).toBe(0);
    });

    /** Opens the form in place, fills it in by keyboard alone, and reads what came of it. */
    async function act({ link, button, reason }: { link: string; button: string; reason: string }) {
      await page.getByRole('link', { name: link, exact: true }).press('Enter');
      await page.locator('#act h2:focus').waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.type(reason);
      await opened.picture(`console-user-${link.toLowerCase()}-form`);
      await page.locator('#act').getByRole('button', { name: button }).press('Enter');
      await page.locator('.notice.good:focus').waitFor();
    }

    async function recorded({ userId }: TestUser) {
      const keyId = await keyIdOf(operatorKey);
      const acts = await actsOn('user', userId);
      expect(acts.map(({ action, reason, keyId }) => ({ action, reason, keyId }))).toEqual([
        { action: 'freezeUser', reason: 'lost <b>phone</b>', keyId },
        { action: 'unfreezeUser', reason: 'found again', keyId },
      ]);
    }
  });
});
