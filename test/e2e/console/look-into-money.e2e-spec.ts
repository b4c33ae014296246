import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seoulDate } from '../../../src/platform/clock/clock.js';
import { actsOn } from '../../support/acts.js';
import { api } from '../../support/api.js';
import { authorize, capture } from '../../support/authorizations.js';
import { aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { ConsoleBrowser, SESSION_KEY } from '../../support/console-browser.js';
import { expectAnswer } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { hold } from '../../support/held-transfers.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import { eventually } from '../../support/money.js';
import { read } from '../../support/operations.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { sql } from '../../support/stores.js';
import { aListener, stopReceivers, untilDelivered } from '../../support/webhook-partner.js';

const HOSTILE = `<b onclick="alert(1)">'&lt;`;
/** As a page has it, where it is text. */
const ESCAPED = `&lt;b onclick=&quot;alert(1)&quot;>'&amp;lt;`;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the pages of money', () => {
  let service: ServiceProgram;
  let operatorKey: string;
  let operator: ConsoleBrowser;
  let auditor: ConsoleBrowser;
  let user: TestUser;
  let partnerId: number;
  beforeAll(async () => {
    operatorKey = await aKey('operator');
    service = await aService({ AUTH: 'required', CONSOLE_SESSION_KEYS: SESSION_KEY });
    operator = new ConsoleBrowser(service.baseUrl);
    auditor = new ConsoleBrowser(service.baseUrl);
    await operator.signIn(operatorKey);
    await auditor.signIn(await aKey('auditor'));
    ({ partnerId } = await aListener());
    user = await aUser({ charged: 100_000 });
  });
  afterAll(async () => {
    await stopReceivers();
    await service?.stop();
  });

  const pay = async (totalPayAmount: number, changes: object = {}) =>
    (await done(api.pay(paymentBody(user.userId, { partnerId, totalPayAmount, ...changes }), newKey()))).detail
      .paymentId;
  const fieldIn = (page: string, name: string) =>
    new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(page)?.[1] as string;
  const expectAll = (page: string, words: readonly string[]) => {
    for (const word of words) expect(page).toContain(word);
  };
  const cancelPath = (paymentId: number) => `/console/payments/${paymentId}/cancel`;
  const cancelableOf = async (paymentId: number) => (await done(api.payment(paymentId))).detail.cancelableAmount;

  describe('a payment', () => {
    it('has on one page all that a complaint needs, and what is hostile in it stays text', async () => {
      const productItems = [{ name: HOSTILE, count: 3 }];
      const paymentId = await pay(12_345, { productItems, partnerPayKey: `${HOSTILE.replaceAll(' ', '')}${newKey()}` });
      const cancel = { cancelAmount: 2_345, cancelReason: HOSTILE };
      const { cancelId } = (
        await done(api.send<{ cancelId: number }>('POST', `/payments/${paymentId}/cancel`, cancel, { key: newKey() }))
      ).detail;
      await untilDelivered(partnerId, 2);
      for (const browser of [operator, auditor]) {
        const page = await browser.page(`/console/payments/${paymentId}`);
        expectAll(page, ['₩12,345', '₩10,000', 'Payment of ₩12,345 requested', '₩2,345 cancelled and given back']);
        expectAll(page, ['payment.approved', 'payment.canceled', ESCAPED, user.name]);
        expectAll(page, [`/console/users/${user.userId}"`, `/console/partners/${partnerId}"`]);
        expectAll(page, [`/console/movements/${cancelId}"`, `/console/accounts/${user.accountId}"`]);
        expect(page).not.toContain('<b onclick');
      }
    });

    it('in two steps shows both', async () => {
      const { paymentId } = (await done(authorize(user.userId, { partnerId, totalPayAmount: 4_000 }))).detail;
      const before = await operator.page(`/console/payments/${paymentId}`);
      expectAll(before, ['₩4,000 authorised, to be captured', 'Nothing was booked.']);
      expect(before).not.toContain('Cancel it');
      await done(capture(paymentId, { captureAmount: 3_000 }));
      expectAll(await operator.page(`/console/payments/${paymentId}`), ['₩3,000 captured', 'Cancel it']);
    });

    it('is found under the id of its movement, and a part of it has a page of its own', async () => {
      const paymentId = await pay(1_000);
      const answer = await operator.get(`/console/movements/${paymentId}`);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, `/console/payments/${paymentId}`]);
      const cancel = { cancelReason: '변심' };
      const { cancelId } = (
        await done(api.send<{ cancelId: number }>('POST', `/payments/${paymentId}/cancel`, cancel, { key: newKey() }))
      ).detail;
      expectAll(await operator.page(`/console/movements/${cancelId}`), ['Cancel', `/console/payments/${paymentId}"`]);
    });

    it('is looked at again without keeping a session that is idle', async () => {
      const paymentId = await pay(1_000);
      const path = `/console/payments/${paymentId}/now`;
      const part = await operator.get(path, { 'hx-request': 'true' });
      expect([part.status, part.headers.get('set-cookie')]).toEqual([200, null]);
      expect(await part.text()).toContain('id="payment"');
      const page = await operator.get(path);
      expect([page.status, page.headers.get('location')]).toEqual([303, `/console/payments/${paymentId}`]);
    });
  });

  describe('a cancel', () => {
    const sent = async (paymentId: number, changes = {}): Promise<Record<string, string>> => {
      const form = await operator.page(cancelPath(paymentId));
      const names = ['idempotencyKey', 'cancelableAmount', 'cancelAmount'];
      const fields = Object.fromEntries(names.map((name) => [name, fieldIn(form, name)]));
      return { ...fields, reason: '고객 문의', ...changes };
    };
    const cancel = async (paymentId: number, fields: Record<string, string>) => {
      const answer = await operator.post(cancelPath(paymentId), fields);
      return { status: answer.status, acted: answer.headers.get('hx-trigger'), page: await answer.text() };
    };

    it('is offered to who may act, and refused to who may not, by the API', async () => {
      const paymentId = await pay(1_000);
      expect(await operator.page(`/console/payments/${paymentId}`)).toContain('act-link');
      expect(await auditor.page(`/console/payments/${paymentId}`)).not.toContain('act-link');
      const answer = await auditor.post(cancelPath(paymentId), await sent(paymentId));
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('You are not allowed')]);
      expect(await cancelableOf(paymentId)).toBe(1_000);
    });

    it('gives back so much, once, is told, and is recorded with its reason', async () => {
      const paymentId = await pay(10_000);
      const fields = await sent(paymentId, { cancelAmount: '4000', reason: HOSTILE });
      expect(fields).toMatchObject({ cancelableAmount: '10000' });
      const first = await cancel(paymentId, fields);
      expect(first).toMatchObject({ status: 200, acted: 'acted' });
      expectAll(first.page, ['₩4,000 went back to the customer', '₩6,000']);
      const second = await cancel(paymentId, fields);
      expect(second).toMatchObject({ status: 409, acted: null });
      expect(await cancelableOf(paymentId)).toBe(6_000);
      const act = { action: 'cancelPayment', role: 'operator', address: '127.0.0.1', reason: HOSTILE };
      expect(await actsOn('payment', paymentId)).toMatchObject([act]);
      expectAll(await operator.page(`/console/payments/${paymentId}`), ['Cancel a payment', `Reason: ${ESCAPED}`]);
    });

    it('is not done where what can be cancelled has changed meanwhile, and can be asked for anew', async () => {
      const paymentId = await pay(10_000);
      const fields = await sent(paymentId, { cancelAmount: '9000' });
      const other = { cancelAmount: 3_000, cancelReason: '변심' };
      await done(api.send('POST', `/payments/${paymentId}/cancel`, other, { key: newKey() }));
      const refused = await cancel(paymentId, fields);
      expect(refused).toMatchObject({ status: 409, acted: null });
      expectAll(refused.page, ['The cancelable amount has changed.', 'up to ₩7,000', 'value="9000"']);
      expect(fieldIn(refused.page, 'cancelableAmount')).toBe('7000');
      expect(fieldIn(refused.page, 'idempotencyKey')).not.toBe(fields['idempotencyKey']);
      expect(await cancelableOf(paymentId)).toBe(7_000);
    });

    it.each([
      ['no amount', { cancelAmount: '' }, 400, '<code>cancelAmount</code>'],
      ['what is no amount', { cancelAmount: '1,000' }, 400, '<code>cancelAmount</code>'],
      ['nothing', { cancelAmount: '0' }, 400, '<code>cancelAmount</code>'],
      ['more than there is', { cancelAmount: '1001' }, 422, 'The amount is more than can be canceled.'],
      ['no reason', { reason: '' }, 400, '<code>cancelReason</code>'],
      ['what is no reason', { reason: 'a\u0007b' }, 400, '<code>cancelReason</code>'],
    ])('of %s is refused in the words of the API, and can be mended', async (_what, changes, status, words) => {
      const paymentId = await pay(1_000);
      const refused = await cancel(paymentId, await sent(paymentId, changes));
      expect(refused).toMatchObject({ status, acted: null });
      expectAll(refused.page, [words, 'name="cancelAmount"']);
      expect(await cancelableOf(paymentId)).toBe(1_000);
    });

    it('is not offered of what can not be cancelled', async () => {
      const paymentId = await pay(1_000);
      await done(api.send('POST', `/payments/${paymentId}/cancel`, { cancelReason: '변심' }, { key: newKey() }));
      const page = await operator.page(cancelPath(paymentId));
      expect(page).toContain('There is nothing that can be cancelled.');
      expect(page).not.toContain('<form class="act"');
    });
  });

  describe('what waits for a bank', () => {
    it('is listed, oldest first, asked about with a reason, and told what the bank said', async () => {
      const slow = await aUser({ bankAccount: '9016', given: 1_000 });
      const waiting = await api.charge({ userId: slow.userId, amount: 2_000 });
      expectAnswer(waiting, 'Processing');
      const { transactionId } = waiting.detail;
      expectAll(await auditor.page('/console/pending'), [`/console/movements/${transactionId}"`, '₩2,000']);
      const path = `/console/movements/${transactionId}/inquire`;
      const form = await operator.page(path);
      expectAll(form, ['HANA BANK is asked at once what became of the ₩2,000']);
      const idempotencyKey = fieldIn(form, 'idempotencyKey');
      const blank = await operator.post(path, { idempotencyKey });
      expect([blank.status, await blank.text()]).toEqual([400, expect.stringContaining('<code>reason</code>')]);
      const answer = await operator.post(path, { idempotencyKey, reason: '고객 문의' });
      expect(answer.headers.get('hx-trigger')).toBe('acted');
      expect(await answer.text()).toMatch(/The bank: it is done|gave no definite answer|was not asked just now/);
      const settled = await eventually(
        () => operator.page(`/console/movements/${transactionId}`),
        (page) => page.includes('Completed'),
      );
      expectAll(settled, ['Bank order', `/console/accounts/${slow.accountId}"`]);
      expect(await operator.page(path)).toContain('This movement does not wait for a bank.');
    });

    it('is asked about by who may act alone', async () => {
      const answer = await auditor.post('/console/movements/1/inquire', { idempotencyKey: newKey(), reason: 'why' });
      expect(answer.status).toBe(403);
    });
  });

  describe('a movement', () => {
    it('has its memo as text, its parties, and whether it was accepted', async () => {
      const friend = await aUser();
      const { transactionId } = (await done(hold(user, friend, 1_000, { memo: HOSTILE }))).detail;
      const page = await auditor.page(`/console/movements/${transactionId}`);
      expectAll(page, [ESCAPED, 'To be accepted', `/console/accounts/${friend.accountId}"`, 'Transfers held']);
      expect(page).not.toContain('<b onclick');
    });
  });

  describe('an account', () => {
    it('has its balance, what is set aside, and its statement, of a period too', async () => {
      const one = await aUser({ charged: 5_000 });
      await done(authorize(one.userId, { totalPayAmount: 1_500 }));
      const path = `/console/accounts/${one.accountId}`;
      expectAll(await auditor.page(path), ['₩5,000', '₩1,500', '₩3,500', 'Charge', one.name]);
      const today = seoulDate(new Date());
      expectAll(await auditor.page(`${path}?from=${today}&to=`), ['₩5,000', `statement.csv?from=${today}"`]);
      expectAll(await auditor.page(`${path}?from=2020-01-01&to=2020-01-02`), ['There is nothing in this period.']);
      const wrong = await auditor.get(`${path}?from=2020-01-02&to=2020-01-01`);
      expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('The request is not valid.')]);
    });

    it('hands out the same CSV as the API', async () => {
      const today = seoulDate(new Date());
      const file = await auditor.get(`/console/accounts/${user.accountId}/statement.csv?from=${today}`);
      const headers = { ...bearer(operatorKey), accept: 'text/csv' };
      const theirs = await fetch(`${service.baseUrl}/accounts/${user.accountId}/transactions?from=${today}`, {
        headers,
      });
      expect(await file.text()).toBe(await theirs.text());
      expect(file.headers.get('content-disposition')).toBe(theirs.headers.get('content-disposition'));
    });

    it('that carries no balance says so', async () => {
      const { counterAccount } = await read<{ counterAccount: { accountId: number } }>(`movements/${await pay(100)}`);
      const page = await auditor.page(`/console/accounts/${counterAccount.accountId}`);
      expectAll(page, [`PARTNER-${partnerId}`, 'This account carries no balance', 'Settlements of the partner']);
    });
  });

  it('show audits, and what they found, check by check', async () => {
    await sql(
      `INSERT INTO audits (started_at, ended_at, checks, bank_unanswered, finding_count)
       VALUES (UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), '{"hold":1}', 0, 1)`,
    );
    const [{ id } = { id: 0 }] = await sql<{ id: number }>('SELECT MAX(id) AS id FROM audits');
    const finding = [id, 'hold', 'accounts', JSON.stringify({ id: user.accountId }), `held is ${HOSTILE}`];
    await sql('INSERT INTO audit_findings (audit_id, check_name, table_name, row_key, problem) VALUES (?)', [finding]);
    expectAll(await auditor.page('/console/audits'), [`/console/audits/${id}"`, 'Violations: 1']);
    const page = await auditor.page(`/console/audits/${id}`);
    expectAll(page, ['what is held on an account is', ESCAPED, `/console/accounts/${user.accountId}"`]);
  });

  it.each([
    ['payments/999999999999', 404, 'The payment was not found.'],
    ['payments/x', 400, '<code>paymentId</code>'],
    ['movements/999999999999', 404, 'was not found'],
    ['accounts/999999999999', 404, 'The account was not found.'],
    ['audits/999999999', 404, 'was not found'],
    ['pending?cursor=%21', 400, '<code>cursor</code>'],
  ])('say what is wrong, in the words of the API: %s', async (path, status, words) => {
    const answer = await operator.get(`/console/${path}`);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words)]);
  });
});
