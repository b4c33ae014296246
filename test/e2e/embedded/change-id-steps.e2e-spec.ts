import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import { atOnce, aSavingsAccount, aUser, done } from '../../support/builders.js';
import { cancel } from '../../support/cancels.js';
import { DatabaseRoot, type DatabaseUser, describeAsRoot } from '../../support/database-root.js';
import {
  answersIn,
  charge,
  deposit,
  Load,
  type LoadRequest,
  payment,
  type Told,
  untruths,
} from '../../support/load.js';
import { moneyOf } from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';
import { aListener, stopReceivers, untilDelivered } from '../../support/webhook-partner.js';
import { type WebhookReceiver } from '../../support/webhook-receiver.js';

const USERS = 10;
const PAYMENTS = 300;
const CANCELS = 100;

/** Each is a change while the service runs; a group of several servers makes the same. */
const STEPS: readonly [step: number, offset: number][] = [
  [7, 3],
  [2, 2],
  [1, 1],
];

describeAsRoot('after the steps of ids were changed while the service runs', () => {
  let root: DatabaseRoot;
  let user: DatabaseUser;
  let service: OwnService;
  let load: Load;
  let listener: { partnerId: number; receiver: WebhookReceiver };
  beforeAll(async () => {
    root = await DatabaseRoot.connect();
    user = await root.aUser();
    // Patient: many at once on connections that are all new are slow on a busy machine.
    const patience = { ANSWER_WITHIN_MS: '15000', DATABASE_DEADLINE_MS: '15000' };
    service = await startOwnService({ ...patience, WEBHOOK_INTERVAL_MS: '100' }, user.url);
    load = new Load(service.baseUrl);
    listener = await aListener();
  });
  afterAll(async () => {
    await load.close();
    await service.stop();
    await root.close();
    await stopReceivers();
  });

  const sendAll = (requests: readonly LoadRequest[]): Promise<Told[]> =>
    Promise.all(requests.map((request) => load.send(request)));
  let told = 0;

  it.each(STEPS)('(to %i, from %i) what is answered is what the books say', async (step, offset) => {
    const userIds = await atOnce(USERS, async () => {
      const one = await aUser({ given: 10_000 });
      await aSavingsAccount(one);
      return one.userId;
    });
    const userAt = (index: number) => userIds[index % USERS] as number;

    await root.setGlobal('auto_increment_increment', step);
    await root.setGlobal('auto_increment_offset', offset);
    await root.kill('CONNECTION', user);

    const { partnerId } = listener;
    const payments = await sendAll(
      Array.from({ length: PAYMENTS }, (_, index) => payment(userAt(index), 10, { partnerId })),
    );
    expect(answersIn(payments)).toEqual({ '201 Success': PAYMENTS });
    // The sessions do go by the new steps.
    const places = new Set(payments.map(({ detail }) => (detail['paymentId'] as number) % step));
    expect([...places]).toEqual([offset % step]);
    const others = await sendAll(
      Array.from({ length: 100 }, (_, index) => (index % 2 ? deposit(userAt(index), 10) : charge(userAt(index), 100))),
    );
    expect(answersIn(others)).toEqual({ '200 Success': 100 });
    // What the main account has not got comes from the bank.
    const topUps = await sendAll(userIds.map((userId) => payment(userId, 20_000, { partnerId })));
    expect(answersIn(topUps)).toEqual({ '201 Success': USERS });
    const paymentIds = payments.slice(0, CANCELS).map(({ detail }) => detail['paymentId'] as number);
    await Promise.all(
      paymentIds.map((paymentId) => done(cancel({ paymentId }, { cancelAmount: 4 }, undefined, service.api))),
    );

    expect(await untruths([...payments, ...others, ...topUps])).toEqual([]);
    for (const { body, detail } of payments.slice(0, 20)) {
      const shown = (await done(api.payment(detail['paymentId'] as number))).detail;
      const { userId, partnerPayKey } = body as { userId: number; partnerPayKey: string };
      expect(shown).toMatchObject({ userId, partnerPayKey, partnerId, totalPayAmount: 10 });
    }
    const given = userIds.map((userId) => moneyOf({ userId }));
    for (const money of given) expect((await money).main).toBe((CANCELS / USERS) * 4);

    told += PAYMENTS + USERS + CANCELS;
    await untilDelivered(partnerId, told);
    const known = new Set([...payments, ...topUps].map(({ detail }) => detail['paymentId']));
    const events = listener.receiver.events.slice(-(PAYMENTS + USERS + CANCELS));
    expect(events.every(({ body }) => known.has(body.paymentId))).toBe(true);
    expect(new Set(listener.receiver.events.map(({ body }) => body.eventId)).size).toBe(told);
  });

  it('the books agree', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
