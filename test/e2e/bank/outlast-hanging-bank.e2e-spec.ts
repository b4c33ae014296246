import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { api, type Api, type Received } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { expectSuccess, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aService } from '../../support/keyed-service.js';
import { eventually, expectUnbrokenChain } from '../../support/money.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { TestBank } from '../../support/simulator.js';

const TOP_UPS = 50;
/** Beside a service whose bank is well; on a machine that is busy both are slower. */
const TIMES_SLOWER_MAX = 5;

async function tookMs<T>(work: Promise<Received<T>>): Promise<number> {
  const startedAt = performance.now();
  expectSuccess(await work, 201);
  return performance.now() - startedAt;
}

interface Paid {
  /**
   * How long each payment took, in ms, through the service whose bank hangs and, at the same time, through one whose
   * bank is well.
   */
  readonly hanging: number[];
  readonly well: number[];
}

/** Pays without a top-up, again and again, until `over`. */
async function payUntil(over: Promise<unknown>, through: Api, userId: number, userIdElsewhere: number): Promise<Paid> {
  const paid: Paid = { hanging: [], well: [] };
  const pay = (by: Api, payer: number) => tookMs(by.pay(paymentBody(payer, { totalPayAmount: 100 }), newKey()));
  let isOver = false;
  void over.finally(() => (isOver = true));
  while (!isOver) {
    const [hanging, well] = await Promise.all([pay(through, userId), pay(api, userIdElsewhere)]);
    paid.hanging.push(hanging);
    paid.well.push(well);
    await sleep(20);
  }
  return paid;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const charge = (through: Api, { userId }: TestUser) => through.charge({ userId, amount: 10_000 }, newKey());

/** As the circuit has it. */
const LEFT_ALONE_MS = 2_000;
const HANGING: readonly [what: string, calls: readonly ('all' | 'withdraw' | 'inquiry')[]][] = [
  ['every call of the bank', ['all']],
  ['every call of the bank but those for tokens', ['withdraw', 'inquiry']],
];

for (const [what, calls] of HANGING) {
  describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], `while ${what} hangs`, () => {
    let bank: TestBank;
    let service: ServiceProgram;
    let payer: TestUser;
    let paid: Paid;
    let topUps: Received<unknown>[];

    /**
     * The bank of an instance of its own: it never takes a won, so that the stack's one may be asked about all that is
     * open.
     */
    beforeAll(async () => {
      bank = await TestBank.start();
      await bank.setRules(calls.map((on) => ({ fault: 'hang', on })));
      service = await aService({ BANK_URL: bank.url });
      const others = await atOnce(TOP_UPS - 1, () => aUser());
      payer = await aUser({ given: 500_000 });
      const elsewhere = await aUser({ given: 500_000 });
      // The payer's account waits for the bank too; its money doesn't.
      const answers = Promise.all([payer, ...others].map((user) => charge(service.api, user)));
      paid = await payUntil(answers, service.api, payer.userId, elsewhere.userId);
      topUps = await answers;
    });
    afterAll(async () => {
      await service.stop();
      await bank.stop();
    });

    it('top-ups are answered all the same, with 202 or 503', async () => {
      const {
        '202 Processing': open = 0,
        '503 BankMaintenance': refused = 0,
        // The slots were all taken by those who waited for the bank.
        '503 TemporarilyUnavailable': crowdedOut = 0,
        ...others
      } = tally(topUps);
      expect([others, open + refused + crowdedOut]).toEqual([{}, TOP_UPS]);
      // Without a token nothing was sent; with one the bank may have taken what it was asked for.
      if (calls.includes('all')) expect((await bank.stats()).asked['withdraw']).toBe(0);
      else expect(open).toBeGreaterThan(0);
    });

    it('payments that need no top-up are approved as ever', () => {
      expect(paid.hanging.length).toBeGreaterThan(5);
      expect(median(paid.hanging)).toBeLessThan(TIMES_SLOWER_MAX * median(paid.well));
    });

    it('of top-ups that come later only the one is sent that tries whether the bank is back', async () => {
      const sent = async () => (await bank.stats()).asked['withdraw'] ?? 0;
      const before = await sent();
      const startedAt = performance.now();
      const later = await atOnce(10, () => charge(service.api, payer));
      for (const { status } of later) expect([202, 503]).toContain(status);
      // One in each time that the bank is left alone for.
      const triesMax = 1 + Math.floor((performance.now() - startedAt) / LEFT_ALONE_MS);
      expect((await sent()) - before).toBeLessThanOrEqual(triesMax);
    });

    it('whatever stays open is settled once a bank can be asked', async () => {
      const open = topUps.flatMap(({ status, location }) => (status === 202 ? [String(location)] : []));
      const stateAt = async (location: string) =>
        (await done(api.send<{ status: string }>('GET', location))).detail.status;
      const isOver = (states: readonly string[]) => !states.includes('PENDING');
      const states = await eventually(() => Promise.all(open.map(stateAt)), isOver);
      // What was never sent for want of a token may end as such.
      const ends = calls.includes('all') ? ['COMPLETED', 'FAILED'] : ['COMPLETED'];
      expect(states.filter((state) => !ends.includes(state))).toEqual([]);
      await expectUnbrokenChain(payer);
      expect(await bank.takings()).toEqual([]);
    });
  });
}
