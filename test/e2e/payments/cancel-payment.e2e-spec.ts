import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { aUser, DAILY_LIMIT, done, newKey, paymentBody, SANDBOX_PARTNER } from '../../support/builders.js';
import { aPayment, cancel, type Paid } from '../../support/cancels.js';
import { expectAnswer, expectSuccess, fieldsOf } from '../../support/contract.js';
import { entriesOf, eventually, expectNothingMoved, expectUnbrokenChain, moneyOf } from '../../support/money.js';

const paymentOf = async ({ paymentId }: Paid) => (await done(api.payment(paymentId))).detail;

describe('a payment that is cancelled', () => {
  it('whole, gives all of it back', async () => {
    const paid = await aPayment(23_000);
    const received = await cancel(paid);
    expectSuccess(received, 200);
    const { paymentId, user } = paid;
    const whole = { paymentId, cancelAmount: 23_000, cancelableAmount: 0, status: 'CANCELED' };
    expect(received.detail).toMatchObject(whole);
    expect(await moneyOf(user)).toMatchObject({ main: 23_000, available: 23_000 });
    expect(await paymentOf(paid)).toMatchObject({
      status: 'CANCELED',
      totalPayAmount: 23_000,
      canceledAmount: 23_000,
      cancelableAmount: 0,
      cancels: [{ cancelId: received.detail.cancelId, cancelAmount: 23_000, cancelReason: '구매자 변심' }],
    });
    await expectUnbrokenChain(user);
  });

  it('in part, gives that part back and stays approved for the rest', async () => {
    const paid = await aPayment(23_000);
    const { detail } = await done(cancel(paid, { cancelAmount: 3_000 }));
    expect(detail).toMatchObject({ cancelAmount: 3_000, cancelableAmount: 20_000, status: 'PARTIALLY_CANCELED' });
    expect((await moneyOf(paid.user)).main).toBe(3_000);
    expect(await paymentOf(paid)).toMatchObject({
      status: 'PARTIALLY_CANCELED',
      canceledAmount: 3_000,
      cancelableAmount: 20_000,
    });
  });

  it('in many parts, until nothing is left', async () => {
    const paid = await aPayment(10_000);
    const parts = [1, 2_999, 3_000, 500, 3_499];
    let left = 10_000;
    for (const cancelAmount of parts) {
      left -= cancelAmount;
      const { detail } = await done(cancel(paid, { cancelAmount }));
      expect(detail).toMatchObject({ cancelAmount, cancelableAmount: left, status: 'PARTIALLY_CANCELED' });
    }
    const last = (await done(cancel(paid))).detail;
    expect(last).toMatchObject({ cancelAmount: 1, cancelableAmount: 0, status: 'CANCELED' });
    const { cancels, status } = await paymentOf(paid);
    expect([status, cancels.map(({ cancelAmount }) => cancelAmount)]).toEqual(['CANCELED', [...parts, 1]]);
    expect((await moneyOf(paid.user)).main).toBe(10_000);
    await expectUnbrokenChain(paid.user);
  });

  it('gives the money back by a journal of its own', async () => {
    const paid = await aPayment(23_000);
    const before = await entriesOf(paid.user.accountId);
    const { cancelId } = (await done(cancel(paid, { cancelAmount: 3_000 }))).detail;
    const after = await entriesOf(paid.user.accountId);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length)).toMatchObject([
      { transactionId: cancelId, type: 'PAYMENT_CANCEL', amount: 3_000, balanceAfter: 3_000 },
    ]);
    const transaction = (await done(api.transaction(cancelId))).detail;
    expect(transaction).toMatchObject({
      type: 'PAYMENT_CANCEL',
      status: 'COMPLETED',
      amount: 3_000,
      toppedUpAmount: 0,
    });
  });

  it('gives to the main account what had come from the bank, and the limit stays used', async () => {
    const user = await aUser();
    const body = paymentBody(user.userId, { totalPayAmount: DAILY_LIMIT });
    await done(cancel((await done(api.pay(body, newKey()))).detail));
    expect(await moneyOf(user)).toMatchObject({ main: DAILY_LIMIT, usedToday: DAILY_LIMIT });
  });

  it('says where its last answer is to be found again', async () => {
    const paid = await aPayment();
    const [body, key] = [{ cancelAmount: 1_000 }, newKey()];
    const { cancelId } = (await done(cancel(paid, body, key))).detail;
    expect((await cancel(paid, body, key)).location).toBe(`/transactions/${cancelId}`);
  });
});

describe("a cancelled payment's order", () => {
  it('can be paid again after a whole cancel, under another key, and only once', async () => {
    const paid = await aPayment(23_000);
    await done(cancel(paid));
    const again = await done(api.pay(paid.body, newKey()));
    expect(again.detail.paymentId).not.toBe(paid.paymentId);
    expectAnswer(await api.pay(paid.body, newKey()), 'PaymentComplete');
    const { partnerPayKey } = paid.body;
    const { items } = (await done(api.payments({ partnerId: SANDBOX_PARTNER, partnerPayKey }))).detail;
    expect(items.map(({ status }) => status)).toEqual(['APPROVED', 'CANCELED']);
    expect((await moneyOf(paid.user)).main).toBe(0);
  });

  it("leaves the first payment's key used: it is answered with that payment", async () => {
    const paid = await aPayment(23_000);
    await done(cancel(paid));
    await expectNothingMoved([paid.user], async () => {
      const again = await api.pay(paid.body, paid.key);
      expectAnswer(again, 'PaymentComplete');
      expect(again.detail.paymentId).toBe(paid.paymentId);
    });
  });

  it('stays paid after a cancel in part', async () => {
    const paid = await aPayment(23_000);
    await done(cancel(paid, { cancelAmount: 22_999 }));
    const again = await api.pay(paid.body, newKey());
    expectAnswer(again, 'PaymentComplete');
    expect(again.detail.paymentId).toBe(paid.paymentId);
  });
});

