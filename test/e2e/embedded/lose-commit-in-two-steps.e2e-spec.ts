import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { agree, agreementsOf } from '../../support/agreements.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import { authorizationsThrough, authorize, capture, voidPayment } from '../../support/authorizations.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { type Cut, DatabaseProxy } from '../../support/database-proxy.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { moneyOf } from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';

const FATES = ['dropAfter', 'dropBefore'] as const;
/** So long the database is away, from the COMMIT on. */
const AWAY_MS = 400;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a COMMIT of a payment in two steps, its answer lost', () => {
  let proxy: DatabaseProxy;
  let service: OwnService;
  let payments: ReturnType<typeof authorizationsThrough>;
  let cut: Cut | null = null;
  let isAway = false;

  beforeAll(async () => {
    const url = new URL(stackPart('databaseUrl'));
    proxy = await DatabaseProxy.start(Number(url.port));
    proxy.watch = (statements) => {
      if (isAway) return 'dropBefore';
      if (cut === null || !/INSERT INTO movements[^]*; COMMIT$/.test(statements)) return null;
      const fate = cut;
      [cut, isAway] = [null, true];
      setTimeout(() => (isAway = false), AWAY_MS);
      return fate;
    };
    url.port = String(proxy.port);
    const env = { AUDIT_INTERVAL_MS: '0', DATABASE_DEADLINE_MS: '1000', ANSWER_WITHIN_MS: '12000' };
    service = await startOwnService(env, url.href);
    payments = authorizationsThrough(service.api);
  });
  afterEach(async () => {
    if (isAway) await sleep(AWAY_MS);
  });
  afterAll(async () => {
    await service.stop();
    await proxy.stop();
  });

  const usedBy = async (userId: number) => (await done(agreementsOf(userId))).detail.items[0]?.usedToday;

  it.each(FATES.flatMap((fate) => [0, 30_000].map((given) => [fate, given] as const)))(
    'holds and counts once (%s, with %i won there)',
    async (fate, given) => {
      const user = await aUser({ given });
      await done(agree(user.userId));
      const [body, key] = [paymentBody(user.userId), newKey()];
      cut = fate;
      const received = await payments.authorize(user.userId, body, key);
      expect(cut).toBeNull();
      expectSuccess(received, 201);
      const again = await authorize(user.userId, body, key);
      expectAnswer(again, 'PaymentComplete');
      expect(again.detail).toEqual(received.detail);
      const main = Math.max(given, 23_000);
      expect(await moneyOf(user)).toMatchObject({ main, available: main - 23_000 });
      expect(await usedBy(user.userId)).toBe(23_000);
    },
  );

  it.each(FATES.flatMap((fate) => (['capture', 'voidPayment'] as const).map((end) => [fate, end] as const)))(
    'ends it once (%s, %s)',
    async (fate, end) => {
      const user = await aUser({ given: 30_000 });
      const { paymentId } = (await done(authorize(user.userId))).detail;
      const key = newKey();
      cut = fate;
      const isCapture = end === 'capture';
      const ending = isCapture ? payments.capture(paymentId, {}, key) : payments.voidPayment(paymentId, key);
      const received = await (ending as Promise<Awaited<ReturnType<typeof capture>>>);
      expect(cut).toBeNull();
      expectSuccess(received, 200);
      const again = await (isCapture ? capture(paymentId, {}, key) : voidPayment(paymentId, key));
      expectAnswer(again, 'RequestComplete');
      expect(again.detail).toEqual(received.detail);
      expectAnswer(await capture(paymentId), 'NotCapturable');
      const main = isCapture ? 7_000 : 30_000;
      expect(await moneyOf(user)).toMatchObject({ main, available: main });
    },
  );

  it('leaves books that agree', async () => {
    expect(wrongIn((await auditReport()).report)).toEqual([]);
  });
});
