import { describe, expect, it } from '@jest/globals';
import { api, type Received } from '../../support/api.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import { anAuthorization, authorize, capture, voidPayment } from '../../support/authorizations.js';
import { atOnce, aUser, aUserAtTheLimit, done, newKey, newOrder, paymentBody } from '../../support/builders.js';
import { cancel } from '../../support/cancels.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { entriesOf, eventually, expectNothingMoved, expectUnbrokenChain, moneyOf } from '../../support/money.js';

const paymentOf = async (paymentId: number) => (await done(api.payment(paymentId))).detail;
const SEVEN_DAYS_MS = 7 * 86_400_000;
const RACERS = 40;

describe('a payment that is authorised', () => {
  it('sets the money aside for seven days, and pays nobody', async () => {
    const user = await aUser({ given: 30_000 });
    const received = await authorize(user.userId);
    expectSuccess(received, 201);
    const { paymentId, partnerPayKey, paymentDateTime, expiresAt } = received.detail;
    const told = { paymentId, partnerPayKey, totalPayAmount: 23_000, paymentDateTime, status: 'AUTHORIZED', expiresAt };
    expect(received.detail).toEqual(told);
    expect(received.location).toBe(`/payments/${paymentId}`);
    expect(Date.parse(`${expiresAt}Z`) - Date.parse(`${paymentDateTime}Z`)).toBe(SEVEN_DAYS_MS);
    expect(await moneyOf(user)).toMatchObject({ main: 30_000, available: 7_000 });
    const payment = await paymentOf(paymentId);
    const nothing = { capturedAmount: 0, canceledAmount: 0, cancelableAmount: 0, cancels: [] };
    expect(payment).toMatchObject({ status: 'AUTHORIZED', capture: 'MANUAL', expiresAt, ...nothing });
    expect((await done(api.transaction(paymentId))).detail).toMatchObject({ type: 'AUTHORIZATION', amount: 23_000 });
  });

  it('is topped up by exactly what is missing, at once', async () => {
    const { user, paymentId } = await anAuthorization(23_000, { given: 3_000 });
    expect(await moneyOf(user)).toMatchObject({ main: 23_000, available: 0, usedToday: 20_000 });
    expect(await entriesOf(user.accountId)).toMatchObject([
      { amount: 3_000 },
      { transactionId: paymentId, paymentId, type: 'TOP_UP', amount: 20_000 },
    ]);
    await expectUnbrokenChain(user);
  });

  it('leaves what is set aside to nobody else', async () => {
    const user = await aUserAtTheLimit(10_000);
    await done(authorize(user.userId, { totalPayAmount: 9_000 }));
    await expectNothingMoved([user], async () => {
      expectAnswer(await api.pay(paymentBody(user.userId, { totalPayAmount: 1_001 }), newKey()), 'DailyLimitExceeded');
    });
    expectSuccess(await api.pay(paymentBody(user.userId, { totalPayAmount: 1_000 }), newKey()), 201);
  });

  it('holds its order, also against a payment in one step', async () => {
    const user = await aUser({ given: 60_000 });
    const partnerPayKey = newOrder();
    const first = await done(authorize(user.userId, { partnerPayKey }));
    const again = await api.pay(paymentBody(user.userId, { partnerPayKey }), newKey());
    expectAnswer(again, 'PaymentComplete');
    expect(again.detail).toEqual(first.detail);
    await done(voidPayment(first.detail.paymentId));
    expectSuccess(await api.pay(paymentBody(user.userId, { partnerPayKey }), newKey()), 201);
  });

  it('is the same under its key for ever, and another payment in one step', async () => {
    const user = await aUser({ given: 60_000 });
    const [body, key] = [paymentBody(user.userId), newKey()];
    const first = await done(authorize(user.userId, body, key));
    const expectTheSame = async () => {
      const again = await authorize(user.userId, body, key);
      expectAnswer(again, 'PaymentComplete');
      expect([again.detail, again.location]).toEqual([first.detail, first.location]);
    };
    await expectTheSame();
    expectAnswer(await api.pay(body, key), 'KeyReused');
    await done(capture(first.detail.paymentId));
    await expectTheSame();
  });

  it('is found by status, and shows the list what became of it', async () => {
    const { paymentId } = await anAuthorization();
    const { requestedAt, partnerId } = await paymentOf(paymentId);
    const day = requestedAt.slice(0, 10);
    const list = async (status: string) => {
      const query = `partnerId=${partnerId}&from=${day}&status=${status}&limit=100`;
      const { detail } = await api.send<{ items: { paymentId: number }[] }>('GET', `/payments?${query}`);
      return detail.items.some((it) => it.paymentId === paymentId);
    };
    expect([await list('AUTHORIZED'), await list('APPROVED')]).toEqual([true, false]);
    await done(voidPayment(paymentId));
    expect([await list('AUTHORIZED'), await list('VOIDED')]).toEqual([false, true]);
  });

  it.each(['manual', '', null, true, 'NONE'])('is refused for capture %j', async (value) => {
    const user = await aUser({ given: 30_000 });
    const received = await api.pay(paymentBody(user.userId, { capture: value }), newKey());
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(['capture']);
  });

  it('is paid in one step with AUTOMATIC', async () => {
    const user = await aUser({ given: 30_000 });
    const { detail } = await done(api.pay(paymentBody(user.userId, { capture: 'AUTOMATIC' }), newKey()));
    expect(detail).not.toHaveProperty('status');
    expect(await paymentOf(detail.paymentId)).toMatchObject({ status: 'APPROVED' });
    expect(await paymentOf(detail.paymentId)).not.toHaveProperty('capture');
  });
});

