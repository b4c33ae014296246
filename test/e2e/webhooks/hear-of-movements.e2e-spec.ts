import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { appEventsShown, APP_WEBHOOKS, registerApp, removeEndpoints } from '../../support/app-webhooks.js';
import { runAudit } from '../../support/audit.js';
import { atOnce, done, newAccountNumber, newKey, paymentBody, SANDBOX_PARTNER } from '../../support/builders.js';
import { Conformance } from '../../support/conformance.js';
import { expectAnswer } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { transfersThrough } from '../../support/held-transfers.js';
import { eventually } from '../../support/money.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';
import { type ServiceProgram, serviceProgram } from '../../support/service-program.js';
import { aReceiver, stopReceivers, until, type Webhook, type WebhookShown } from '../../support/webhook-partner.js';
import { isSignedWith, type ReceivedEvent, type WebhookReceiver } from '../../support/webhook-receiver.js';

const HOUR_MS = 3_600_000;
const QUICK = {
  RECOVERY_INTERVAL_MS: '50',
  RECOVERY_FIRST_DELAY_MS: '500',
  WEBHOOK_INTERVAL_MS: '50',
  WEBHOOK_TIMEOUT_MS: '1000',
  WEBHOOK_RETRY_BASE_MS: '100',
  WEBHOOK_ATTEMPTS: '4',
  ANSWER_WITHIN_MS: '3000',
  BANK_TIMEOUT_MS: '1000',
};

const conformance = await Conformance.load();

interface Row {
  readonly id: number;
  readonly type: string;
  readonly movementId: number;
}

