import { beforeAll, describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { done, give, newKey, SANDBOX_PARTNER } from '../../support/builders.js';
import { type AnswerName, expectAnswer, expectSuccess } from '../../support/contract.js';
import {
  aParty,
  expectNothingMoved,
  MONEY_ROUTES,
  moneyOf,
  type Party,
  PAYMENT,
  sendTo,
  SPENDING_ROUTES,
} from '../../support/money.js';

/** The sandbox's bank accounts that refuse, by their last four digits. */
const REFUSING: readonly [ending: string, why: string, answer: AnswerName][] = [
  ['9001', 'the account is short', 'NotEnoughAccountBalance'],
  ['9002', "the bank's limit per transfer is exceeded", 'DailyLimitExceeded'],
  ['9003', "the bank's limit per day is exceeded", 'DailyLimitExceeded'],
  ['9004', 'the account is closed', 'BankMaintenance'],
  ['9005', 'the bank is closed', 'BankMaintenance'],
  ['9006', 'the bank is closed and says so with HTTP 503', 'BankMaintenance'],
];

describe.each(REFUSING)('when the bank refuses (%s: %s)', (bankAccount, _why, answer) => {
  let party: Party;
  beforeAll(async () => {
    party = await aParty({ bankAccount, given: 3_000 });
  });

  it.each(MONEY_ROUTES)(`$name is ${answer}, and nothing has moved`, async (route) => {
    await expectNothingMoved([party, party.friend], async () => {
      const received = await sendTo(route, route.body(party, 10_000), newKey());
      expectAnswer(received, answer);
      if (answer === 'DailyLimitExceeded') {
        const requested = route.effect === 1 ? 10_000 : 7_000;
        expect(received.detail).toEqual({ dailyLimit: 3_000_000, usedToday: 0, remainingToday: 3_000_000, requested });
      }
    });
  });
});

describe('after a refusal of the bank', () => {
  it.each(SPENDING_ROUTES)('the same key, and order, of $name may be used again', async (route) => {
    const party = await aParty({ bankAccount: '9001', given: 3_000 });
    const [body, key] = [route.body(party, 10_000), newKey()];
    for (const time of [1, 2]) {
      expect([time, (await sendTo(route, body, key)).code]).toEqual([time, 'NotEnoughAccountBalance']);
    }
    await give(party, 7_000);
    expectSuccess(await sendTo(route, body, key), route.success);
    expectAnswer(await sendTo(route, body, key), route.complete);
    expect(await moneyOf(party)).toMatchObject({ main: 0, available: 0, usedToday: 0 });
  });

  it.each(REFUSING)('the failed payment (%s: %s) says why: %s', async (bankAccount, _why, answer) => {
    const party = await aParty({ bankAccount });
    const idempotencyKey = newKey();
    expectAnswer(await sendTo(PAYMENT, PAYMENT.body(party, 10_000), idempotencyKey), answer);
    const { items } = (await done(api.payments({ partnerId: SANDBOX_PARTNER, idempotencyKey }))).detail;
    expect(items).toMatchObject([{ status: 'FAILED', failureCode: answer, totalPayAmount: 10_000 }]);
    const { detail } = await done(api.transaction(items[0]?.paymentId as number));
    expect(detail).toMatchObject({ type: 'PAYMENT', status: 'FAILED', failureCode: answer });
  });
});

describe('a bank that stumbles but has taken the money', () => {
  it.each([
    ['9007', 'answers late'],
    ['9010', 'drops the connection'],
    ['9013', 'drops the connection in the middle of its answer'],
    ['9014', 'answers with half of its JSON'],
    ['9015', 'answers with HTTP 500'],
    ['9019', 'calls the first request a repetition'],
    ['9020', 'has forgotten our token'],
  ])('%s: that %s is asked what became of it, and the payment is approved', async (bankAccount) => {
    const party = await aParty({ bankAccount });
    expectSuccess(await sendTo(PAYMENT, PAYMENT.body(party, 10_000), newKey()), 201);
    expect(await moneyOf(party)).toEqual({ main: 0, available: 0, savings: 0, usedToday: 10_000 });
  });
});