describe('a capture', () => {
  it('pays all of it', async () => {
    const { user, paymentId, received } = await anAuthorization();
    const captured = await capture(paymentId);
    expectSuccess(captured, 200);
    const { captureId, capturedAt } = captured.detail;
    const { partnerPayKey } = received.detail;
    const amounts = { totalPayAmount: 23_000, capturedAmount: 23_000 };
    expect(captured.detail).toEqual({
      paymentId,
      captureId,
      partnerPayKey,
      status: 'APPROVED',
      ...amounts,
      capturedAt,
    });
    expect(captured.location).toBe(`/transactions/${captureId}`);
    expect(await moneyOf(user)).toMatchObject({ main: 7_000, available: 7_000 });
    const payment = await paymentOf(paymentId);
    expect(payment).toMatchObject({ status: 'APPROVED', ...amounts, cancelableAmount: 23_000, capturedAt });
    expect(payment).not.toHaveProperty('expiresAt');
    expect((await entriesOf(user.accountId)).at(-1)).toMatchObject({
      transactionId: captureId,
      paymentId,
      type: 'CAPTURE',
      amount: -23_000,
    });
    await expectUnbrokenChain(user);
  });

  it('takes a part, and gives the rest back', async () => {
    const { user, paymentId } = await anAuthorization();
    expect((await done(capture(paymentId, { captureAmount: 20_000 }))).detail.capturedAmount).toBe(20_000);
    expect(await moneyOf(user)).toMatchObject({ main: 10_000, available: 10_000 });
    expect(await paymentOf(paymentId)).toMatchObject({ status: 'APPROVED', cancelableAmount: 20_000 });
  });

  it('needs no body', async () => {
    const { paymentId } = await anAuthorization();
    expectSuccess(await api.send('POST', `/payments/${paymentId}/capture`, undefined, { key: newKey() }), 200);
  });

  it('is cancelled as any payment, in parts and whole, and never beyond what was captured', async () => {
    const { user, paymentId } = await anAuthorization();
    expectAnswer(await cancel({ paymentId }), 'NotCancelable');
    await done(capture(paymentId, { captureAmount: 20_000 }));
    expectAnswer(await cancel({ paymentId }, { cancelAmount: 20_001 }), 'OverRemainAmount');
    const part = (await done(cancel({ paymentId }, { cancelAmount: 5_000 }))).detail;
    expect(part).toMatchObject({ cancelableAmount: 15_000, status: 'PARTIALLY_CANCELED' });
    expect((await paymentOf(paymentId)).cancels).toMatchObject([{ cancelAmount: 5_000 }]);
    expect((await done(cancel({ paymentId }))).detail).toMatchObject({ cancelableAmount: 0, status: 'CANCELED' });
    expectAnswer(await cancel({ paymentId }), 'AlreadyCanceled');
    expect(await paymentOf(paymentId)).toMatchObject({ status: 'CANCELED', capturedAmount: 20_000 });
    expect(await moneyOf(user)).toMatchObject({ main: 30_000, available: 30_000 });
    expectAnswer(await capture(paymentId), 'NotCapturable');
  });

  it('is refused beyond what was authorised', async () => {
    const { user, paymentId } = await anAuthorization();
    await expectNothingMoved([user], async () => {
      const received = await capture(paymentId, { captureAmount: 23_001 });
      expectAnswer(received, 'OverAuthorizedAmount');
      expect(received.detail).toEqual({ capturableAmount: 23_000, captureAmount: 23_001 });
    });
    expectSuccess(await capture(paymentId, { captureAmount: 1 }), 200);
  });

  it.each([0, -1, 1.5, '1', null])('is refused for %j won', async (captureAmount) => {
    const { user, paymentId } = await anAuthorization();
    await expectNothingMoved([user], async () => {
      const received = await capture(paymentId, { captureAmount });
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['captureAmount']);
    });
  });

  it('of a payment in one step, or of none, is refused', async () => {
    const user = await aUser({ given: 30_000 });
    const { paymentId } = (await done(api.pay(paymentBody(user.userId), newKey()))).detail;
    const { paymentId: other } = (await done(authorize(user.userId, { totalPayAmount: 1_000 }))).detail;
    const { captureId } = (await done(capture(other))).detail;
    for (const end of [capture, voidPayment]) {
      expectAnswer(await end(paymentId), 'NotCapturable');
      for (const unknown of [Number.MAX_SAFE_INTEGER, captureId]) expectAnswer(await end(unknown), 'PaymentNotFound');
      expectAnswer(await end('x'), 'InvalidRequest');
    }
  });
});