describeWith(['databaseUrl', 'redisUrl'], "the wallet's own back end", () => {
  let stack: OwnStack;
  let second: ServiceProgram;
  let transfers: ReturnType<typeof transfersThrough>;
  let receiver: WebhookReceiver;
  let endpoint: Webhook;

  beforeAll(async () => {
    stack = await startOwnStack(QUICK);
    second = await serviceProgram('Another instance', stack.service.launch.env as Record<string, string>);
    transfers = transfersThrough(stack.api);
    try {
      await second.program.start();
    } catch (error) {
      await second.stop();
      await stack.stop();
      throw error;
    }
  });
  afterEach(async () => {
    for (const { body } of receiver.events) expect(conformance.eventMismatches(APP_WEBHOOKS, body)).toEqual([]);
    stack.setClock(0);
    await removeEndpoints(stack.api, APP_WEBHOOKS);
    await stopReceivers();
  });
  afterAll(async () => {
    await second.stop();
    await stack.stop();
  });

  async function listen(): Promise<void> {
    receiver = await aReceiver();
    endpoint = await registerApp(stack.api, receiver);
  }

  async function aUser(options: { charged?: number; bankAccount?: string } = {}): Promise<OwnUser> {
    const user = await signUpAt(stack, newAccountNumber(options.bankAccount));
    if (options.charged) await done(stack.api.charge({ userId: user.userId, amount: options.charged }));
    return user;
  }

  /** The events that are written for the endpoint. */
  const rows = () =>
    stack.sql<Row>('SELECT id, type, payment_id AS movementId FROM webhook_events WHERE endpoint_id = ? ORDER BY id', [
      endpoint.endpointId,
    ]);
  /** Once all that is written has been taken. */
  const untilTaken = () =>
    eventually(
      () =>
        stack.sql(`SELECT 1 FROM webhook_events WHERE endpoint_id = ? AND status = 'PENDING' LIMIT 1`, [
          endpoint.endpointId,
        ]),
      (open) => open.length === 0,
    );
  /** Each event once, in the order of arrival. */
  const told = (type?: string): ReceivedEvent[] => [
    ...new Map(
      receiver.events.filter(({ body }) => type === undefined || body.type === type).map((it) => [it.body.eventId, it]),
    ).values(),
  ];
  const movementsAfter = (id: number) =>
    stack.sql<{ id: number; status: string }>('SELECT id, status FROM movements WHERE id > ? ORDER BY id', [id]);
  const lastMovement = async () =>
    Number((await stack.sql<{ id: number }>('SELECT COALESCE(MAX(id), 0) AS id FROM movements'))[0]?.id);
  const noneOpen = () =>
    eventually(
      () => stack.sql(`SELECT 1 FROM movements WHERE status = 'PENDING' LIMIT 1`),
      (open) => open.length === 0,
    );

  /** One event for each movement since then that has ended, and none for anything else. */
  async function expectOneForEachEndSince(id: number): Promise<void> {
    const ended = (await movementsAfter(id)).map((one) => `movement.${one.status.toLowerCase()} ${one.id}`);
    const written = (await rows()).filter(({ type }) => type.startsWith('movement.'));
    expect(written.map(({ type, movementId }) => `${type} ${movementId}`).sort()).toEqual(ended.sort());
  }

  it('is told of every movement of every type that has ended, as GET /transactions shows it', async () => {
    const before = await lastMovement();
    await listen();
    const partners = await aReceiver();
    await done(stack.api.send('POST', `/partners/${SANDBOX_PARTNER}/webhooks`, { url: partners.url }));
    const [from, to] = [await aUser({ charged: 50_000 }), await aUser()];
    const { userId } = from;
    const { accountId } = (await done(stack.api.openSavings({ userId }))).detail;
    await done(stack.api.deposit({ userId, amount: 10_000 }));
    await done(
      stack.api.send(
        'POST',
        `/accounts/savings/${accountId}/withdrawals`,
        { userId, amount: 1_000 },
        { key: newKey() },
      ),
    );
    await done(stack.api.transfer({ fromUserId: userId, toUserId: to.userId, amount: 100, memo: '비밀 점심값' }));
    const paying = stack.api.pay(paymentBody(userId, { totalPayAmount: 2_000 }), newKey());
    const { paymentId } = (await done(paying)).detail;
    const cancel = { cancelAmount: 500, cancelReason: '변심' };
    await done(stack.api.send('POST', `/payments/${paymentId}/cancel`, cancel, { key: newKey() }));
    const held = (await done(transfers.hold(from, to, 300))).detail.transactionId;
    await done(transfers.accept(held, to));
    const returned = (await done(transfers.hold(from, to, 400))).detail.transactionId;
    await done(transfers.cancel(returned, from));
    await untilTaken();

    await expectOneForEachEndSince(before);
    expect(new Set(told('movement.completed').map(({ body }) => body.data['type']))).toEqual(
      new Set([
        'CHARGE',
        'SAVINGS_DEPOSIT',
        'SAVINGS_WITHDRAWAL',
        'TRANSFER',
        'TRANSFER_HOLD',
        'TRANSFER_RELEASE',
        'TRANSFER_RETURN',
        'PAYMENT',
        'PAYMENT_CANCEL',
      ]),
    );
    for (const event of told('movement.completed')) {
      const { body } = event;
      const transactionId = body.data['transactionId'] as number;
      const {
        memo: _memo,
        acceptance: _acceptance,
        ...detail
      } = (await done(stack.api.transaction(transactionId))).detail;
      const [movement] = await stack.sql<{ userId: number }>('SELECT user_id AS userId FROM movements WHERE id = ?', [
        transactionId,
      ]);
      expect(body).toEqual({
        eventId: expect.any(Number),
        type: 'movement.completed',
        transactionId,
        sequence: 1,
        occurredAt: detail.occurredAt,
        data: { userId: movement?.userId, ...detail },
      });
      expect(isSignedWith(endpoint.secret, event)).toBe(true);
    }
    expect(receiver.events.map(({ text }) => text).join()).not.toMatch(/비밀|변심|@pay|accountNumber|3333-/);
    await until(() => partners.events.length === 2);
    expect(partners.events.map(({ body }) => [body.type, body.paymentId])).toEqual([
      ['payment.approved', paymentId],
      ['payment.canceled', paymentId],
    ]);
    expect(partners.events.map(({ text }) => text).join()).not.toContain('userId');
    await removeEndpoints(stack.api, `/partners/${SANDBOX_PARTNER}/webhooks`);
  });

  it('is told of what the bank refused, and of what was found out afterwards, by whichever instance', async () => {
    const before = await lastMovement();
    await listen();
    const [poor, slow, late] = [
      await aUser({ bankAccount: '9001' }),
      await aUser({ bankAccount: '9011' }),
      await aUser({ bankAccount: '9017' }),
    ];
    expectAnswer(await stack.api.charge({ userId: poor.userId, amount: 1_000 }), 'NotEnoughAccountBalance');
    await stack.api.charge({ userId: slow.userId, amount: 1_001 });
    await stack.api.charge({ userId: late.userId, amount: 1_002 });
    await noneOpen();
    await untilTaken();
    await expectOneForEachEndSince(before);
    const [refused] = told().filter(({ body }) => body.data['userId'] === poor.userId);
    expect(refused?.body).toMatchObject({
      type: 'movement.failed',
      data: {
        type: 'CHARGE',
        status: 'FAILED',
        amount: 1_000,
        toppedUpAmount: 0,
        failureCode: 'NotEnoughAccountBalance',
      },
    });
    const [found] = told().filter(({ body }) => body.data['userId'] === slow.userId);
    expect(found?.body).toMatchObject({ type: 'movement.completed', data: { amount: 1_001, toppedUpAmount: 1_001 } });
  });

  it('is told once of a movement that was asked for many times at once, and of none that was refused', async () => {
    const user = await aUser({ charged: 10_000 });
    const before = await lastMovement();
    await listen();
    const [body, key] = [paymentBody(user.userId, { totalPayAmount: 10_000 }), newKey()];
    await atOnce(20, (index) => (index % 2 ? stack.api : second.api).pay(body, key));
    expectAnswer(await stack.api.charge({ userId: user.userId, amount: 3_000_000 }), 'DailyLimitExceeded');
    await untilTaken();
    expect(await movementsAfter(before)).toHaveLength(1);
    await expectOneForEachEndSince(before);
  });

  it('is told of each movement once, whatever is killed while they are made', async () => {
    const users = await Promise.all(Array.from({ length: 6 }, () => aUser({ charged: 100_000 })));
    const before = await lastMovement();
    await listen();
    for (const victim of [stack.service, second.program, stack.service]) {
      const load = atOnce(90, async (index) => {
        await sleep(Math.random() * 600);
        const from = users[index % 6] as OwnUser;
        const to = users[(index + 1) % 6] as OwnUser;
        const through = index % 2 ? stack.api : second.api;
        const amount = index % 7 ? 10 : 20_000; // some need the bank
        await through
          .transfer({ fromUserId: from.userId, toUserId: to.userId, amount }, newKey())
          .catch(() => undefined); // nobody was there
      });
      await sleep(300);
      await victim.kill('SIGKILL');
      await victim.start();
      await load;
    }
    await noneOpen();
    await untilTaken();
    expect((await movementsAfter(before)).length).toBeGreaterThan(90);
    await expectOneForEachEndSince(before);
    const heard = told().map(({ body }) => body.data['transactionId']);
    expect(new Set(heard)).toEqual(new Set((await movementsAfter(before)).map(({ id }) => id)));
    expect(heard).toHaveLength(new Set(heard).size);
  });

  it('is told of transfers that are held, also once their money has come from the bank', async () => {
    await listen();
    const [from, poor, to] = [await aUser({ charged: 5_000 }), await aUser(), await aUser()];
    const held = [
      (await done(transfers.hold(from, to, 5_000, { memo: '비밀' }))).detail,
      (await done(transfers.hold(poor, to, 7_000))).detail,
    ];
    await untilTaken();
    expect(told('transfer.held').map(({ body }) => body)).toEqual(
      held.map(({ transactionId, amount, expiresAt }, index) => ({
        eventId: expect.any(Number),
        type: 'transfer.held',
        transactionId,
        sequence: 2,
        occurredAt: expect.any(String),
        data: {
          transferId: transactionId,
          fromUserId: [from, poor][index]?.userId,
          toUserId: to.userId,
          amount,
          expiresAt,
        },
      })),
    );
    for (const { transactionId } of held) expect(receiver.sequences().get(transactionId)).toBeUndefined();
    const order = told().filter(
      ({ body }) => (body as { transactionId?: number }).transactionId === held[0]?.transactionId,
    );
    expect(order.map(({ body }) => body.type)).toEqual(['movement.completed', 'transfer.held']);
  });

  it('is reminded of a transfer a day before it goes back: once, whatever the clock does, and of none that has ended', async () => {
    await listen();
    const [from, to] = [await aUser({ charged: 10_000 }), await aUser()];
    const holdOne = async () => (await done(transfers.hold(from, to, 10))).detail;
    const waiting = await holdOne();
    const accepted = (await holdOne()).transactionId;
    const canceled = (await holdOne()).transactionId;
    await done(transfers.accept(accepted, to));
    await done(transfers.cancel(canceled, from));
    const ids = [waiting.transactionId, accepted, canceled];
    const reminded = async () =>
      (await rows()).filter(({ type, movementId }) => type === 'transfer.reminder' && ids.includes(movementId));
    stack.setClock(47 * HOUR_MS);
    const later = (await holdOne()).transactionId;
    await sleep(1_000);
    expect(await reminded()).toEqual([]);
    for (const hours of [48.1, 0, 49, 24, 60]) {
      stack.setClock(hours * HOUR_MS);
      await eventually(reminded, (found) => found.length > 0);
      await sleep(500);
    }
    stack.setClock(73 * HOUR_MS);
    await eventually(
      () => transfers.acceptanceOf(waiting.transactionId),
      (acceptance) => acceptance?.status === 'EXPIRED',
    );
    await sleep(500);
    expect((await reminded()).map(({ movementId }) => movementId)).toEqual([waiting.transactionId]);
    await untilTaken();
    const [reminder, ...more] = told('transfer.reminder').filter(
      ({ body }) => body.data['transferId'] === waiting.transactionId,
    );
    expect([reminder?.body.data, ...more]).toEqual([
      {
        transferId: waiting.transactionId,
        fromUserId: from.userId,
        toUserId: to.userId,
        amount: 10,
        expiresAt: waiting.expiresAt,
      },
    ]);
    stack.setClock(96 * HOUR_MS); // of the one that was held later: it is reminded of too
    await eventually(rows, (found) =>
      found.some(({ type, movementId }) => type === 'transfer.reminder' && movementId === later),
    );
  });

  it('is reminded of each of many once by two instances that are killed meanwhile', async () => {
    await listen();
    const [from, to] = [await aUser({ charged: 10_000 }), await aUser()];
    const held = await atOnce(300, async () => (await done(transfers.hold(from, to, 10))).detail.transactionId);
    const reminders = async () => (await rows()).filter(({ type }) => type === 'transfer.reminder');
    stack.setClock(49 * HOUR_MS);
    await eventually(reminders, (found) => found.length > 0);
    await Promise.all([stack.service.kill('SIGKILL'), second.program.kill('SIGKILL')]);
    const marked = await stack.sql<{ id: number }>(
      'SELECT movement_id AS id FROM held_transfers WHERE movement_id IN (?) AND reminded_at IS NOT NULL',
      [held],
    );
    expect((await reminders()).map(({ movementId }) => movementId).sort()).toEqual(marked.map(({ id }) => id).sort());
    await Promise.all([stack.service.start(), second.program.start()]);
    await eventually(reminders, (found) => found.length >= held.length);
    await sleep(500);
    expect((await reminders()).map(({ movementId }) => movementId).sort()).toEqual([...held].sort());
  });

  it('hears nothing of what was made while nobody listened, and no reminder is made up for', async () => {
    const [from, to] = [await aUser({ charged: 10_000 }), await aUser()];
    const { transactionId } = (await done(transfers.hold(from, to, 10))).detail;
    stack.setClock(49 * HOUR_MS);
    await eventually(
      () =>
        stack.sql('SELECT 1 FROM held_transfers WHERE movement_id = ? AND reminded_at IS NOT NULL', [transactionId]),
      (found) => found.length === 1,
    );
    await listen();
    await sleep(1_000);
    expect(await rows()).toEqual([]);
  });

  it('is asked again as partners are, can have an event sent again, and rotates its secret', async () => {
    await listen();
    let refusals = 2;
    receiver.behaviour = () => (refusals-- > 0 ? 500 : 200);
    await aUser({ charged: 1_000 });
    await untilTaken();
    expect(receiver.events).toHaveLength(3);
    expect(new Set(receiver.events.map(({ text }) => text)).size).toBe(1);
    const [shown] = await appEventsShown(stack.api, '&status=DELIVERED');
    expect(shown).toMatchObject({
      type: 'movement.completed',
      sequence: 1,
      attempts: 3,
      endpointId: endpoint.endpointId,
    });

    receiver.behaviour = () => 500;
    await aUser({ charged: 2_000 });
    const [given] = await eventually(
      () => appEventsShown(stack.api, '&status=UNDELIVERED'),
      ([latest]) => latest?.endpointId === endpoint.endpointId,
    );
    receiver.behaviour = () => 200;
    const path = `${APP_WEBHOOKS}/${endpoint.endpointId}`;
    const { secret } = (await done(stack.api.send<{ secret: string }>('POST', `${path}/rotate-secret`))).detail;
    await done(stack.api.send('POST', `/app/webhook-events/${given?.eventId}/resend`));
    await untilTaken();
    const last = receiver.events.at(-1) as ReceivedEvent;
    expect(last.body).toMatchObject({ eventId: given?.eventId, data: { amount: 2_000 } });
    expect([secret, endpoint.secret].map((one) => isSignedWith(one, last))).toEqual([true, true]);
  });

  it('manages endpoints of its own, which are nobody else’s', async () => {
    await listen();
    const path = `${APP_WEBHOOKS}/${endpoint.endpointId}`;
    const list = async () => (await done(stack.api.send<{ items: WebhookShown[] }>('GET', APP_WEBHOOKS))).detail.items;
    expect(await list()).toEqual([
      {
        endpointId: endpoint.endpointId,
        url: receiver.url,
        types: null,
        disabled: false,
        createdAt: expect.any(String),
      },
    ]);
    const partners = `/partners/${SANDBOX_PARTNER}/webhooks`;
    expect(await stack.api.send('GET', `${partners}/${endpoint.endpointId}`)).toMatchObject({
      code: 'WebhookNotFound',
    });
    expectAnswer(await stack.api.send('GET', `/partners/0/webhooks`), 'InvalidRequest');
    const other = (await done(stack.api.send<Webhook>('POST', partners, { url: receiver.url }))).detail.endpointId;
    expect(await stack.api.send('DELETE', `${APP_WEBHOOKS}/${other}`)).toMatchObject({ code: 'WebhookNotFound' });
    await removeEndpoints(stack.api, partners);

    const disabled = await done(stack.api.send<WebhookShown>('PATCH', path, { disabled: true }));
    expect(disabled.detail).toMatchObject({ disabled: true, disabledReason: 'BY_APP' });
    await aUser({ charged: 1_000 });
    const shown = await appEventsShown(stack.api);
    expect(shown[0]).toMatchObject({ endpointId: endpoint.endpointId, status: 'UNDELIVERED', attempts: 0 });
    await done(stack.api.send('PATCH', path, { disabled: false }));
    await aUser({ charged: 1_000 });
    await until(() => receiver.events.length > 0);
    expect(await rows()).toHaveLength(2);
    expectAnswer(await stack.api.send('PATCH', path, {}), 'InvalidRequest');
    await done(stack.api.send('DELETE', path));
    expect(await list()).toEqual([]);
    await aUser({ charged: 1_000 });
    expect(await rows()).toHaveLength(2);
    expect(receiver.events).toHaveLength(1);

    const answers = await atOnce(14, () => stack.api.send('POST', APP_WEBHOOKS, { url: receiver.url }));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ code }) => code === 'TooManyWebhooks')).toHaveLength(4);
  });

  it('leaves books that agree', async () => {
    const where = { DATABASE_URL: stack.databaseUrl, BANK_URL: stack.bank.url };
    expect(await runAudit([], where)).toMatchObject({ exitCode: 0 });
  });
});