describe('a cancel is refused, and nothing moves,', () => {
  it('when it is for more than is left', async () => {
    const paid = await aPayment(23_000);
    await done(cancel(paid, { cancelAmount: 3_000 }));
    await expectNothingMoved([paid.user], async () => {
      const received = await cancel(paid, { cancelAmount: 20_001 });
      expectAnswer(received, 'OverRemainAmount');
      expect(received.detail).toEqual({ cancelableAmount: 20_000, cancelAmount: 20_001 });
    });
    expectSuccess(await cancel(paid, { cancelAmount: 20_000 }), 200);
  });

  it('when another amount is left than the partner believes', async () => {
    const paid = await aPayment(23_000);
    expectSuccess(await cancel(paid, { cancelAmount: 3_000, cancelableAmount: 23_000 }), 200);
    await expectNothingMoved([paid.user], async () => {
      for (const body of [{ cancelAmount: 3_000 }, { cancelAmount: 23_001 }, {}]) {
        const received = await cancel(paid, { ...body, cancelableAmount: 23_000 });
        expectAnswer(received, 'CancelableAmountChanged');
        expect(received.detail).toEqual({ cancelableAmount: 20_000 });
      }
    });
    expectSuccess(await cancel(paid, { cancelableAmount: 20_000 }), 200);
  });

  it.each([{}, { cancelAmount: 1 }, { cancelAmount: 23_001 }, { cancelableAmount: 23_000 }])(
    'when all was cancelled already (%j)',
    async (body) => {
      const paid = await aPayment(23_000);
      await done(cancel(paid));
      await expectNothingMoved([paid.user], async () => {
        expectAnswer(await cancel(paid, body), 'AlreadyCanceled');
      });
    },
  );

  it('when the payment waits for the bank, until that has said yes', async () => {
    const user = await aUser({ bankAccount: '9016', given: 3_000 });
    const first = await api.pay(paymentBody(user.userId, { totalPayAmount: 10_000 }), newKey());
    expectAnswer(first, 'Processing');
    const [payment, key] = [first.detail, newKey()];
    await expectNothingMoved([user], async () => {
      expectAnswer(await cancel(payment, {}, key), 'NotCancelable');
    });
    const isPaid = async () => (await done(api.payment(payment.paymentId))).detail.status === 'APPROVED';
    await eventually(isPaid, (it) => it);
    expectSuccess(await cancel(payment, {}, key), 200);
    expect(await moneyOf(user)).toMatchObject({ main: 10_000, available: 10_000, usedToday: 7_000 });
  });

  it('when the payment failed', async () => {
    const user = await aUser({ bankAccount: '9001', given: 3_000 });
    const idempotencyKey = newKey();
    expectAnswer(await api.pay(paymentBody(user.userId), idempotencyKey), 'NotEnoughAccountBalance');
    const { items } = (await done(api.payments({ partnerId: SANDBOX_PARTNER, idempotencyKey }))).detail;
    await expectNothingMoved([user], async () => {
      for (const { paymentId } of items) expectAnswer(await cancel({ paymentId }), 'NotCancelable');
    });
    expect(items).toHaveLength(1);
  });

  it('when there is no such payment', async () => {
    const { user } = await aPayment();
    const transfer = { fromUserId: user.userId, toUserId: (await aUser()).userId, amount: 1_000 };
    const { transactionId } = (await done(api.transfer(transfer))).detail;
    for (const paymentId of [transactionId, Number.MAX_SAFE_INTEGER]) {
      expectAnswer(await cancel({ paymentId }), 'PaymentNotFound');
    }
  });

  it('when it makes no sense', async () => {
    const paid = await aPayment();
    const send = (body: object) => api.send('POST', `/payments/${paid.paymentId}/cancel`, body, { key: newKey() });
    const cancelReason = '구매자 변심';
    const bad: [body: object, field: string][] = [
      ...[0, -1, 0.5, '1000', null, 1e21, true].map((cancelAmount): [object, string] => [
        { cancelReason, cancelAmount },
        'cancelAmount',
      ]),
      [{ cancelReason, cancelableAmount: 0 }, 'cancelableAmount'],
      [{ cancelReason, amount: 1_000 }, 'amount'],
      [{ cancelReason: ' ', cancelAmount: 1_000 }, 'cancelReason'],
      [{ cancelReason: 'x'.repeat(201), cancelAmount: 1_000 }, 'cancelReason'],
      [{ cancelAmount: 1_000 }, 'cancelReason'],
    ];
    await expectNothingMoved([paid.user], async () => {
      for (const [body, field] of bad) {
        const received = await send(body);
        expectAnswer(received, 'InvalidRequest');
        expect([body, fieldsOf(received)]).toEqual([body, [field]]);
      }
    });
    expectAnswer(await cancel({ paymentId: 'x' }), 'InvalidRequest');
  });
});