describe('a void', () => {
  it('gives all of it back', async () => {
    const { user, paymentId, received } = await anAuthorization();
    const voided = await voidPayment(paymentId);
    expectSuccess(voided, 200);
    const { voidId, voidedAt } = voided.detail;
    const { partnerPayKey } = received.detail;
    expect(voided.detail).toEqual({
      paymentId,
      voidId,
      partnerPayKey,
      status: 'VOIDED',
      totalPayAmount: 23_000,
      voidedAt,
    });
    expect(await moneyOf(user)).toMatchObject({ main: 30_000, available: 30_000 });
    const nothing = { capturedAmount: 0, cancelableAmount: 0 };
    expect(await paymentOf(paymentId)).toMatchObject({
      status: 'VOIDED',
      voidedAt,
      voidReason: 'REQUESTED',
      ...nothing,
    });
    expectAnswer(await cancel({ paymentId }), 'NotCancelable');
  });

  it('says nothing, and refuses to be told anything', async () => {
    const { paymentId } = await anAuthorization();
    const received = await voidPayment(paymentId, newKey(), { amount: 5 });
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(['amount']);
    expectSuccess(await api.send('POST', `/payments/${paymentId}/void`, undefined, { key: newKey() }), 200);
  });
});

describe('the end of an authorisation', () => {
  type End = Promise<Received<{ paymentId: number }>>;
  const ENDS = [
    { name: 'capture', end: (id: number, key?: string): End => capture(id, {}, key), outcome: 'CAPTURED' },
    { name: 'void', end: (id: number, key?: string): End => voidPayment(id, key), outcome: 'VOIDED' },
  ] as const;

  it.each(ENDS)('by $name needs a key', async ({ name }) => {
    const { paymentId } = await anAuthorization();
    expectAnswer(await api.send('POST', `/payments/${paymentId}/${name}`, {}), 'KeyMissing');
  });

  it.each(ENDS)('by $name is the same under its key for ever, and under another is told as it is', async (one) => {
    const { user, paymentId } = await anAuthorization();
    const key = newKey();
    const first = await one.end(paymentId, key);
    expectSuccess(first, 200);
    const payment = await paymentOf(paymentId);
    const endedAt = payment.capturedAt ?? payment.voidedAt;
    await expectNothingMoved([user], async () => {
      for (let time = 0; time < 3; time++) {
        const again = await one.end(paymentId, key);
        expectAnswer(again, 'RequestComplete');
        expect([again.detail, again.location]).toEqual([first.detail, first.location]);
      }
      for (const late of ENDS) {
        const received = await late.end(paymentId, newKey());
        expectAnswer(received, 'NotCapturable');
        expect(received.detail).toEqual({ paymentId, outcome: one.outcome, endedAt });
      }
      // The payment stands in the path, and is part of what the key is bound to.
      expectAnswer(await one.end((await anAuthorization()).paymentId, key), 'KeyReused');
    });
  });

  it.each(ENDS)('by $name is made once by 20 requests at once under one key', async ({ end }) => {
    const { paymentId } = await anAuthorization();
    const key = newKey();
    const answers = await atOnce(20, () => end(paymentId, key));
    expect(tally(answers)['200 Success']).toBe(1);
    expect(answers.filter(({ code }) => code.startsWith('Already'))).toHaveLength(19);
  });

  it('is one, whoever is first', async () => {
    for (let round = 0; round < 5; round++) {
      const { user, paymentId } = await anAuthorization();
      const answers = await atOnce(RACERS, (index): End =>
        index % 2 ? capture(paymentId, { captureAmount: 10_000 + index }) : voidPayment(paymentId),
      );
      expect(tally(answers)).toEqual({ '200 Success': 1, '409 NotCapturable': RACERS - 1 });
      const { status, capturedAmount = 0 } = await paymentOf(paymentId);
      expect(['APPROVED', 'VOIDED']).toContain(status);
      expect(await moneyOf(user)).toMatchObject({ main: 30_000 - capturedAmount, available: 30_000 - capturedAmount });
      await expectUnbrokenChain(user);
    }
  });

  it('of each of many at once is its own', async () => {
    const user = await aUser({ given: 20_000 });
    const ids = await atOnce(
      20,
      async () => (await done(authorize(user.userId, { totalPayAmount: 1_000 }))).detail.paymentId,
    );
    const answers = await atOnce(40, (index): End => {
      const paymentId = ids[index % 20] as number;
      return index < 20 === (index % 3 === 0) ? capture(paymentId) : voidPayment(paymentId);
    });
    expect(tally(answers)).toEqual({ '200 Success': 20, '409 NotCapturable': 20 });
    const statuses = await Promise.all(ids.map(async (id) => (await paymentOf(id)).status));
    const paid = 1_000 * statuses.filter((status) => status === 'APPROVED').length;
    expect(await moneyOf(user)).toMatchObject({ main: 20_000 - paid, available: 20_000 - paid });
  });
});

