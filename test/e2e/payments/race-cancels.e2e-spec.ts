import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { api, type Api, type Received } from '../../support/api.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { aPayment, cancel, type Canceled, type Paid } from '../../support/cancels.js';
import { tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { expectUnbrokenChain, moneyOf } from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';

const RACERS = 50;

const accepted = (answers: readonly Received<Canceled>[]) =>
  answers.filter(({ status }) => status === 200).map(({ detail }) => detail);
const sum = (cancels: readonly { cancelAmount: number }[]) =>
  cancels.reduce((total, { cancelAmount }) => total + cancelAmount, 0);

/** The payment, its user's money and what was answered agree, and no more was given back than was paid. */
async function expectGivenBack(paid: Paid, answers: readonly Received<Canceled>[]): Promise<number> {
  const given = accepted(answers);
  const { detail: payment } = await done(api.payment(paid.paymentId));
  const canceledAmount = sum(given);
  expect(canceledAmount).toBeLessThanOrEqual(payment.totalPayAmount);
  const cancelableAmount = payment.totalPayAmount - canceledAmount;
  expect(payment).toMatchObject({ canceledAmount, cancelableAmount });
  expect(payment.status).toBe(cancelableAmount === 0 ? 'CANCELED' : 'PARTIALLY_CANCELED');
  // In the order in which they were made, each left what the one before had left less its own amount.
  let left = payment.totalPayAmount;
  for (const { cancelId, cancelAmount } of payment.cancels) {
    left -= cancelAmount;
    expect(given.find((one) => one.cancelId === cancelId)).toMatchObject({ cancelAmount, cancelableAmount: left });
  }
  expect(payment.cancels).toHaveLength(given.length);
  expect((await moneyOf(paid.user)).main).toBe(canceledAmount);
  await expectUnbrokenChain(paid.user);
  return cancelableAmount;
}

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], `${RACERS} cancels at once`, () => {
  let second: OwnService;
  beforeAll(async () => {
    second = await startOwnService({ DATABASE_DEADLINE_MS: '5000', ANSWER_WITHIN_MS: '4000' });
  });
  afterAll(() => second.stop());

  const ways: readonly [string, (index: number) => Api][] = [
    ['through one instance', () => api],
    ['through two instances', (index) => (index % 2 ? api : second.api)],
  ];

  it.each(ways)('(%s) of equal parts: as many as fit are accepted', async (_, through) => {
    const paid = await aPayment(10_000);
    const answers = await atOnce(RACERS, (i) => cancel(paid, { cancelAmount: 700 }, newKey(), through(i)));
    expect(tally(answers)).toEqual({ '200 Success': 14, '422 OverRemainAmount': RACERS - 14 });
    expect(await expectGivenBack(paid, answers)).toBe(200);
  });

  it.each(ways)('(%s) of parts that come out even: nothing is left, and nothing is given twice', async (_, through) => {
    const paid = await aPayment(23_000);
    const answers = await atOnce(RACERS, (i) => cancel(paid, { cancelAmount: 1_000 }, newKey(), through(i)));
    expect(tally(answers)).toEqual({ '200 Success': 23, '409 AlreadyCanceled': RACERS - 23 });
    expect(await expectGivenBack(paid, answers)).toBe(0);
  });

  it.each(ways)('(%s) of all sizes: what is refused would not have fitted', async (_, through) => {
    const paid = await aPayment(10_000);
    const sizeOf = (index: number) => 1 + ((index * 7_919) % 1_500);
    const answers = await atOnce(RACERS, (i) => cancel(paid, { cancelAmount: sizeOf(i) }, newKey(), through(i)));
    const left = await expectGivenBack(paid, answers);
    for (const [index, { status, code }] of answers.entries()) {
      if (status === 200) continue;
      expect(['OverRemainAmount', 'AlreadyCanceled']).toContain(code);
      expect(sizeOf(index)).toBeGreaterThan(left);
    }
    expect(answers.some(({ status }) => status !== 200)).toBe(true);
  });

  it.each(ways)('(%s) of the whole: exactly one wins', async (_, through) => {
    const paid = await aPayment(23_000);
    const answers = await atOnce(RACERS, (i) => cancel(paid, {}, newKey(), through(i)));
    expect(tally(answers)).toEqual({ '200 Success': 1, '409 AlreadyCanceled': RACERS - 1 });
    expect(await expectGivenBack(paid, answers)).toBe(0);
  });

  it.each(ways)('(%s) of the whole of two payments of one user: one of each wins', async (_, through) => {
    const user = await aUser({ given: 46_000 });
    const pay = async () => (await done(api.pay(paymentBody(user.userId), newKey()))).detail;
    const payments = [await pay(), await pay()] as const;
    const answers = await atOnce(RACERS, (i) => cancel(payments[(i >> 1) % 2 === 0 ? 0 : 1], {}, newKey(), through(i)));
    expect(tally(answers)).toEqual({ '200 Success': 2, '409 AlreadyCanceled': RACERS - 2 });
    const winners = accepted(answers).map(({ paymentId }) => paymentId);
    expect(winners.sort((a, b) => a - b)).toEqual(payments.map(({ paymentId }) => paymentId));
    expect((await moneyOf(user)).main).toBe(46_000);
    await expectUnbrokenChain(user);
  });

  it.each(ways)('(%s) that all believe that nothing was cancelled: one is right', async (_, through) => {
    const paid = await aPayment(23_000);
    const body = { cancelAmount: 100, cancelableAmount: 23_000 };
    const answers = await atOnce(RACERS, (i) => cancel(paid, body, newKey(), through(i)));
    expect(tally(answers)).toEqual({ '200 Success': 1, '409 CancelableAmountChanged': RACERS - 1 });
    expect(await expectGivenBack(paid, answers)).toBe(22_900);
  });

  it.each(ways)('(%s) while their user spends what comes back: every won moves once', async (_, through) => {
    const paid = await aPayment(25_000);
    const { user } = paid;
    const friend = await aUser();
    const [answers, spent] = await Promise.all([
      atOnce(RACERS, (i) => cancel(paid, { cancelAmount: 500 }, newKey(), through(i))),
      atOnce(RACERS, (i) =>
        through(i + 1).transfer({ fromUserId: user.userId, toUserId: friend.userId, amount: 500 }, newKey()),
      ),
    ]);
    expect(tally(answers)).toEqual({ '200 Success': RACERS });
    expect(tally(spent)).toEqual({ '201 Success': RACERS });
    const toppedUp = spent.reduce((total, { detail }) => total + detail.toppedUpAmount, 0);
    expect(await moneyOf(user)).toMatchObject({ main: toppedUp, available: toppedUp, usedToday: toppedUp });
    expect((await moneyOf(friend)).main).toBe(RACERS * 500);
    await expectUnbrokenChain(user);
  });

  it('leave books that the auditor finds nothing wrong with', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(report.rows['movements']).toBeGreaterThan(300);
    expect(exitCode).toBe(0);
  });
});
