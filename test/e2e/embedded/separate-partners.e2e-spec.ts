import { beforeAll, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { api } from '../../support/api.js';
import { aUser, done, newKey, paymentBody, SANDBOX_PARTNER } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { moneyOf } from '../../support/money.js';
import { sql } from '../../support/stores.js';

describeWith(['databaseUrl'], 'two partners', () => {
  const partnerId = randomInt(1_000_000, 100_000_000);

  beforeAll(async () => {
    await sql('INSERT INTO partners (id, name, created_at) VALUES (?, ?, UTC_TIMESTAMP(3))', [
      partnerId,
      'Second Partner',
    ]);
    await sql(
      `INSERT INTO accounts (kind, owner_id, sole, number, opened_at)
       VALUES ('PARTNER_PAYABLE', ?, 1, ?, UTC_TIMESTAMP(3))`,
      [partnerId, `PARTNER-${partnerId}`],
    );
  });

  it('may use the same key and the same order number', async () => {
    const user = await aUser({ given: 100_000 });
    const [body, key] = [paymentBody(user.userId), newKey()];
    const bodies = [body, { ...body, partnerId }];
    const payments = [];
    for (const each of bodies) payments.push((await done(api.pay(each, key))).detail.paymentId);
    expect((await moneyOf(user)).main).toBe(100_000 - 2 * 23_000);
    for (const [index, each] of bodies.entries()) {
      const again = await api.pay(each, key);
      expectAnswer(again, 'PaymentComplete');
      expect(again.detail.paymentId).toBe(payments[index]);
    }
  });

  it('find their own payments only', async () => {
    const { userId } = await aUser();
    const [body, key] = [paymentBody(userId, { partnerId }), newKey()];
    expectSuccess(await api.pay(body, key), 201);
    const { partnerPayKey } = body;
    for (const query of [{ partnerPayKey }, { idempotencyKey: key }]) {
      expect((await done(api.payments({ partnerId, ...query }))).detail.items).toHaveLength(1);
      expect((await done(api.payments({ partnerId: SANDBOX_PARTNER, ...query }))).detail.items).toEqual([]);
    }
  });
});
