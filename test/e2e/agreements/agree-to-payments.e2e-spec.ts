import { describe, expect, it } from '@jest/globals';
import { agree, agreementBody, agreementsOf, endAgreement } from '../../support/agreements.js';
import { api } from '../../support/api.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import { authorize, capture, voidPayment } from '../../support/authorizations.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { cancel } from '../../support/cancels.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { eventually, expectNothingMoved, moneyOf } from '../../support/money.js';
import { aPartner } from '../../support/webhook-partner.js';

const pay = (userId: number, totalPayAmount: number, changes: object = {}) =>
  api.pay(paymentBody(userId, { totalPayAmount, ...changes }), newKey());
const latestOf = async (userId: number) => (await done(agreementsOf(userId))).detail.items[0];
const UNKNOWN = Number.MAX_SAFE_INTEGER;

describe('an agreement', () => {
  it('says what the user lets the partner take', async () => {
    const { userId } = await aUser();
    const received = await agree(userId, { expiresAt: '2099-12-31 23:59:59' });
    expectSuccess(received, 201);
    const { agreementId, agreedAt } = received.detail;
    const agreed = { agreementId, ...agreementBody(), agreedAt, expiresAt: '2099-12-31 23:59:59' };
    expect(received.detail).toEqual(agreed);
    expect(received.location).toBe(`/users/${userId}/agreements`);
    expect((await done(agreementsOf(userId))).detail).toEqual({
      items: [{ ...agreed, status: 'ACTIVE', usedToday: 0 }],
      nextCursor: null,
    });
  });

  it.each([
    [{ limitPerPayment: 0 }, 'limitPerPayment'],
    [{ limitPerDay: '100' }, 'limitPerDay'],
    [{ limitPerDay: undefined }, 'limitPerDay'],
    [{ partnerId: null }, 'partnerId'],
    [{ expiresAt: '2020-01-01 00:00:00' }, 'expiresAt'],
    [{ expiresAt: '2099-02-30 00:00:00' }, 'expiresAt'],
    [{ expiresAt: '2099-12-31 29:00:00' }, 'expiresAt'],
    [{ expiresAt: '2099-12-31' }, 'expiresAt'],
    [{ expiresAt: null }, 'expiresAt'],
    [{ limitPerMonth: 5 }, 'limitPerMonth'],
  ])('is refused with %j', async (changes, name) => {
    const { userId } = await aUser();
    const received = await agree(userId, changes);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual([name]);
    expect((await done(agreementsOf(userId))).detail.items).toEqual([]);
  });

  it('is refused for nobody, with nobody, and its end of another’s', async () => {
    const [user, other] = [await aUser(), await aUser()];
    expectAnswer(await agree(UNKNOWN), 'InvalidUserId');
    expectAnswer(await agreementsOf(UNKNOWN), 'InvalidUserId');
    expectAnswer(await agree(user.userId, { partnerId: UNKNOWN }), 'InvalidMerchant');
    const { agreementId } = (await done(agree(user.userId))).detail;
    for (const id of [agreementId, UNKNOWN]) {
      expectAnswer(await endAgreement(other.userId, id), 'AgreementNotFound');
    }
    expect((await latestOf(user.userId))?.status).toBe('ACTIVE');
  });

  it('is made once under one key, and ended once, whatever comes after', async () => {
    const { userId } = await aUser();
    const [key, endKey] = [newKey(), newKey()];
    const answers = await atOnce(10, () => agree(userId, {}, key));
    expect(tally(answers)['201 Success']).toBe(1);
    const again = await agree(userId, {}, key);
    expectAnswer(again, 'RequestComplete');
    expectAnswer(await agree(userId, { limitPerDay: 7 }, key), 'KeyReused');
    const { agreementId } = again.detail;
    const ended = await endAgreement(userId, agreementId, endKey);
    expectSuccess(ended, 200);
    const repeated = await endAgreement(userId, agreementId, endKey);
    expectAnswer(repeated, 'RequestComplete');
    expect(repeated.detail).toEqual(ended.detail);
    expect((await done(endAgreement(userId, agreementId))).detail).toEqual(ended.detail);
    expect((await agree(userId, {}, key)).detail).toEqual(again.detail);
    expect((await done(agreementsOf(userId))).detail.items).toMatchObject([{ agreementId, status: 'ENDED' }]);
  });

  it('replaces the one before, and shows it', async () => {
    const { userId } = await aUser();
    const other = await aPartner();
    const first = (await done(agree(userId))).detail.agreementId;
    const second = (await done(agree(userId, { limitPerDay: 7 }))).detail.agreementId;
    const third = (await done(agree(userId, { partnerId: other }))).detail.agreementId;
    const { items } = (await done(agreementsOf(userId))).detail;
    expect(items.map(({ agreementId, status }) => [agreementId, status])).toEqual([
      [third, 'ACTIVE'],
      [second, 'ACTIVE'],
      [first, 'ENDED'],
    ]);
    const page = (await done(agreementsOf(userId, '?limit=2'))).detail;
    expect(page.items.map(({ agreementId }) => agreementId)).toEqual([third, second]);
    const rest = (await done(agreementsOf(userId, `?limit=2&cursor=${page.nextCursor}`))).detail;
    expect(rest).toMatchObject({ items: [{ agreementId: first }], nextCursor: null });
  });

  it('is one when many are made at once', async () => {
    const { userId } = await aUser();
    const answers = await atOnce(20, (index) => agree(userId, { limitPerDay: 1_000 + index }));
    expect(tally(answers)).toEqual({ '201 Success': 20 });
    const { items } = (await done(agreementsOf(userId, '?limit=100'))).detail;
    expect(items.map(({ status }) => status)).toEqual(['ACTIVE', ...Array.from({ length: 19 }, () => 'ENDED')]);
  });
});

