import { afterEach, expect, it } from '@jest/globals';
import { type Api, api } from '../../support/api.js';
import { authorize, capture, voidPayment } from '../../support/authorizations.js';
import { atOnce, aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { type ServiceProgram, serviceProgram } from '../../support/service-program.js';
import { aListener, eventsShown, stopReceivers, until, untilDelivered } from '../../support/webhook-partner.js';
import { isSignedWith, type WebhookReceiver } from '../../support/webhook-receiver.js';

const pay = (user: TestUser, partnerId: number, totalPayAmount = 10_000, through: Api = api) =>
  through.pay(paymentBody(user.userId, { partnerId, totalPayAmount }), newKey());
const cancel = (paymentId: number, cancelAmount: number) =>
  api.send('POST', `/payments/${paymentId}/cancel`, { cancelAmount, cancelReason: '변심' }, { key: newKey() });
const told = ({ events }: Pick<WebhookReceiver, 'events'>) =>
  events.map(({ body: { sequence, type, data } }) => [sequence, type, data['status'], data['cancelableAmount']]);

afterEach(stopReceivers);

describeWith(['serviceLog'], 'a partner is told', () => {
  it('of a payment and of each of its cancels, in order', async () => {
    const { receiver, partnerId, secret } = await aListener();
    const user = await aUser({ given: 10_000 });
    const { paymentId } = (await done(pay(user, partnerId))).detail;
    await done(cancel(paymentId, 4_000));
    await done(cancel(paymentId, 6_000));
    await untilDelivered(partnerId, 3);
    expect(told(receiver)).toEqual([
      [1, 'payment.approved', 'APPROVED', 10_000],
      [2, 'payment.canceled', 'PARTIALLY_CANCELED', 6_000],
      [3, 'payment.canceled', 'CANCELED', 0],
    ]);
    for (const event of receiver.events) {
      expect(event.body).toMatchObject({ partnerId, paymentId, data: { paymentId, totalPayAmount: 10_000 } });
      expect(isSignedWith(secret, event)).toBe(true);
    }
  });

  it('of a payment in two steps, and of its cancels, in order', async () => {
    const { receiver, partnerId } = await aListener();
    const user = await aUser({ given: 30_000 });
    const captured = (await done(authorize(user.userId, { partnerId, totalPayAmount: 10_000 }))).detail;
    await done(capture(captured.paymentId, { captureAmount: 8_000 }));
    await done(cancel(captured.paymentId, 8_000));
    const voided = (await done(authorize(user.userId, { partnerId, totalPayAmount: 10_000 }))).detail;
    await done(voidPayment(voided.paymentId));
    await untilDelivered(partnerId, 5);
    const of = (paymentId: number) => receiver.events.filter(({ body }) => body.paymentId === paymentId);
    expect(told({ events: of(captured.paymentId) })).toEqual([
      [1, 'payment.authorized', 'AUTHORIZED', 0],
      [2, 'payment.captured', 'APPROVED', 8_000],
      [3, 'payment.canceled', 'CANCELED', 0],
    ]);
    expect(
      of(captured.paymentId).map(({ body: { data } }) => [data['totalPayAmount'], data['capturedAmount']]),
    ).toEqual([0, 8_000, 8_000].map((won) => [10_000, won]));
    expect(told({ events: of(voided.paymentId) })).toEqual([
      [1, 'payment.authorized', 'AUTHORIZED', 0],
      [2, 'payment.voided', 'VOIDED', 0],
    ]);
    expect(of(voided.paymentId)[0]?.body.data['expiresAt']).toBe(voided.expiresAt);
    expect(of(voided.paymentId)[1]?.body.data['voidReason']).toBe('REQUESTED');
  });

  it('nothing of who paid', async () => {
    const { receiver, partnerId } = await aListener();
    const user = await aUser({ given: 10_000, name: '비밀이름' });
    await done(pay(user, partnerId));
    await untilDelivered(partnerId, 1);
    const text = receiver.events.map((event) => event.text).join();
    for (const secret of [user.name, user.email, user.linkedAccount, user.fintechUseNum, 'userId']) {
      expect(text).not.toContain(secret);
    }
  });

  it('once of a payment that was sent many times at once, and not of the refused ones', async () => {
    const { receiver, partnerId } = await aListener();
    const user = await aUser({ given: 10_000 });
    const [body, key] = [paymentBody(user.userId, { partnerId, totalPayAmount: 10_000 }), newKey()];
    await atOnce(20, () => api.pay(body, key));
    await api.pay({ ...body, totalPayAmount: 1 }, key);
    await untilDelivered(partnerId, 1);
    expect(told(receiver)).toEqual([[1, 'payment.approved', 'APPROVED', 10_000]]);
  });
});

describeWith(['serviceLog', 'databaseUrl', 'redisUrl', 'simulatorUrl'], 'a partner is told', () => {
  it('of a payment that the bank refused', async () => {
    const { receiver, partnerId } = await aListener();
    expect((await pay(await aUser({ bankAccount: '9001' }), partnerId)).code).toBe('NotEnoughAccountBalance');
    await untilDelivered(partnerId, 1);
    expect(receiver.events[0]?.body).toMatchObject({
      sequence: 1,
      type: 'payment.failed',
      data: { status: 'FAILED', failureCode: 'NotEnoughAccountBalance', cancelableAmount: 0 },
    });
  });

  it('of a payment whose outcome was found out afterwards', async () => {
    const { receiver, partnerId } = await aListener();
    await pay(await aUser({ bankAccount: '9011' }), partnerId);
    await untilDelivered(partnerId, 1);
    expect(told(receiver)).toEqual([[1, 'payment.approved', 'APPROVED', 10_000]]);
  });

  it('by another process when the one that took the payments is killed with the events in its hands', async () => {
    const { receiver, partnerId, secret } = await aListener(() => undefined);
    const user = await aUser({ given: 40_000 });
    const mortal = await startInstance();
    try {
      const answers = await atOnce(40, () => pay(user, partnerId, 1_000, mortal.api));
      expect(answers.filter(({ code }) => code === 'Success')).toHaveLength(40);
      await until(() => receiver.events.length >= 2);
      await mortal.program.kill('SIGKILL');
    } finally {
      await mortal.stop();
    }
    receiver.behaviour = () => 200;
    await untilDelivered(partnerId, 40);
    const paid = new Set((await eventsShown(partnerId)).map(({ paymentId }) => paymentId));
    expect(new Set(receiver.sequences().keys())).toEqual(paid);
    expect(receiver.events.every((event) => isSignedWith(secret, event))).toBe(true);
  });
});

/** A second instance of the service, on the same stores, that can be killed. */
async function startInstance(): Promise<ServiceProgram> {
  const instance = await serviceProgram('An instance to be killed', {
    DATABASE_URL: stackPart('databaseUrl'),
    REDIS_URL: stackPart('redisUrl'),
    BANK_URL: stackPart('simulatorUrl'),
    WEBHOOK_INTERVAL_MS: '10',
    WEBHOOK_TIMEOUT_MS: '1000',
  });
  await instance.program.start();
  return instance;
}
