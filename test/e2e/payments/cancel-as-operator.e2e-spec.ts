import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { actsOfRequests, actsOn, keyIdOf } from '../../support/acts.js';
import { api as anyone, type Api, type Payment, type Received } from '../../support/api.js';
import { authorize } from '../../support/authorizations.js';
import { atOnce, aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import type { Canceled, Cancelling } from '../../support/cancels.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { freezeUser } from '../../support/freezes.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import { expectNothingMoved, expectUnbrokenChain, moneyOf } from '../../support/money.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { aPartner, type EventShown } from '../../support/webhook-partner.js';

const WHY = '고객센터 요청';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a payment that an operator cancels', () => {
  let service: ServiceProgram;
  let api: Api;
  let partnerId: number;
  const keys = {} as Record<'operator' | 'partner' | 'other' | 'auditor' | 'app', string>;
  type Who = keyof typeof keys;

  beforeAll(async () => {
    partnerId = await aPartner();
    keys.operator = await aKey('operator');
    keys.partner = await aKey(partnerId);
    keys.other = await aKey(await aPartner());
    keys.auditor = await aKey('auditor');
    keys.app = await aKey('app');
    service = await aService({ AUTH: 'required' });
    ({ api } = service);
  });
  afterAll(() => service?.stop());

  const pay = async (user: TestUser, totalPayAmount: number) =>
    (await done(anyone.pay(paymentBody(user.userId, { partnerId, totalPayAmount }), newKey()))).detail;
  const cancel = (who: Who, paymentId: number, body: Cancelling = {}, key = newKey()): Promise<Received<Canceled>> =>
    api.send(
      'POST',
      `/payments/${paymentId}/cancel`,
      { cancelReason: WHY, ...body },
      { key, headers: bearer(keys[who]) },
    );
  const actsOf = (...answers: Received<unknown>[]) =>
    actsOfRequests(answers.map(({ headers }) => headers['x-request-id']));
  const read = async <T>(path: string) =>
    (await done(api.send<T>('GET', path, undefined, { headers: bearer(keys.partner) }))).detail;

  it('is given back, in part and whole, whosever it is, and its act says why', async () => {
    const user = await aUser({ given: 23_000 });
    const { paymentId } = await pay(user, 23_000);
    const part = await cancel('operator', paymentId, { cancelAmount: 3_000, cancelableAmount: 23_000 });
    expectSuccess(part, 200);
    expect(part.detail).toMatchObject({ cancelAmount: 3_000, cancelableAmount: 20_000, status: 'PARTIALLY_CANCELED' });
    const rest = await cancel('operator', paymentId);
    expect(rest.detail).toMatchObject({ cancelAmount: 20_000, cancelableAmount: 0, status: 'CANCELED' });
    expect(await moneyOf(user)).toMatchObject({ main: 23_000, available: 23_000 });
    await expectUnbrokenChain(user);
    const act = {
      action: 'cancelPayment',
      keyId: await keyIdOf(keys.operator),
      role: 'operator',
      address: '127.0.0.1',
      reason: WHY,
      subject: 'payment',
      subjectId: paymentId,
    };
    expect(await actsOn('payment', paymentId)).toEqual(
      [part, rest].map(({ headers }) => ({ ...act, requestId: headers['x-request-id'] })),
    );
  });

  it('is told to its partner as one that it cancels itself: the payment, the event, the settlement', async () => {
    const registered = { url: 'http://127.0.0.1:9/' };
    await done(api.send('POST', `/partners/${partnerId}/webhooks`, registered, { headers: bearer(keys.partner) }));
    const { paymentId, paymentDateTime } = await pay(await aUser({ given: 10_000 }), 10_000);
    const settlement = `/partners/${partnerId}/settlements?date=${paymentDateTime.slice(0, 10)}`;
    const before = await read<{ cancels: number; net: number }>(settlement);
    await done(cancel('operator', paymentId, { cancelAmount: 4_000 }));
    expect((await read<Payment>(`/payments/${paymentId}`)).cancels).toMatchObject([
      { cancelAmount: 4_000, cancelReason: WHY },
    ]);
    const { items } = await read<{ items: EventShown[] }>(`/partners/${partnerId}/webhook-events`);
    const told = items.filter((event) => event.paymentId === paymentId).map(({ type, sequence }) => [type, sequence]);
    expect(told).toEqual([
      ['payment.canceled', 2],
      ['payment.approved', 1],
    ]);
    const after = await read<{ cancels: number; net: number }>(settlement);
    expect([after.cancels - before.cancels, after.net - before.net]).toEqual([4_000, -4_000]);
  });

  it('is cancelled by its partner too, without an act, and under a key that the operator used', async () => {
    const { paymentId } = await pay(await aUser({ given: 9_000 }), 9_000);
    const [key, body] = [newKey(), { cancelAmount: 1_000 }];
    const byPartner = await done(cancel('partner', paymentId, body, key));
    const byOperator = await done(cancel('operator', paymentId, body, key));
    expect(byOperator.detail.cancelId).not.toBe(byPartner.detail.cancelId);
    for (const [who, first] of [
      ['partner', byPartner],
      ['operator', byOperator],
    ] as const) {
      const again = await cancel(who, paymentId, body, key);
      expectAnswer(again, 'RequestComplete');
      expect(again.detail).toEqual(first.detail);
    }
    expectAnswer(await cancel('operator', paymentId, { cancelAmount: 2_000 }, key), 'KeyReused');
    expect((await actsOn('payment', paymentId)).map(({ requestId }) => requestId)).toEqual([
      byOperator.headers['x-request-id'],
    ]);
  });

  it('is cancelled once under a key, however many ask at once, and that is one act', async () => {
    const user = await aUser({ given: 20_000 });
    const { paymentId } = await pay(user, 20_000);
    const key = newKey();
    const answers = await atOnce(20, () => cancel('operator', paymentId, { cancelAmount: 1_000 }, key));
    expect(answers.filter(({ code }) => code === 'Success')).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect((await moneyOf(user)).main).toBe(1_000);
    const acts = await actsOn('payment', paymentId);
    expect(acts.map(({ requestId }) => requestId)).toEqual(
      answers.filter(({ code }) => code === 'Success').map(({ headers }) => headers['x-request-id']),
    );
  });

  it('is cancelled twenty times under twenty keys, and those are twenty acts', async () => {
    const user = await aUser({ given: 20_000 });
    const { paymentId } = await pay(user, 20_000);
    const answers = await atOnce(21, () => cancel('operator', paymentId, { cancelAmount: 1_000 }));
    expect(tally(answers)).toEqual({ '200 Success': 20, '409 AlreadyCanceled': 1 });
    expect(await actsOn('payment', paymentId)).toHaveLength(20);
    expect((await moneyOf(user)).main).toBe(20_000);
  });

  it('is given back to an account that is frozen', async () => {
    const user = await aUser({ given: 5_000 });
    const { paymentId } = await pay(user, 5_000);
    await done(freezeUser(user.userId));
    expectSuccess(await cancel('operator', paymentId), 200);
    expect((await moneyOf(user)).main).toBe(5_000);
  });

  it('stays as it is when that is refused, and nothing is recorded', async () => {
    const user = await aUser({ given: 8_000 });
    const { paymentId } = await pay(user, 5_000);
    const authorized = (await done(authorize(user.userId, { partnerId, totalPayAmount: 1_000 }))).detail.paymentId;
    const unreasoned = { cancelReason: ' ' } as Cancelling;
    await expectNothingMoved([user], async () => {
      const answers = [
        await cancel('operator', paymentId, { cancelAmount: 5_001 }),
        await cancel('operator', paymentId, { cancelableAmount: 1 }),
        await cancel('operator', authorized),
        await cancel('operator', 999_999_999),
        await cancel('operator', paymentId, unreasoned),
        await cancel('other', paymentId),
        await cancel('auditor', paymentId),
        await cancel('app', paymentId),
      ];
      expect(answers.map(({ code }) => code)).toEqual([
        'OverRemainAmount',
        'CancelableAmountChanged',
        'NotCancelable',
        'PaymentNotFound',
        'InvalidRequest',
        'PaymentNotFound',
        'Forbidden',
        'Forbidden',
      ]);
      expect(await actsOf(...answers)).toEqual([]);
    });
  });

  it.each(['capture', 'void'])('is for its partner alone to %s', async (what) => {
    const user = await aUser({ given: 1_000 });
    const { paymentId } = (await done(authorize(user.userId, { partnerId, totalPayAmount: 1_000 }))).detail;
    const asked = { key: newKey(), headers: bearer(keys.operator) };
    expectAnswer(await api.send('POST', `/payments/${paymentId}/${what}`, {}, asked), 'Forbidden');
  });
});
