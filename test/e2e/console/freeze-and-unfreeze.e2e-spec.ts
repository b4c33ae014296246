import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actsOn, keyIdOf } from '../../support/acts.js';
import { agree } from '../../support/agreements.js';
import { api } from '../../support/api.js';
import { aSavingsAccount, aUser, done, newKey, newOrder, paymentBody, type TestUser } from '../../support/builders.js';
import { ConsoleBrowser, SESSION_KEY } from '../../support/console-browser.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the pages of users and partners', () => {
  let service: ServiceProgram;
  let operatorKey: string;
  let operator: ConsoleBrowser;
  let auditor: ConsoleBrowser;
  let user: TestUser;
  let savingsId: number;
  let partnerId: number;
  const order = newOrder();
  beforeAll(async () => {
    operatorKey = await aKey('operator');
    service = await aService({ AUTH: 'required', CONSOLE_SESSION_KEYS: SESSION_KEY, TRUSTED_PROXIES: '127.0.0.1' });
    operator = new ConsoleBrowser(service.baseUrl);
    auditor = new ConsoleBrowser(service.baseUrl);
    await operator.signIn(operatorKey);
    await auditor.signIn(await aKey('auditor'));
    const name = { name: '길동상회' };
    ({ partnerId } = (await done(api.send<{ partnerId: number }>('POST', '/partners', name))).detail);
    user = await aUser({ charged: 100_000 });
    savingsId = await aSavingsAccount(user);
    await done(agree(user.userId, { partnerId }));
    const payment = paymentBody(user.userId, { partnerId, partnerPayKey: order, totalPayAmount: 12_345 });
    await done(api.pay(payment, newKey()));
  });
  afterAll(() => service?.stop());

  const userPath = () => `/console/users/${user.userId}`;
  const partnerPath = () => `/console/partners/${partnerId}`;
  const keyIn = (page: string) => /name="idempotencyKey" value="([^"]+)"/.exec(page)?.[1] as string;
  const send = async (path: string, reason: string, browser = operator) => {
    const idempotencyKey = keyIn(await browser.page(path));
    return browser.post(path, { idempotencyKey, ...(reason && { reason }) }, { 'x-forwarded-for': '203.0.113.7' });
  };

  it('show what there is to say of a user, to the auditor as well', async () => {
    for (const browser of [operator, auditor]) {
      const page = await browser.page(userPath());
      for (const text of [user.email, '₩87,655', '₩2,900,000', '길동상회', `/console/accounts/${savingsId}`]) {
        expect(page).toContain(text);
      }
      expect(page).toContain(`href="${partnerPath()}"`);
      expect(page).toContain(`******${user.linkedAccount.slice(-4)}`);
    }
  });

  it('go on with a user’s movements', async () => {
    const { userId } = await aUser({ charged: 1_000 });
    for (let index = 0; index < 20; index += 1) {
      await done(api.pay(paymentBody(userId, { totalPayAmount: 11 + index }), newKey()));
    }
    const first = await operator.page(`/console/users/${userId}`);
    const next = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(first).not.toMatch(/>Charge</);
    expect(await operator.page(next)).toMatch(/>Charge</);
  });

  it('show a partner’s payments of a day, and lead to all that is of it', async () => {
    const page = await auditor.page(partnerPath());
    for (const text of ['길동상회', order, '₩12,345', `href="${userPath()}"`]) expect(page).toContain(text);
    for (const path of [`/console/webhooks/${partnerId}`, `/console/settlements?partnerId=${partnerId}`]) {
      expect(page).toContain(`href="${path}"`);
    }
    expect(await auditor.page(`${partnerPath()}?day=2025-01-05`)).toContain('There are no payments of this day.');
  });

  it('list partners by how their names begin', async () => {
    const name = `Zebra ${newKey()}`;
    const { partnerId: other } = (await done(api.send<{ partnerId: number }>('POST', '/partners', { name }))).detail;
    const page = await auditor.page(`/console/partners?name=${encodeURIComponent(name.slice(0, 20).toLowerCase())}`);
    expect(page).toContain(`href="/console/partners/${other}"`);
    expect(page).not.toContain(`href="${partnerPath()}"`);
    expect(await auditor.page('/console/partners?name=nobody-begins-so')).toContain('There is no such partner.');
  });

  it.each([
    ['users/999999999', 404, 'The user ID is not valid.'],
    ['users/999999999/freeze', 404, 'The user ID is not valid.'],
    ['partners/999999999', 404, 'The merchant is not valid.'],
    ['partners/999999999/unfreeze', 404, 'The merchant is not valid.'],
    ['users/nobody', 400, '<code>userId</code> must be an integer'],
    ['partners/100?day=2026-02-30', 400, '<code>day</code> must be a day like'],
  ])('say what is wrong: %s', async (path, status, words) => {
    const answer = await operator.get(`/console/${path}`);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words)]);
  });

  describe.each([
    ['user', userPath, () => user.userId, 'freezeUser', 'unfreezeUser'],
    ['partner', partnerPath, () => partnerId, 'freezePartner', 'unfreezePartner'],
  ] as const)('freezing a %s', (subject, path, id, frozen, unfrozen) => {
    it('is offered to operators alone, and refused to others by the API', async () => {
      expect(await operator.page(path())).toContain(`href="${path()}/freeze"`);
      expect(await auditor.page(path())).not.toContain('/freeze"');
      const answer = await send(`${path()}/freeze`, 'because', auditor);
      expect([answer.status, await answer.text()]).toEqual([
        403,
        expect.stringContaining('You are not allowed to do this.'),
      ]);
    });

    it('says what will happen, and wants a reason', async () => {
      const form = await operator.page(`${path()}/freeze`);
      expect(form).toContain('It lasts until somebody unfreezes.');
      expect(form).toMatch(/<input id="reason" name="reason" required/);
      for (const reason of ['', 'x'.repeat(201)]) {
        const answer = await send(`${path()}/freeze`, reason);
        const page = await answer.text();
        expect([answer.status, page]).toEqual([400, expect.stringContaining('<code>reason</code>')]);
        // What was typed can be mended.
        if (reason !== '') expect(page).toContain(`value="${reason}"`);
        expect(answer.headers.get('hx-trigger')).toBeNull();
      }
      expect(await actsOn(subject, id())).not.toContainEqual(expect.objectContaining({ action: frozen }));
    });

    it('shows since when, who and why, and can be undone', async () => {
      const done = await send(`${path()}/freeze`, '<b>lost</b>');
      expect([done.status, done.headers.get('hx-trigger')]).toEqual([200, 'acted']);
      expect(await done.text()).toMatch(/Frozen since \d{4}-\d\d-\d\d/);
      // Somebody else's later act is not what froze them.
      await send(`${path()}/freeze`, 'once more');
      const page = await operator.page(path());
      const standing = /<section[^>]*id="standing".*?<\/section>/s.exec(page)?.[0] ?? '';
      const keyId = await keyIdOf(operatorKey);
      for (const text of ['Frozen', '&lt;b>lost&lt;/b>', `key ${keyId}`, `href="${path()}/unfreeze"`]) {
        expect(standing).toContain(text);
      }
      expect((await send(`${path()}/unfreeze`, 'found')).status).toBe(200);
      expect(await operator.page(path())).toContain(`href="${path()}/freeze"`);
      const written = (await actsOn(subject, id())).filter(({ action }) => action !== 'createPartner');
      expect(written).toEqual([
        expect.objectContaining({ action: frozen, keyId, reason: '<b>lost</b>', address: '203.0.113.7' }),
        expect.objectContaining({ action: frozen, keyId, reason: 'once more' }),
        expect.objectContaining({ action: unfrozen, keyId, reason: 'found', role: 'operator' }),
      ]);
    });

    it('is done once, however often its form is sent', async () => {
      const fields = { idempotencyKey: keyIn(await operator.page(`${path()}/freeze`)), reason: 'twice' };
      const before = (await actsOn(subject, id())).length;
      const first = await operator.post(`${path()}/freeze`, fields);
      const second = await operator.post(`${path()}/freeze`, fields);
      expect([first.status, second.status]).toEqual([200, 409]);
      expect(await actsOn(subject, id())).toHaveLength(before + 1);
      await send(`${path()}/unfreeze`, 'again');
    });
  });
});
