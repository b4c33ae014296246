import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { api, type Api, type Received } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { expectSuccess, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aService, type KeyedService } from '../../support/keyed-service.js';
import { eventually, expectUnbrokenChain } from '../../support/money.js';
import { TestBank } from '../../support/simulator.js';

const TOP_UPS = 50;
const ANSWERED_WITHIN_MS = 5_000;
/** What needs no bank is answered as ever, on a machine that the tests share with others. */
const AS_EVER_MS = 1_000;

/** How long each took, in ms, beside what was answered. */
async function timed<T>(work: Promise<Received<T>>): Promise<{ received: Received<T>; tookMs: number }> {
  const startedAt = performance.now();
  const received = await work;
  return { received, tookMs: performance.now() - startedAt };
}

/** Pays without a top-up, one payment after the other, until `over`; returns how long each took, in ms. */
async function payUntil(over: Promise<unknown>, through: Api, userId: number): Promise<number[]> {
  const took: number[] = [];
  let isOver = false;
  void over.finally(() => (isOver = true));
  while (!isOver) {
    const { received, tookMs } = await timed(through.pay(paymentBody(userId, { totalPayAmount: 100 }), newKey()));
    expectSuccess(received, 201);
    took.push(tookMs);
    await sleep(20);
  }
  return took;
}

const charge = (through: Api, { userId }: TestUser) => timed(through.charge({ userId, amount: 10_000 }, newKey()));

const HANGING: readonly [what: string, calls: readonly ('all' | 'withdraw' | 'inquiry')[]][] = [
  ['every call of the bank', ['all']],
  ['every call of the bank but those for tokens', ['withdraw', 'inquiry']],
];

for (const [what, calls] of HANGING) {
  describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], `while ${what} hangs`, () => {
    let bank: TestBank;
    let service: KeyedService;
    let payer: TestUser;
    let paymentsMs: number[];
    let topUps: { received: Received<unknown>; tookMs: number }[];

    /** The bank of an instance of its own: it never takes a won, so that the stack's one may be asked about all that is open. */
    beforeAll(async () => {
      bank = await TestBank.start();
      await bank.setRules(calls.map((on) => ({ fault: 'hang', on })));
      service = await aService({ BANK_URL: bank.url });
      const others = await atOnce(TOP_UPS - 1, () => aUser());
      payer = await aUser({ given: 500_000 });
      // The payer's account waits for the bank too; its money doesn't.
      const answers = Promise.all([payer, ...others].map((user) => charge(service.api, user)));
      paymentsMs = await payUntil(answers, service.api, payer.userId);
      topUps = await answers;
    });
    afterAll(async () => {
      await service.stop();
      await bank.stop();
    });

    it('top-ups are answered within five seconds, with 202 or 503', () => {
      const {
        '202 Processing': open = 0,
        '503 BankMaintenance': refused = 0,
        ...others
      } = tally(topUps.map(({ received }) => received));
      expect([others, open + refused]).toEqual([{}, TOP_UPS]);
      // Without a token nothing was sent, so nothing is open; with one the bank may have taken what it was asked for.
      if (calls.includes('all')) expect(open).toBe(0);
      else expect(open).toBeGreaterThan(0);
      expect(Math.max(...topUps.map(({ tookMs }) => tookMs))).toBeLessThan(ANSWERED_WITHIN_MS);
    });

    it('payments that need no top-up are approved as ever', () => {
      expect(paymentsMs.length).toBeGreaterThan(20);
      expect(Math.max(...paymentsMs)).toBeLessThan(AS_EVER_MS);
    });

    it('top-ups that come later are not kept waiting for a bank that is known to hang', async () => {
      const later = await atOnce(10, () => charge(service.api, payer));
      for (const { received } of later) expect([202, 503]).toContain(received.status);
      const tookMs = later.map((one) => one.tookMs).sort((a, b) => a - b);
      expect(tookMs.at(-1)).toBeLessThan(ANSWERED_WITHIN_MS);
      // All but the one that tries whether the bank is back.
      expect(tookMs.at(-2)).toBeLessThan(AS_EVER_MS);
    });

    it('whatever stays open is settled once a bank can be asked', async () => {
      const open = topUps.flatMap(({ received: { status, location } }) => (status === 202 ? [String(location)] : []));
      const stateAt = async (location: string) =>
        (await done(api.send<{ status: string }>('GET', location))).detail.status;
      const isOver = (states: readonly string[]) => !states.includes('PENDING');
      const states = await eventually(() => Promise.all(open.map(stateAt)), isOver, 50_000);
      expect(new Set(states)).toEqual(new Set(open.length > 0 ? ['COMPLETED'] : []));
      await expectUnbrokenChain(payer);
      expect(await bank.takings()).toEqual([]);
    });
  });
}
