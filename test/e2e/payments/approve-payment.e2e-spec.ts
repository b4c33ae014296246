import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, aUser, aUserAtTheLimit, done, give, newKey, newOrder, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { entriesOf, expectNothingMoved, expectUnbrokenChain, moneyOf } from '../../support/money.js';
import { describeKeyless, PARTNER_ID } from '../../support/environment.js';

const NOBODY = Number.MAX_SAFE_INTEGER;

async function expectRefused(field: string, values: readonly unknown[]): Promise<void> {
  const user = await aUser({ given: 30_000 });
  await expectNothingMoved([user], async () => {
    for (const value of values) {
      const received = await api.pay(paymentBody(user.userId, { [field]: value }), newKey());
      expectAnswer(received, 'InvalidRequest');
      expect([value, fieldsOf(received)]).toEqual([value, [field]]);
    }
  });
}

describeKeyless('a payment to a partner', () => {
  it('who does not exist is refused', async () => {
    const user = await aUser({ given: 30_000 });
    await expectNothingMoved([user], async () => {
      expectAnswer(await api.pay(paymentBody(user.userId, { partnerId: NOBODY }), newKey()), 'InvalidMerchant');
    });
  });

  it('whose id is none is refused', () => expectRefused('partnerId', [undefined, '100', -100, null]));
});

describe('a payment', () => {
  it('is approved from the main account', async () => {
    const user = await aUser({ given: 30_000 });
    const body = paymentBody(user.userId);
    const received = await api.pay(body, newKey());
    expectSuccess(received, 201);
    const { paymentId, paymentDateTime } = received.detail;
    expect(received.location).toBe(`/payments/${paymentId}`);
    expect(received.detail).toEqual({
      paymentId,
      partnerPayKey: body.partnerPayKey,
      totalPayAmount: 23_000,
      paymentDateTime,
    });
    expect(await moneyOf(user)).toEqual({ main: 7_000, available: 7_000, savings: 0, usedToday: 0 });
  });

  it('tells its time in Seoul, whatever the zone of the host', async () => {
    const { userId } = await aUser();
    const received = await api.pay(paymentBody(userId), newKey());
    const { paymentDateTime } = received.detail;
    expect(paymentDateTime).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/);
    const paidAt = Date.parse(`${paymentDateTime.replace(' ', 'T')}+09:00`);
    expect(Math.abs(paidAt - Date.parse(received.headers['date'] as string))).toBeLessThan(600_000); // zones differ by more
  });

  it('tops the main account up by exactly what is missing', async () => {
    const user = await aUser({ given: 20_000 });
    const { paymentId } = (await done(api.pay(paymentBody(user.userId), newKey()))).detail;
    expect((await done(api.payment(paymentId))).detail.toppedUpAmount).toBe(3_000);
    expect(await moneyOf(user)).toEqual({ main: 0, available: 0, savings: 0, usedToday: 3_000 });
    expect((await entriesOf(user.accountId)).map(({ type, amount }) => [type, amount])).toEqual([
      ['TRANSFER', 20_000],
      ['TOP_UP', 3_000],
      ['PAYMENT', -23_000],
    ]);
  });

  it('is refused for a user who does not exist', async () => {
    expectAnswer(await api.pay(paymentBody(NOBODY), newKey()), 'InvalidUserId');
  });

  it('beyond the balance and the daily limit is refused, and its key and order are free again', async () => {
    const user = await aUserAtTheLimit(20_000);
    const [body, key] = [paymentBody(user.userId), newKey()];
    await expectNothingMoved([user], async () => {
      const received = await api.pay(body, key);
      expectAnswer(received, 'DailyLimitExceeded');
      expect(received.detail).toEqual({
        dailyLimit: 3_000_000,
        usedToday: 3_000_000,
        remainingToday: 0,
        requested: 3_000,
      });
    });
    await give(user, 3_000);
    expectSuccess(await api.pay(body, key), 201);
    expect((await moneyOf(user)).main).toBe(0);
  });

  it('of the highest amount there is, is refused like any other', async () => {
    const user = await aUser();
    const requested = Number.MAX_SAFE_INTEGER;
    await expectNothingMoved([user], async () => {
      const received = await api.pay(paymentBody(user.userId, { totalPayAmount: requested }), newKey());
      expectAnswer(received, 'DailyLimitExceeded');
      expect(received.detail).toMatchObject({ requested });
    });
  });

  it('may have an order number of 100 characters and 100 items with names of 100 characters', async () => {
    const { userId } = await aUser();
    const productItems = Array.from({ length: 100 }, () => ({ count: 1_000_000, name: '상'.repeat(100) }));
    const partnerPayKey = newOrder().padEnd(100, '~');
    const body = paymentBody(userId, { productItems, partnerPayKey });
    const { paymentId } = (await done(api.pay(body, newKey()))).detail;
    expect((await done(api.payment(paymentId))).detail).toMatchObject({ productItems, partnerPayKey });
  });

  it('keeps quotes, emoji and SQL in names and order numbers as they are', async () => {
    const { userId } = await aUser();
    const productItems = [{ count: 1, name: `"'; DROP TABLE payments;-- \\ %s \${1} 🍜` }];
    const partnerPayKey = `'";--\\%_${newOrder()}`;
    const { paymentId } = (await done(api.pay(paymentBody(userId, { productItems, partnerPayKey }), newKey()))).detail;
    expect((await done(api.payment(paymentId))).detail).toMatchObject({ productItems, partnerPayKey });
    expect((await done(api.payments({ partnerId: PARTNER_ID, partnerPayKey }))).detail.items).toHaveLength(1);
  });

  it.each([
    ['userId', [undefined, '1', 0, 1.5, null]],
    ['partnerPayKey', [undefined, '', ' ', 'a b', '주문', 'x'.repeat(101), 123, null]],
    ['productItems', [undefined, [], {}, 'Product A', null, Array(101).fill({ count: 1, name: 'a' }), [null], [[]]]],
    ['totalPayAmount', [undefined, '23000', 0, -1, 0.5, 1e21, true, null, [23_000], Number.MAX_SAFE_INTEGER + 1]],
  ])('with a bad %s is refused', expectRefused);

  it('names everything that is wrong at once, with its place', async () => {
    const { userId } = await aUser();
    const productItems = [
      { count: 1, name: 'Product A' },
      { count: 0, name: ' ', price: 10 },
    ];
    const body = { userId: String(userId), productItems, totalPayAmount: 0, totalPayAmmount: 1 };
    const received = await api.pay(body, newKey());
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual([
      'partnerId',
      'partnerPayKey',
      'productItems[1].count',
      'productItems[1].name',
      'productItems[1].price',
      'totalPayAmmount',
      'totalPayAmount',
      'userId',
    ]);
  });

  it('200 times 1,000 won at once on 50,000 won with the limit used up is approved exactly 50 times', async () => {
    const user = await aUserAtTheLimit(50_000);
    const answers = await atOnce(200, () => api.pay(paymentBody(user.userId, { totalPayAmount: 1_000 }), newKey()));
    expect(tally(answers)).toEqual({ '201 Success': 50, '422 DailyLimitExceeded': 150 });
    expect(await moneyOf(user)).toMatchObject({ main: 0, available: 0 });
    await expectUnbrokenChain(user);
    const payments = (await entriesOf(user.accountId)).filter(({ type }) => type === 'PAYMENT');
    expect(payments).toHaveLength(50);
    const approved = answers.filter(({ status }) => status === 201).map(({ detail }) => detail.paymentId);
    expect(new Set(payments.map(({ paymentId }) => paymentId))).toEqual(new Set(approved));
  });
});
