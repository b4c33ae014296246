import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { api, type Entry } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { tally } from '../../support/contract.js';
import { getCsv, rowsOf } from '../../support/csv.js';
import { BASE_URL, describeWith } from '../../support/environment.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import { aParty, entriesOf } from '../../support/money.js';
import type { ServiceProgram } from '../../support/service-program.js';

const HEADER = 'occurredAt,transactionId,type,amount,balanceAfter,counterparty,memo,paymentId';
const addressOf = (accountId: number, query = '') => `${BASE_URL}/accounts/${accountId}/transactions${query}`;

/** As an entry stands in a CSV, with what has nothing to do with formulas. */
const rowOf = (entry: Entry & { readonly memo?: string }) => ({
  occurredAt: entry.occurredAt,
  transactionId: String(entry.transactionId),
  type: entry.type,
  amount: String(entry.amount),
  balanceAfter: String(entry.balanceAfter),
  counterparty: entry.counterparty,
  memo: entry.memo ?? '',
  paymentId: entry.paymentId === undefined ? '' : String(entry.paymentId),
});

describe('a statement as CSV', () => {
  it('has the entries of the JSON, in Korean, with the balance after each', async () => {
    const party = await aParty({ name: '보내는이' });
    const { userId, accountId, friend } = party;
    await done(api.charge({ userId, amount: 50_000 }));
    await done(api.transfer({ fromUserId: userId, toUserId: friend.userId, amount: 5_000, memo: '점심값 🍕' }));
    await done(api.pay(paymentBody(userId, { totalPayAmount: 50_000 }), newKey()));

    const { status, headers, text } = await getCsv(addressOf(accountId));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="transactions-${accountId}.csv"`);
    expect(headers.get('vary')).toBe('accept');
    expect(headers.get('x-request-id')).toBeTruthy();
    expect(text.startsWith(`\uFEFF${HEADER}\r\n`)).toBe(true);
    const entries = (await entriesOf(accountId)).reverse();
    expect(entries).toHaveLength(4);
    expect(rowsOf(text)).toEqual(entries.map(rowOf));
    expect(text).toContain('점심값 🍕');

    const [received] = rowsOf((await getCsv(addressOf(friend.accountId))).text);
    expect(received).toMatchObject({ amount: '5000', counterparty: '보내는이', memo: '점심값 🍕' });
  });

  it('quotes what needs it, and lets nobody write formulas', async () => {
    const names = ['=1+1', '+82 10', '-홍길동', '@SUM(A1)', '＝1', '"말", 길동', "'길동"];
    const [shown, other] = [["'=1+1", "'+82 10", "'-홍길동", "'@SUM(A1)", "'＝1"], names.slice(5)];
    const user = await aUser({ charged: 1_000 });
    for (const name of names) {
      const receiver = await aUser({ name });
      const memo = `${name}, "둘"`;
      await done(api.transfer({ fromUserId: user.userId, toUserId: receiver.userId, amount: 1, memo }));
    }
    const { text } = await getCsv(addressOf(user.accountId, '?type=transfer'));
    const rows = rowsOf(text).reverse();
    expect(rows.map(({ counterparty }) => counterparty)).toEqual([...shown, ...other]);
    expect(rows.map(({ memo }) => memo)).toEqual([...shown, ...other].map((name) => `${name}, "둘"`));
    expect(rows.map(({ amount }) => amount)).toEqual(names.map(() => '-1'));
    expect(text).toContain(`"'=1+1, ""둘"""`);
  });

  it('is of days and of a type, and named after the days', async () => {
    const user = await aUser({ charged: 1_000 });
    const { headers, text } = await getCsv(addressOf(user.accountId, '?from=2025-02-26&to=2999-12-31&type=charge'));
    const name = `transactions-${user.accountId}-from-2025-02-26-to-2999-12-31.csv`;
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
    expect(rowsOf(text)).toHaveLength(1);
    for (const query of ['?to=2025-02-26', '?type=PAYMENT']) {
      expect((await getCsv(addressOf(user.accountId, query))).text).toBe(`\uFEFF${HEADER}\r\n`);
    }
  });

  it.each([
    ['text/csv;q=0.9, application/json;q=0.1', 'text/csv; charset=utf-8'],
    ['text/csv;q=0.1, application/json', 'application/json; charset=utf-8'],
    ['text/csv;q=0', 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
  ])('comes by Accept: %s as %s', async (accept, type) => {
    const { accountId } = await aUser();
    const { status, headers } = await getCsv(addressOf(accountId), { accept });
    expect([status, headers.get('content-type')]).toEqual([200, type]);
  });

  it('that is refused is the envelope', async () => {
    const { accountId } = await aUser();
    const refused = [
      [addressOf(Number.MAX_SAFE_INTEGER), 404, 'AccountNotFound'],
      [addressOf(accountId, '?cursor=MTIz'), 400, 'InvalidRequest'],
      [addressOf(accountId, '?limit=0'), 400, 'InvalidRequest'],
    ] as const;
    for (const [address, status, code] of refused) {
      const answer = await getCsv(address);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/json; charset=utf-8']);
      expect(JSON.parse(answer.text)).toMatchObject({ code });
      expect(answer.headers.get('content-disposition')).toBeNull();
    }
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'many statements at once', () => {
  let service: ServiceProgram;
  beforeAll(async () => {
    await aKey('operator');
    service = await aService({ AUTH: 'required', DATABASE_POOL_SIZE: '4' });
  });
  afterAll(() => service?.stop());

  it('are whole or refused, and keep no payment waiting', async () => {
    const app = bearer(await aKey('app'));
    const user = await aUser({ charged: 10_000 });
    const { partnerId } = (await done(api.send<{ partnerId: number }>('POST', '/partners', { name: '길동상회' })))
      .detail;
    const paying = bearer(await aKey(partnerId));
    const reading = atOnce(80, () => getCsv(`${service.baseUrl}/accounts/${user.accountId}/transactions`, app));
    const payments = await atOnce(8, () =>
      service.api.send('POST', '/payments', paymentBody(user.userId, { partnerId, totalPayAmount: 1 }), {
        key: newKey(),
        headers: paying,
      }),
    );
    expect(tally(payments)).toEqual({ '201 Success': 8 });
    const answers = await reading;
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 429]);
    for (const { status, text } of answers) {
      if (status === 200) expect(rowsOf(text).at(-1)).toMatchObject({ type: 'CHARGE', amount: '10000' });
      else expect(JSON.parse(text)).toMatchObject({ code: 'TooManyRequests' });
    }
  });
});