describe('a payment by a user who has agreed', () => {
  it('is approved up to the limits, and counts for its day', async () => {
    const user = await aUser({ given: 200_000 });
    await done(agree(user.userId));
    await expectNothingMoved([user], async () => {
      const received = await pay(user.userId, 50_001);
      expectAnswer(received, 'AgreementRequired');
      expect(received.detail).toEqual({ reason: 'LIMIT_PER_PAYMENT' });
    });
    expectSuccess(await pay(user.userId, 50_000), 201);
    expectSuccess(await pay(user.userId, 49_999), 201);
    const received = await pay(user.userId, 2);
    expectAnswer(received, 'AgreementRequired');
    expect(received.detail).toEqual({ reason: 'LIMIT_PER_DAY' });
    expectSuccess(await pay(user.userId, 1), 201);
    expect((await latestOf(user.userId))?.usedToday).toBe(100_000);
    expect((await moneyOf(user)).main).toBe(100_000);
  });

  it('is of this partner alone', async () => {
    const user = await aUser({ given: 200_000 });
    const [agreed, other] = [await aPartner(), await aPartner()];
    await done(agree(user.userId, { partnerId: agreed, limitPerDay: 10_000 }));
    expectSuccess(await pay(user.userId, 10_000, { partnerId: agreed }), 201);
    expectAnswer(await pay(user.userId, 1, { partnerId: agreed }), 'AgreementRequired');
    // Where no agreement is required, nothing was said of the other one.
    expectSuccess(await pay(user.userId, 10_000, { partnerId: other }), 201);
  });

  it('counts when it is only authorised, and once: not when it is captured', async () => {
    const user = await aUser({ given: 200_000 });
    await done(agree(user.userId));
    const { paymentId } = (await done(authorize(user.userId, { totalPayAmount: 50_000 }))).detail;
    expectSuccess(await pay(user.userId, 50_000), 201);
    for (const refused of [await pay(user.userId, 1), await authorize(user.userId, { totalPayAmount: 1 })]) {
      expectAnswer(refused, 'AgreementRequired');
    }
    expectSuccess(await capture(paymentId), 200);
    expect((await latestOf(user.userId))?.usedToday).toBe(100_000);
  });

  it('stays counted when it is cancelled or voided, and when the user agrees anew', async () => {
    const user = await aUser({ given: 200_000 });
    await done(agree(user.userId));
    const { paymentId } = (await done(pay(user.userId, 50_000))).detail;
    await done(cancel({ paymentId }));
    const authorized = (await done(authorize(user.userId, { totalPayAmount: 30_000 }))).detail;
    await done(voidPayment(authorized.paymentId));
    expect((await latestOf(user.userId))?.usedToday).toBe(80_000);
    await done(agree(user.userId, { limitPerDay: 80_001 }));
    expectAnswer(await pay(user.userId, 2), 'AgreementRequired');
    expectSuccess(await pay(user.userId, 1), 201);
  });

  it('is refused from the answer on that takes it back, also where none is required', async () => {
    const user = await aUser({ given: 200_000 });
    const { agreementId } = (await done(agree(user.userId))).detail;
    const { paymentId } = (await done(authorize(user.userId, { totalPayAmount: 10_000 }))).detail;
    await done(endAgreement(user.userId, agreementId));
    const received = await pay(user.userId, 1);
    expectAnswer(received, 'AgreementRequired');
    expect(received.detail).toEqual({ reason: 'ENDED' });
    expectAnswer(await authorize(user.userId, { totalPayAmount: 1 }), 'AgreementRequired');
    // What it had authorised before is the partner's to capture, and nothing is in the way of other movements.
    expectSuccess(await capture(paymentId), 200);
    expectSuccess(await api.charge({ userId: user.userId, amount: 1_000 }), 200);
    await done(agree(user.userId));
    expectSuccess(await pay(user.userId, 1), 201);
  });

  it('leaves its key and its order free when it is refused, and is told so of a used key', async () => {
    const user = await aUser({ given: 200_000 });
    const { agreementId } = (await done(agree(user.userId, { limitPerPayment: 10 }))).detail;
    const [body, key] = [paymentBody(user.userId, { totalPayAmount: 11 }), newKey()];
    expectAnswer(await api.pay(body, key), 'AgreementRequired');
    await done(agree(user.userId));
    expectSuccess(await api.pay(body, key), 201);
    const { items } = (await done(agreementsOf(user.userId))).detail;
    expect(items.map(({ agreementId: id }) => id)).toContain(agreementId);
    await done(endAgreement(user.userId, items[0]?.agreementId as number));
    expectAnswer(await api.pay(body, key), 'PaymentComplete');
  });

  it('never exceeds the day, whatever comes at once', async () => {
    const user = await aUser({ given: 300_000 });
    await done(agree(user.userId, { limitPerDay: 100_000 }));
    const answers = await atOnce(60, (index) =>
      index % 2 ? pay(user.userId, 7_000) : authorize(user.userId, { totalPayAmount: 7_000 }),
    );
    // 14 × 7,000 won are 98,000.
    expect(tally(answers)).toEqual({ '201 Success': 14, '403 AgreementRequired': 46 });
    expect((await latestOf(user.userId))?.usedToday).toBe(98_000);
    expect(await moneyOf(user)).toMatchObject({ available: 202_000 });
  });

  it('ends for good while payments race it', async () => {
    for (let round = 0; round < 5; round++) {
      const user = await aUser({ given: 100_000 });
      const { agreementId } = (await done(agree(user.userId, { limitPerDay: 100_000 }))).detail;
      let isEnded = false;
      const lateOnes: string[] = [];
      await atOnce(30, async (index) => {
        if (index === 10) {
          await done(endAgreement(user.userId, agreementId));
          isEnded = true;
          return;
        }
        for (let time = 0; time < 3; time++) {
          const wasEnded = isEnded;
          const { code } = await pay(user.userId, 100);
          if (wasEnded) lateOnes.push(code);
        }
      });
      lateOnes.push((await pay(user.userId, 100)).code);
      expect(new Set(lateOnes)).toEqual(new Set(['AgreementRequired']));
      expect(100_000 - (await moneyOf(user)).main).toBe((await latestOf(user.userId))?.usedToday);
    }
  });
});

describeWith(['databaseUrl', 'simulatorUrl'], 'a payment by agreement whose top-up has an unknown outcome', () => {
  const waitFor = (paymentId: number) =>
    eventually(
      async () => (await done(api.payment(paymentId))).detail.status,
      (status) => status !== 'PENDING',
    );

  it('counts while it waits, and no more when the bank has refused', async () => {
    const user = await aUser({ bankAccount: '9017' });
    await done(agree(user.userId));
    const received = await pay(user.userId, 40_000);
    expectAnswer(received, 'Processing');
    expect((await latestOf(user.userId))?.usedToday).toBe(40_000);
    await done(agree(user.userId, { limitPerDay: 90_000 }));
    expect(await waitFor(received.detail.paymentId)).toBe('FAILED');
    expect((await latestOf(user.userId))?.usedToday).toBe(0);
  });

  it('stays counted when it was paid', async () => {
    const user = await aUser({ bankAccount: '9016' });
    await done(agree(user.userId));
    const received = await pay(user.userId, 40_000);
    expectAnswer(received, 'Processing');
    expect(await waitFor(received.detail.paymentId)).toBe('APPROVED');
    expect((await latestOf(user.userId))?.usedToday).toBe(40_000);
  });

  it('leaves books that agree', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