describeWith(['databaseUrl', 'simulatorUrl'], 'an authorisation whose top-up has an unknown outcome', () => {
  /** The sandbox's bank accounts whose outcome nobody knows for some seconds, by their last four digits. */
  async function aSlowOne(bankAccount: string) {
    const user = await aUser({ bankAccount, given: 1_000 });
    const received = await authorize(user.userId, { totalPayAmount: 5_000 });
    expectAnswer(received, 'Processing');
    return { user, paymentId: received.detail.paymentId };
  }

  it('is held once the money has come, and its seven days count from then', async () => {
    const { user, paymentId } = await aSlowOne('9016');
    expect((await paymentOf(paymentId)).status).toBe('PENDING');
    for (const end of [capture, voidPayment]) expectAnswer(await end(paymentId), 'NotCapturable');
    const payment = await eventually(
      () => paymentOf(paymentId),
      ({ status }) => status !== 'PENDING',
    );
    expect(payment.status).toBe('AUTHORIZED');
    const authorizedAt = payment.paymentDateTime as string;
    expect(Date.parse(`${payment.expiresAt}Z`) - Date.parse(`${authorizedAt}Z`)).toBe(SEVEN_DAYS_MS);
    expect(await moneyOf(user)).toMatchObject({ main: 5_000, available: 0 });
    await done(capture(paymentId));
    expect(await moneyOf(user)).toMatchObject({ main: 0, available: 0 });
  });

  it('is never held when the bank has refused', async () => {
    const { user, paymentId } = await aSlowOne('9017');
    const { status } = await eventually(
      () => paymentOf(paymentId),
      (payment) => payment.status !== 'PENDING',
    );
    expect(status).toBe('FAILED');
    expectAnswer(await capture(paymentId), 'NotCapturable');
    expect(await moneyOf(user)).toMatchObject({ main: 1_000, available: 1_000 });
  });

  it('leaves books that agree', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
