import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { aPayment, cancel, type Canceled, type Paid } from '../../support/cancels.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aKey, bearer } from '../../support/keyed-service.js';
import { expectNothingMoved, moneyOf } from '../../support/money.js';
import { aPartner } from '../../support/webhook-partner.js';

const cancelled = async ({ paymentId }: Paid) => (await done(api.payment(paymentId))).detail.canceledAmount;

describe('the key of a cancel', () => {
  it('is required', async () => {
    const paid = await aPayment();
    await expectNothingMoved([paid.user], async () => {
      const path = `/payments/${paid.paymentId}/cancel`;
      expectAnswer(await api.send('POST', path, { cancelReason: '구매자 변심' }), 'KeyMissing');
      expectAnswer(await cancel(paid, {}, 'a b'), 'KeyInvalid');
    });
  });

  it('makes a repetition a 409 with the first result, whatever was cancelled since', async () => {
    const paid = await aPayment(23_000);
    const [body, key] = [{ cancelAmount: 3_000, cancelableAmount: 23_000 }, newKey()];
    const first = await done(cancel(paid, body, key));
    const location = `/transactions/${first.detail.cancelId}`;
    const expectTheFirst = () =>
      expectNothingMoved([paid.user], async () => {
        const again = await cancel(paid, body, key);
        expectAnswer(again, 'RequestComplete');
        expect([again.detail, again.location]).toEqual([first.detail, location]);
      });
    await expectTheFirst();
    await done(cancel(paid, { cancelAmount: 5_000 }));
    await expectTheFirst();
    await done(cancel(paid));
    await expectTheFirst();
    expect(await cancelled(paid)).toBe(23_000);
  });

  it('makes a repetition of a whole cancel a 409 with its result, not one that says that it is cancelled', async () => {
    const paid = await aPayment(23_000);
    const key = newKey();
    const first = await done(cancel(paid, {}, key));
    for (const spelling of [key, `"${key}"`]) {
      const again = await cancel(paid, {}, spelling);
      expectAnswer(again, 'RequestComplete');
      expect(again.detail).toEqual(first.detail);
    }
  });

  it('is bound to the amount, what is believed to be left, the reason and the payment', async () => {
    const user = await aUser({ given: 46_000 });
    const pay = async () => (await done(api.pay(paymentBody(user.userId), newKey()))).detail;
    const [paid, other] = [await pay(), await pay()];
    const key = newKey();
    await done(cancel(paid, { cancelAmount: 3_000 }, key));
    await expectNothingMoved([user], async () => {
      for (const body of [{ cancelAmount: 3_001 }, { cancelAmount: 3_000, cancelableAmount: 20_000 }, {}]) {
        expectAnswer(await cancel(paid, body, key), 'KeyReused');
      }
      const reason = { cancelAmount: 3_000, cancelReason: '다른 이유' };
      expectAnswer(await api.send('POST', `/payments/${paid.paymentId}/cancel`, reason, { key }), 'KeyReused');
      expectAnswer(await cancel(other, { cancelAmount: 3_000 }, key), 'KeyReused');
    });
    await done(cancel(paid));
    expectAnswer(await cancel(paid, {}, key), 'KeyReused');
  });

  it('is free after a refusal, also for another payload', async () => {
    const paid = await aPayment(23_000);
    const key = newKey();
    expectAnswer(await cancel(paid, { cancelAmount: 23_001 }, key), 'OverRemainAmount');
    expectAnswer(await cancel(paid, { cancelableAmount: 1 }, key), 'CancelableAmountChanged');
    expectSuccess(await cancel(paid, { cancelAmount: 23_000 }, key), 200);
    expectAnswer(await cancel(paid, { cancelAmount: 23_001 }, key), 'KeyReused');
  });

  it("may be the payment's own", async () => {
    const paid = await aPayment(23_000);
    expectSuccess(await cancel(paid, { cancelAmount: 3_000 }, paid.key), 200);
    expectAnswer(await api.pay(paid.body, paid.key), 'PaymentComplete');
  });

  it('lets exactly one of 30 requests at once through', async () => {
    const paid = await aPayment(23_000);
    const key = newKey();
    const answers = await atOnce(30, () => cancel(paid, { cancelAmount: 500 }, key));
    const [first, ...others] = answers.filter(({ status }) => status === 200);
    expect(others).toEqual([]);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(29);
    for (const answer of answers) {
      if (answer.code === 'AlreadyOnGoing') expectAnswer(answer, 'RequestOnGoing');
      if (answer.code === 'AlreadyComplete') expectAnswer(answer, 'RequestComplete');
      if (answer.code === 'AlreadyComplete') expect(answer.detail).toEqual(first?.detail);
    }
    expect([await cancelled(paid), (await moneyOf(paid.user)).main]).toEqual([500, 500]);
  });
});

describeWith(['databaseUrl'], 'of two partners', () => {
  /** A partner with its API key, and a payment of its own. */
  const aPartnerWithPayment = async () => {
    const partnerId = await aPartner();
    const user = await aUser({ given: 23_000 });
    const { paymentId } = (await done(api.pay(paymentBody(user.userId, { partnerId }), newKey()))).detail;
    const headers = bearer(await aKey(partnerId));
    const cancels = (id: number, key: string, cancelAmount = 3_000) => {
      const body = { cancelAmount, cancelReason: '구매자 변심' };
      return api.send<Canceled>('POST', `/payments/${id}/cancel`, body, { key, headers });
    };
    return { user, paymentId, cancels };
  };

  it("none can cancel the other's payment, which is not there for it", async () => {
    const [one, other] = [await aPartnerWithPayment(), await aPartnerWithPayment()];
    const key = newKey();
    await expectNothingMoved([one.user, other.user], async () => {
      expectAnswer(await other.cancels(one.paymentId, key), 'PaymentNotFound');
    });
    expectSuccess(await one.cancels(one.paymentId, key), 200);
    // Nor does it learn that the key was used.
    expectAnswer(await other.cancels(one.paymentId, key), 'PaymentNotFound');
  });

  it('both may use the same key', async () => {
    const [one, other] = [await aPartnerWithPayment(), await aPartnerWithPayment()];
    const key = newKey();
    for (const { cancels, paymentId, user } of [one, other]) {
      expectSuccess(await cancels(paymentId, key), 200);
      expectAnswer(await cancels(paymentId, key), 'RequestComplete');
      expectAnswer(await cancels(paymentId, key, 3_001), 'KeyReused');
      expect((await moneyOf(user)).main).toBe(3_000);
    }
  });
});
