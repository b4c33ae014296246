import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import {
  aUser,
  aUserAtTheLimit,
  done,
  newKey,
  newOrder,
  paymentBody,
  SANDBOX_PARTNER,
} from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf } from '../../support/contract.js';

const partnerId = SANDBOX_PARTNER;

describe('a payment that was made', () => {
  it('is shown with its items, amounts, top-up and times', async () => {
    const { userId } = await aUser({ given: 20_000 });
    const body = paymentBody(userId);
    const approved = (await done(api.pay(body, newKey()))).detail;
    const received = await api.payment(approved.paymentId);
    expectSuccess(received, 200);
    expect(received.detail).toMatchObject({
      ...approved,
      userId,
      partnerId,
      status: 'APPROVED',
      productItems: body.productItems,
      toppedUpAmount: 3_000,
    });
    expect(received.detail.requestedAt <= approved.paymentDateTime).toBe(true);
    expect(received.detail).not.toHaveProperty('failureCode');
  });

  it('is a movement like any other', async () => {
    const { userId } = await aUser();
    const { paymentId } = (await done(api.pay(paymentBody(userId), newKey()))).detail;
    expect((await done(api.transaction(paymentId))).detail).toMatchObject({
      transactionId: paymentId,
      type: 'PAYMENT',
      status: 'COMPLETED',
      amount: 23_000,
      toppedUpAmount: 23_000,
    });
  });

  it('that does not exist is PaymentNotFound, also when the number is that of another movement', async () => {
    const { userId } = await aUser();
    const { transactionId } = (await done(api.charge({ userId, amount: 1_000 }))).detail;
    expectAnswer(await api.payment(transactionId), 'PaymentNotFound');
    expectAnswer(await api.payment(Number.MAX_SAFE_INTEGER), 'PaymentNotFound');
  });

  it.each(['0', '-1', 'abc', '1%2C2', '9007199254740992'])('cannot be asked for as %s', async (paymentId) => {
    const received = await api.payment(paymentId);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(['paymentId']);
  });
});

describe('a partner that lost the answer', () => {
  it('finds the payment by its order number', async () => {
    const { userId } = await aUser();
    const body = paymentBody(userId);
    const { paymentId } = (await done(api.pay(body, newKey()))).detail;
    const { items } = (await done(api.payments({ partnerId, partnerPayKey: body.partnerPayKey }))).detail;
    expect(items).toEqual([(await done(api.payment(paymentId))).detail]);
  });

  it('finds the payment by its key, bare or quoted', async () => {
    const { userId } = await aUser();
    const key = `&=+/?#%"'${newKey()}`;
    const { paymentId } = (await done(api.pay(paymentBody(userId), key))).detail;
    const quoted = `"${key.replace(/["\\]/g, '\\$&')}"`;
    for (const idempotencyKey of [key, quoted]) {
      const { items } = (await done(api.payments({ partnerId, idempotencyKey }))).detail;
      expect(items.map((payment) => payment.paymentId)).toEqual([paymentId]);
    }
  });

  it('finds nothing for what was never made or was refused at once', async () => {
    const user = await aUserAtTheLimit();
    const [body, key] = [paymentBody(user.userId), newKey()];
    expectAnswer(await api.pay(body, key), 'DailyLimitExceeded');
    expect((await done(api.payments({ partnerId, idempotencyKey: key }))).detail.items).toEqual([]);
    expect((await done(api.payments({ partnerId, partnerPayKey: body.partnerPayKey }))).detail.items).toEqual([]);
    expect((await done(api.payments({ partnerId: 99, partnerPayKey: newOrder() }))).detail.items).toEqual([]);
  });

  it('finds every attempt, newest first', async () => {
    const user = await aUser({ bankAccount: '9001' });
    const body = paymentBody(user.userId);
    for (const key of [newKey(), newKey()]) expectAnswer(await api.pay(body, key), 'NotEnoughAccountBalance');
    const { items } = (await done(api.payments({ partnerId, partnerPayKey: body.partnerPayKey }))).detail;
    expect(items.map(({ status, failureCode }) => [status, failureCode])).toEqual([
      ['FAILED', 'NotEnoughAccountBalance'],
      ['FAILED', 'NotEnoughAccountBalance'],
    ]);
    expect(items[0]?.paymentId).toBeGreaterThan(items[1]?.paymentId as number);
    expect(items[0]).not.toHaveProperty('paymentDateTime');
  });

  it.each([
    [{}, ['partnerId']],
    [{ partnerPayKey: 'x' }, ['partnerId']],
    [{ partnerId: 'x', partnerPayKey: 'x' }, ['partnerId']],
    [{ partnerId, partnerPayKey: '' }, ['partnerPayKey']],
    [{ partnerId, partnerPayKey: '주문' }, ['partnerPayKey']],
    [{ partnerId, partnerPayKey: 'x', page: 1 }, ['page']],
  ] as const)('is refused %j', async (query, fields) => {
    const received = await api.payments(query);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(fields);
  });

  it('asks by order or by key, not by both and not by neither', async () => {
    expectAnswer(await api.payments({ partnerId }), 'InvalidRequest');
    expectAnswer(await api.payments({ partnerId, partnerPayKey: 'x', idempotencyKey: 'y' }), 'InvalidRequest');
  });
});
