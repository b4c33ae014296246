import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { seoulDate } from '../../../src/platform/clock/clock.js';
import { keyIdOf } from '../../support/acts.js';
import { api } from '../../support/api.js';
import { BrowserPage, browserHere } from '../../support/browser.js';
import { aUser, done, newKey, newOrder, paymentBody } from '../../support/builders.js';
import { looksOf } from '../../support/console-looks.js';
import { describeIf } from '../../support/describe-if.js';
import { BASE_URL, describeWith } from '../../support/environment.js';
import { aKey } from '../../support/keyed-service.js';
import { aListener, change, eventsShown, register, stopReceivers, until } from '../../support/webhook-partner.js';

const chromium = browserHere();
const HOSTILE = `<script>alert("order")</script>`;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the console', () => {
  let operatorKey: string;
  let listener: Awaited<ReturnType<typeof aListener>>;
  let settlements: string;
  let payment: { paymentId: number; cancelId: number; accountId: number };
  const isTaking = { now: false };

  beforeAll(async () => {
    operatorKey = await aKey('operator');
    listener = await aListener(() => (isTaking.now ? 200 : 503));
    const { partnerId } = listener;
    const other = (await done(register(partnerId, 'https://partner.example/a-path-that-is-rather-long/webhooks')))
      .detail;
    await done(change(partnerId, other.endpointId, { disabled: true, types: ['payment.approved'] }));
    const { userId, accountId } = await aUser({ charged: 500_000 });
    const pay = async (partnerPayKey: string, totalPayAmount: number) =>
      (await done(api.pay(paymentBody(userId, { partnerId, partnerPayKey, totalPayAmount }), newKey()))).detail;
    const { paymentId } = await pay(newOrder(), 123_456);
    await pay(HOSTILE, 45_000);
    const cancel = { cancelAmount: 23_456, cancelReason: '변심' };
    const cancelled = api.send<{ cancelId: number }>('POST', `/payments/${paymentId}/cancel`, cancel, {
      key: newKey(),
    });
    payment = { paymentId, accountId, cancelId: (await done(cancelled)).detail.cancelId };
    settlements = `/console/settlements?partnerId=${partnerId}&day=${seoulDate(new Date())}`;
    await until(async () => (await eventsShown(partnerId, 'UNDELIVERED')).length >= 3);
  });
  afterAll(stopReceivers);

  describeIf(chromium !== undefined, 'Chromium', 'in a browser', () => {
    let opened: BrowserPage;
    beforeEach(async () => {
      opened = await BrowserPage.open(chromium as string, `${BASE_URL}/console`);
    });
    afterEach(async () => {
      await opened.close();
      expect(opened.mistakes).toEqual([]);
    });

    const signIn = async () => {
      await opened.page.getByLabel('API key').fill(operatorKey);
      await opened.page.getByRole('button', { name: 'Sign in' }).click();
      await opened.page.getByText('Operator', { exact: true }).waitFor();
    };
    const see = async (name: string, path: string) => {
      expect(await looksOf(opened, { name, url: BASE_URL + path })).toEqual([]);
    };
    const webhooks = () => `/console/webhooks/${listener.partnerId}`;

    it('is pleasant to look at and to listen to before and after the sign-in', async () => {
      await see('sign-in', '/console/sign-in?reason=idle');
      await opened.page.setExtraHTTPHeaders({ 'accept-language': 'en' });
      await opened.page.goto(`${BASE_URL}/console/sign-in`);
      await signIn();
      await see('webhook-owners', '/console/webhooks');
      await see('webhooks', webhooks());
      await see('endpoint', `${webhooks()}/endpoints/${listener.endpointId}`);
      await see('resend-period', `${webhooks()}/endpoints/${listener.endpointId}/resend`);
      await see('settlements-asked', '/console/settlements');
      await see('settlements', settlements);
      await see('payment-told', `/console/payments/${payment.paymentId}`);
      await see('movement-cancel', `/console/movements/${payment.cancelId}`);
      await see('account-statement', `/console/accounts/${payment.accountId}`);
      await see('pending-all', '/console/pending');
      await see('audits-all', '/console/audits');
    });

    it('is pleasant where one sees who did what, and whose keys there are', async () => {
      await signIn();
      await see('acts', '/console/acts');
      await see('keys', '/console/keys');
      await see('key', `/console/keys/${await keyIdOf(operatorKey)}`);
      await see('key-new', '/console/keys/new');
      await see('key-revoke', `/console/keys/${await keyIdOf(operatorKey)}/revoke`);
    });

    it('shows a day’s settlement, whatever its orders are called, and hands it out as a file', async () => {
      await signIn();
      await opened.page.goto(BASE_URL + settlements);
      const figures = await opened.page.locator('.facts').innerText();
      for (const amount of ['₩145,000', '₩168,456', '−₩23,456']) expect(figures).toContain(amount);
      expect(await opened.page.getByRole('cell', { name: HOSTILE }).count()).toBe(1);
      const download = opened.page.waitForEvent('download');
      await opened.page.getByRole('link', { name: 'Its lines as CSV' }).click();
      const name = `settlement-${listener.partnerId}-${seoulDate(new Date())}.csv`;
      expect((await download).suggestedFilename()).toBe(name);
    });

    it('sends an event again, says so, and shows what became of it', async () => {
      await signIn();
      await opened.page.goto(BASE_URL + webhooks());
      const rows = opened.page.locator('#deliveries tbody tr');
      const before = await rows.count();
      isTaking.now = true;
      await opened.page
        .getByRole('link', { name: /^Send again: event \d+/ })
        .last()
        .click();
      const heading = opened.page.getByRole('heading', { name: /^Send event \d+ again$/ });
      await heading.and(opened.page.locator(':focus')).waitFor();
      await opened.page.getByLabel('Reason').fill('the shop was away');
      await opened.picture('console-resend');
      await opened.page.getByRole('button', { name: 'Send again' }).click();
      await opened.page.getByText('To be sent again: 1.').waitFor();
      await opened.page.locator('.notice:focus').waitFor();
      await opened.picture('console-resent');
      await until(async () => (await rows.count()) < before);
      expect(opened.page.url()).toBe(BASE_URL + webhooks());
    });

    it('works without scripts too', async () => {
      const context = await opened.page.context().browser()?.newContext({ javaScriptEnabled: false, locale: 'en' });
      const page = await context?.newPage();
      if (!page) throw new Error('there is no browser');
      await page.goto(`${BASE_URL}/console/webhooks/${listener.partnerId}/endpoints/${listener.endpointId}`);
      await page.getByLabel('API key').fill(operatorKey);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: 'Send a period again' }).click();
      await page.getByLabel('From').fill('2020-01-01T00:00');
      await page.getByLabel('Which').selectOption('DELIVERED');
      await page.getByLabel('Reason').fill('they ask for it');
      await page.getByRole('button', { name: 'Send again' }).click();
      expect(await page.locator('.notice.good').innerText()).toMatch(/Done\s+To be sent again: \d+/);
      await page.getByRole('button', { name: 'Sign out' }).click();
      expect(await page.locator('.notice').innerText()).toContain('You are signed out');
    });
  });
});
