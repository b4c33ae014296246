import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { api, type Received } from '../../support/api.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import { newKey, SANDBOX_PARTNER } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { type Cut, DatabaseProxy } from '../../support/database-proxy.js';
import { describeWith, stackPart } from '../../support/environment.js';
import {
  aParty,
  eventually,
  MONEY_ROUTES,
  type MoneyRoute,
  moneyOf,
  type Party,
  PAYMENT,
  sendTo,
  SPENDING_ROUTES,
} from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';
import { bankRecord, endBankRules, setBankRules, sql } from '../../support/stores.js';

/** What it reserves nobody else asks the bank about before almost five minutes are over. */
const UNRECOVERED = { RECOVERY_FIRST_DELAY_MS: '290000', AUDIT_INTERVAL_MS: '0', DATABASE_DEADLINE_MS: '1000' };

interface Attempted {
  readonly id: number;
  readonly status: string;
}
interface Found {
  readonly items: readonly { readonly status: string; readonly failureCode?: string }[];
}

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a COMMIT whose answer was lost', () => {
  let proxy: DatabaseProxy;
  let patient: OwnService;
  let hurried: OwnService;
  /** What becomes of the next COMMIT of a movement; afterwards the database is away until `comeBack`. */
  let cut: Cut | null = null;
  let isAway = false;
  const comeBack = () => void (isAway = false);

  beforeAll(async () => {
    const url = new URL(stackPart('databaseUrl'));
    proxy = await DatabaseProxy.start(Number(url.port));
    proxy.watch = (statements) => {
      if (isAway) return 'dropBefore';
      if (cut === null || !/INSERT INTO (movements|withdrawals)[^]*; COMMIT$/.test(statements)) return null;
      const fate = cut;
      [cut, isAway] = [null, true];
      return fate;
    };
    url.port = String(proxy.port);
    patient = await startOwnService({ ...UNRECOVERED, ANSWER_WITHIN_MS: '12000' }, url.href);
    hurried = await startOwnService({ ...UNRECOVERED, ANSWER_WITHIN_MS: '1500' }, url.href);
  });
  afterEach(async () => {
    comeBack();
    await endBankRules();
  });
  afterAll(async () => {
    await patient.stop();
    await hurried.stop();
    await proxy.stop();
  });

  function send(through: OwnService, route: MoneyRoute, body: object, key: string): Promise<Received<unknown>> {
    return through.api.send(route.method, route.path, body, { key });
  }

  const attemptsUnder = (key: string) =>
    sql<Attempted>('SELECT id, status FROM movements WHERE idempotency_key = ?', [key]);
  const reserved = (key: string) =>
    eventually(
      () => attemptsUnder(key),
      (attempts) => attempts.length > 0,
    );

  /** Has recovery of another instance ask the bank, which refuses. */
  async function fail(key: string): Promise<void> {
    const [movement] = await reserved(key);
    await sql('UPDATE withdrawals SET next_inquiry_at = UTC_TIMESTAMP(3) WHERE movement_id = ?', [movement?.id]);
    await eventually(
      () => attemptsUnder(key),
      ([attempt]) => attempt?.status === 'FAILED',
    );
  }

  const found = async (location: string) => (await api.send<Found>('GET', location)).detail.items;

  /** One failed row, for good, and the bank has taken nothing although it would have by now. */
  async function expectFailedForGood(party: Party, key: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await attemptsUnder(key)).map(({ status }) => status)).toEqual(['FAILED']);
    expect(await bankRecord(party.fintechUseNum)).toEqual([]);
    expect(await moneyOf(party)).toEqual({ main: 1_000, available: 1_000, savings: 0, usedToday: 0 });
  }

  it.each(MONEY_ROUTES)(
    'of $name that recovery has failed meanwhile is told as refused, and never paid',
    async (route) => {
      const party = await aParty({ given: 1_000 });
      const [body, key] = [route.body(party, 10_000), newKey()];
      await setBankRules([{ fault: 'balanceShort', accountNumber: party.linkedAccount }]);
      cut = 'dropAfter';
      const answer = send(patient, route, body, key);
      await fail(key);
      await endBankRules();
      comeBack();
      expectAnswer(await answer, 'NotEnoughAccountBalance');
      await expectFailedForGood(party, key);
      // A definite refusal: the key is free.
      expectSuccess(await sendTo(route, body, key), route.success);
      expect((await attemptsUnder(key)).map(({ status }) => status).sort()).toEqual(['COMPLETED', 'FAILED']);
    },
  );

  it.each([PAYMENT])('of $name that was answered 202 and failed meanwhile is found failed, once', async (route) => {
    const party = await aParty({ given: 1_000 });
    const [body, key] = [route.body(party, 10_000), newKey()];
    await setBankRules([{ fault: 'balanceShort', accountNumber: party.linkedAccount }]);
    cut = 'dropAfter';
    const answer = await send(hurried, route, body, key);
    expectAnswer(answer, 'Processing');
    await fail(key);
    await endBankRules();
    comeBack();
    await expectFailedForGood(party, key);
    const failed = { status: 'FAILED', failureCode: 'NotEnoughAccountBalance' };
    expect(await found(answer.location as string)).toMatchObject([failed]);
  });

  itIsTakenUp('dropAfter', 'was done');
  itIsTakenUp('dropBefore', 'was not done');

  function itIsTakenUp(fate: Cut, what: string): void {
    it.each(MONEY_ROUTES)(
      `that ${what} is taken up at once when it is known: $name needs no recovery`,
      async (route) => {
        const party = await aParty({ given: 1_000 });
        const [body, key] = [route.body(party, 10_000), newKey()];
        cut = fate;
        const answer = await send(hurried, route, body, key);
        expectAnswer(answer, 'Processing');
        const { location } = answer;
        // What is known is said meanwhile, through another instance: it is pending, or there is no such movement.
        const known = (await found(location as string)).map(({ status }) => status);
        expect(known).toEqual(fate === 'dropAfter' ? ['PENDING'] : []);
        comeBack();
        await eventually(
          () => found(location as string),
          ([movement]) => movement?.status === 'COMPLETED' || movement?.status === 'APPROVED',
        );
        expect(await attemptsUnder(key)).toHaveLength(1);
        const topUp = route.effect === 1 ? 10_000 : 9_000;
        expect((await bankRecord(party.fintechUseNum)).map(({ amount }) => amount)).toEqual([topUp]);
        expectAnswer(await send(hurried, route, body, key), route.complete);
        expectAnswer(await sendTo(route, body, key), route.complete);
      },
    );

    it.each(SPENDING_ROUTES)(
      `that ${what} is looked up, and $name answered as if nothing had happened`,
      async (route) => {
        const party = await aParty({ given: 10_000 });
        const [body, key] = [route.body(party, 10_000), newKey()];
        cut = fate;
        const answer = send(patient, route, body, key);
        await eventually(
          () => Promise.resolve(isAway),
          (away) => away,
        );
        comeBack();
        expectSuccess(await answer, route.success);
        expect((await moneyOf(party)).main).toBe(0);
        expect(await attemptsUnder(key)).toHaveLength(1);
      },
    );
  }

  it('by an instance that was killed then is found, or found not to be, and the same key is safe', async () => {
    for (const fate of ['dropBefore', 'dropAfter'] as const) {
      const url = new URL(stackPart('databaseUrl'));
      url.port = String(proxy.port);
      const mortal = await startOwnService({ ...UNRECOVERED, ANSWER_WITHIN_MS: '1500' }, url.href);
      try {
        const party = await aParty({ given: 10_000 });
        const [body, key] = [PAYMENT.body(party, 10_000), newKey()];
        cut = fate;
        const answer = await send(mortal, PAYMENT, body, key);
        expectAnswer(answer, 'Processing');
        process.kill(mortal.pid() as number, 'SIGKILL');
        comeBack();
        const path = `/payments?partnerId=${SANDBOX_PARTNER}&idempotencyKey=${key}`;
        expect(answer.location).toBe(path);
        const statuses = async () => (await found(path)).map(({ status }) => status);
        expect(await statuses()).toEqual(fate === 'dropAfter' ? ['APPROVED'] : []);
        const again = await sendTo(PAYMENT, body, key);
        if (fate === 'dropAfter') expectAnswer(again, 'PaymentComplete');
        else expectSuccess(again, 201);
        expect(await statuses()).toEqual(['APPROVED']);
        expect((await moneyOf(party)).main).toBe(0);
      } finally {
        await mortal.stop();
      }
    }
  });

  it('leaves books that agree', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
