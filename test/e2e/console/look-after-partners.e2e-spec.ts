import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { seoulDate } from '../../../src/platform/clock/clock.js';
import { api } from '../../support/api.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { actsOn, keyIdOf } from '../../support/acts.js';
import { ConsoleBrowser, SESSION_KEY } from '../../support/console-browser.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { aListener, eventsShown, stopReceivers, until } from '../../support/webhook-partner.js';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the pages of a partner', () => {
  let service: ServiceProgram;
  let operatorKey: string;
  let operator: ConsoleBrowser;
  let auditor: ConsoleBrowser;
  let partnerId: number;
  let endpointId: number;
  const day = seoulDate(new Date());
  const address = '203.0.113.7';
  const reason = 'the shop asks for it';
  beforeAll(async () => {
    operatorKey = await aKey('operator');
    service = await aService({ AUTH: 'required', CONSOLE_SESSION_KEYS: SESSION_KEY, TRUSTED_PROXIES: '127.0.0.1' });
    operator = new ConsoleBrowser(service.baseUrl);
    operator.headers = { 'x-forwarded-for': address };
    auditor = new ConsoleBrowser(service.baseUrl);
    await operator.signIn(operatorKey);
    await auditor.signIn(await aKey('auditor'));
    ({ partnerId, endpointId } = await aListener());
    const { userId } = await aUser({ charged: 100_000 });
    for (const totalPayAmount of [12_345, 6_789]) {
      await done(api.pay(paymentBody(userId, { partnerId, totalPayAmount }), newKey()));
    }
    await until(async () => (await eventsShown(partnerId, 'DELIVERED')).length === 2);
  });
  afterAll(async () => {
    await stopReceivers();
    await service?.stop();
  });

  const endpointPath = () => `/console/webhooks/${partnerId}/endpoints/${endpointId}`;
  const fieldIn = (page: string, name: string) =>
    new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] as string;

  it('show a settlement to the auditor as to the operator, and its lines', async () => {
    const path = `/console/settlements?partnerId=${partnerId}&day=${day}`;
    for (const browser of [operator, auditor]) {
      const page = await browser.page(path);
      for (const amount of ['₩19,134', '₩12,345', '₩6,789']) expect(page).toContain(amount);
    }
  });

  it.each([
    ['day', (id: number) => `/partners/${id}/settlements?from=${day}&to=${day}`],
    ['lines', (id: number) => `/partners/${id}/settlements/${day}/lines`],
  ])('hand out the same CSV as the API: %s', async (name, apiPath) => {
    const file = await auditor.get(`/console/settlements/${name}.csv?partnerId=${partnerId}&day=${day}`);
    const headers = { ...bearer(operatorKey), accept: 'text/csv' };
    const theirs = await fetch(service.baseUrl + apiPath(partnerId), { headers });
    expect(await file.text()).toBe(await theirs.text());
    for (const header of ['content-type', 'content-disposition']) {
      expect(file.headers.get(header)).toBe(theirs.headers.get(header));
    }
  });

  it.each([
    ['settlements?partnerId=999999999&day=2026-01-05', 404, 'The merchant is not valid.'],
    ['settlements/lines.csv?partnerId=999999999&day=2026-01-05', 404, 'The merchant is not valid.'],
    ['settlements?partnerId=100&day=2026-02-30', 400, '<code>day</code> must be a day like'],
    ['settlements?partnerId=x', 400, '<code>partnerId</code> must be an integer'],
    ['webhooks/999999999', 404, 'The merchant is not valid.'],
    ['webhooks/nobody', 404, 'was not found'],
    ['webhooks/app/endpoints/999999999', 404, 'The webhook was not found.'],
  ])('say what is wrong, in the words of the API: %s', async (path, status, words) => {
    const answer = await operator.get(`/console/${path}`);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words)]);
  });

  describe('an act', () => {
    it('is offered to who may act', async () => {
      for (const [browser, isOffered] of [
        [operator, true],
        [auditor, false],
      ] as const) {
        const pages = [
          await browser.page(`/console/webhooks/${partnerId}?status=ALL`),
          await browser.page(endpointPath()),
        ];
        expect(pages.map((page) => page.includes('act-link'))).toEqual([isOffered, isOffered]);
      }
    });

    it('is refused to who may not, by the API', async () => {
      const form = await auditor.page(`${endpointPath()}/resend`);
      const idempotencyKey = fieldIn(form, 'idempotencyKey');
      const answer = await auditor.post(`${endpointPath()}/resend`, {
        idempotencyKey,
        from: '2020-01-01T00:00',
        reason,
      });
      const page = await answer.text();
      expect([answer.status, page]).toEqual([403, expect.stringContaining('You are not allowed to do this.')]);
    });

    it('is done once, however often its form is sent', async () => {
      const form = await operator.page(`${endpointPath()}/resend`);
      const fields = {
        idempotencyKey: fieldIn(form, 'idempotencyKey'),
        from: '2020-01-01T00:00',
        status: 'DELIVERED',
        reason,
      };
      const send = () => operator.post(`${endpointPath()}/resend`, fields);
      const first = await send();
      expect([first.status, first.headers.get('hx-trigger')]).toEqual([200, 'acted']);
      expect(await first.text()).toContain('To be sent again: 2.');
      const second = await send();
      expect([second.status, second.headers.get('hx-trigger')]).toEqual([409, null]);
      expect(await second.text()).toContain('The request has already been processed.');
    });

    it('is recorded with its reason, and with where the browser is', async () => {
      const [act] = await actsOn('webhook', endpointId);
      const keyId = await keyIdOf(operatorKey);
      expect(act).toMatchObject({ action: 'resendWebhookEvents', keyId, role: 'operator', address, reason });
    });

    it('is not done without a reason', async () => {
      const fields = { idempotencyKey: newKey(), from: '2020-01-01T00:00', reason: ' ' };
      const answer = await operator.post(`${endpointPath()}/resend`, fields);
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('<code>reason</code>')]);
    });

    it('has a key of its own in each form', async () => {
      const keys = [0, 1].map(async () => fieldIn(await operator.page(`${endpointPath()}/resend`), 'idempotencyKey'));
      expect(new Set(await Promise.all(keys)).size).toBe(2);
    });

    it('can be mended where the API refuses what stands in its fields', async () => {
      const fields = { idempotencyKey: newKey(), from: '2026-01-05T10:00', to: '2026-01-05T09:00', reason };
      const answer = await operator.post(`${endpointPath()}/resend`, fields);
      const page = await answer.text();
      expect([answer.status, page]).toEqual([400, expect.stringContaining('The request is not valid.')]);
      expect(page).toContain('<code>to</code>');
      expect(page).toContain('value="2026-01-05T10:00"');
      expect(page).toContain(`value="${reason}"`);
      expect(fieldIn(page, 'idempotencyKey')).not.toBe(fields.idempotencyKey);
    });

    it('is not done without the token of the session', async () => {
      const [{ deliveryId } = { deliveryId: 0 }] = await eventsShown(partnerId);
      const fields = { csrf: 'x'.repeat(43), idempotencyKey: newKey(), reason };
      const path = `/console/webhooks/${partnerId}/events/${deliveryId}/resend?endpointId=${endpointId}`;
      expect((await operator.post(path, fields)).status).toBe(403);
    });
  });

  it('and their sessions leave no key in the log', () => {
    const log = readFileSync(service.program.logFile, 'utf8');
    expect(log).toContain('/console/settlements');
    for (const secret of [operatorKey, SESSION_KEY, operator.cookie as string]) expect(log).not.toContain(secret);
  });
});
