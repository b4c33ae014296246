import { afterEach, expect, it } from '@jest/globals';
import { APP_WEBHOOKS } from '../../support/app-webhooks.js';
import { api } from '../../support/api.js';
import { aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import {
  aListener,
  aPartner,
  aReceiver,
  change,
  eventsShown,
  register,
  stopReceivers,
  until,
  untilDelivered,
  type Webhook,
  type WebhookShown,
} from '../../support/webhook-partner.js';

const pay = async (user: TestUser, partnerId: number): Promise<number> => {
  const body = paymentBody(user.userId, { partnerId, totalPayAmount: 1_000 });
  return (await done(api.pay(body, newKey()))).detail.paymentId;
};
const cancel = (paymentId: number) =>
  done(
    api.send('POST', `/payments/${paymentId}/cancel`, { cancelAmount: 1_000, cancelReason: '변심' }, { key: newKey() }),
  );
const rich = () => aUser({ given: 20_000 });
const choosing = (partnerId: number, url: string, types: unknown) =>
  api.send<WebhookShown & Webhook>('POST', `/partners/${partnerId}/webhooks`, { url, types });

afterEach(stopReceivers);

describeWith(['databaseUrl', 'simulatorUrl'], 'an endpoint', () => {
  it('hears of the types that it was registered for, under the id that others hear of them by', async () => {
    const { receiver: all, partnerId } = await aListener();
    const [cancels, approvals] = [await aReceiver(), await aReceiver()];
    const chosen = (await done(choosing(partnerId, cancels.url, ['payment.canceled', 'payment.failed']))).detail;
    expect(chosen.types).toEqual(['payment.canceled', 'payment.failed']);
    await done(choosing(partnerId, approvals.url, ['payment.approved']));
    await cancel(await pay(await rich(), partnerId));
    await untilDelivered(partnerId, 4);
    const heard = [all, cancels, approvals].map(({ events }) => events.map(({ body }) => body.type));
    expect(heard).toEqual([['payment.approved', 'payment.canceled'], ['payment.canceled'], ['payment.approved']]);
    const ids = (await eventsShown(partnerId)).map(({ eventId, type }) => `${eventId} ${type}`);
    expect(new Set(ids).size).toBe(2);
    expect(cancels.events[0]?.body).toMatchObject({ eventId: all.events[1]?.body.eventId, sequence: 2 });
  });

  it('hears of others after a change, and of all again with null', async () => {
    const user = await rich();
    const { receiver, partnerId, endpointId } = await aListener();
    const changed = await done(change(partnerId, endpointId, { types: ['payment.canceled'] }));
    expect(changed.detail).toMatchObject({ types: ['payment.canceled'], disabled: false });
    await pay(user, partnerId);
    expect(await eventsShown(partnerId)).toEqual([]);
    expect((await done(change(partnerId, endpointId, { types: null }))).detail.types).toBeNull();
    await pay(user, partnerId);
    await untilDelivered(partnerId, 1);
    expect(receiver.events).toHaveLength(1);
  });

  it('is sent what waits although it wants other types by now', async () => {
    const { receiver, partnerId, endpointId } = await aListener(() => 500);
    await pay(await rich(), partnerId);
    await until(() => receiver.events.length > 0);
    await done(change(partnerId, endpointId, { types: ['payment.canceled'] }));
    receiver.behaviour = () => 200;
    await untilDelivered(partnerId, 1);
  });

  it('wants types that there are, each once, and those of its own owner', async () => {
    const { url } = await aReceiver();
    const wrong = [
      [],
      ['payment.lost'],
      ['transfer.held'],
      ['payment.failed', 'payment.failed'],
      'payment.failed',
      [null],
    ];
    const partnerId = await aPartner();
    for (const types of wrong) {
      const received = await choosing(partnerId, url, types);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['types']);
    }
    for (const types of [['payment.failed'], ['movement.completed', 'movement.lost']]) {
      const received = await api.send('POST', APP_WEBHOOKS, { url, types });
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['types']);
    }
    expect((await done(register(partnerId, url))).detail).toMatchObject({ types: null });
    expect((await done(choosing(partnerId, url, null))).detail.types).toBeNull();
  });
});

describeWith(['databaseUrl', 'simulatorUrl'], "an endpoint of the wallet's own back end", () => {
  it('hears of the types that it wants', async () => {
    const receiver = await aReceiver();
    const body = { url: receiver.url, types: ['transfer.held', 'movement.failed'] };
    const { endpointId } = (await done(api.send<Webhook>('POST', APP_WEBHOOKS, body))).detail;
    const path = `${APP_WEBHOOKS}/${endpointId}`;
    try {
      await aUser({ charged: 1_000 });
      await done(api.send('PATCH', path, { types: ['movement.completed'] }));
      const user = await aUser({ charged: 2_000 });
      await until(() => receiver.events.some(({ body: { data } }) => data['userId'] === user.userId));
      expect(receiver.events.map(({ body: { type } }) => type)).toEqual(['movement.completed']);
    } finally {
      await done(api.send('DELETE', path));
    }
  });
});
