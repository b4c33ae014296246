import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { done, newKey, SANDBOX_PARTNER } from '../../support/builders.js';
import { aParty, CHARGE, DEPOSIT, PAYMENT, sendTo, TRANSFER } from '../../support/money.js';

interface Found {
  readonly items: readonly { readonly transactionId?: number; readonly paymentId?: number }[];
}
const find = async (path: string, key: string) =>
  (await done(api.send<Found>('GET', `${path}&idempotencyKey=${encodeURIComponent(key)}`))).detail.items;

/** Bare, and as the quoted string that the header may be. */
const spellings = (key: string) => [key, `"${key.replace(/["\\]/g, '\\$&')}"`];

describe('asked for by its key, bare or as a quoted string,', () => {
  it.each([DEPOSIT, TRANSFER, CHARGE])('$name is found', async (route) => {
    const party = await aParty({ charged: 100_000 });
    const key = `a"b\\c-${newKey()}`;
    const { detail } = await done(sendTo(route, route.body(party, 10_000), key));
    for (const spelling of spellings(key)) {
      const found = await find(`/transactions?userId=${party.userId}`, spelling);
      expect(found).toMatchObject([{ transactionId: detail['transactionId'], status: 'COMPLETED', amount: 10_000 }]);
    }
  });

  it('a payment is found', async () => {
    const party = await aParty({ charged: 100_000 });
    const key = `a"b\\c-${newKey()}`;
    const { detail } = await done(sendTo(PAYMENT, PAYMENT.body(party, 10_000), key));
    for (const spelling of spellings(key)) {
      const found = await find(`/payments?partnerId=${SANDBOX_PARTNER}`, spelling);
      expect(found).toMatchObject([{ paymentId: detail['paymentId'], status: 'APPROVED' }]);
    }
  });
});

describe('asked for by what is no key, a look-up', () => {
  it.each(['""', 'a b', 'caf\u00e9'])('of %j is a 400', async (key) => {
    const { userId } = await aParty();
    for (const path of [`/transactions?userId=${userId}`, `/payments?partnerId=${SANDBOX_PARTNER}`]) {
      const { status } = await api.send('GET', `${path}&idempotencyKey=${encodeURIComponent(key)}`);
      expect(status).toBe(400);
    }
  });
});
