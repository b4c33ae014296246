import { afterEach, expect, it } from '@jest/globals';
import type { Received } from '../../support/api.js';
import { atOnce, DAILY_LIMIT, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aParty, CHARGE, eventually, MONEY_ROUTES, moneyOf, type Party, sendTo } from '../../support/money.js';
import { endBankRules, limitAtBank, setBankRules } from '../../support/stores.js';

const USED = 40_000;

/** Has taken `USED` won today from a bank that would give as much once more, and not a won beyond. */
async function aPartyWithUse(): Promise<Party> {
  const party = await aParty({ charged: USED });
  await limitAtBank(party, { dailyLimit: 2 * USED });
  return party;
}

/** The bank's own limit is the reason; what is told is how our own stands. */
function expectLimitRefusal(received: Received<unknown>, requested: number, usedToday = USED): void {
  expectAnswer(received, 'DailyLimitExceeded');
  const remainingToday = DAILY_LIMIT - usedToday;
  expect(received.detail).toEqual({ dailyLimit: DAILY_LIMIT, usedToday, remainingToday, requested });
}

const charge = (party: Party, amount: number) => sendTo(CHARGE, CHARGE.body(party, amount), newKey());

describeWith(['simulatorUrl'], "a bank's own limit", () => {
  afterEach(endBankRules);

  it.each(MONEY_ROUTES)('(per day) refuses $name, which says how much of ours is used', async (route) => {
    const party = await aPartyWithUse();
    const requested = USED + 1;
    const amount = route.effect === 1 ? requested : USED + requested;
    expectLimitRefusal(await sendTo(route, route.body(party, amount), newKey()), requested);
    expect(await moneyOf(party)).toMatchObject({ main: USED, available: USED, usedToday: USED });
  });

  it('(per transfer) refuses a charge, which says how much of ours is used', async () => {
    const party = await aParty({ charged: USED });
    await limitAtBank(party, { transferLimit: 10_000 });
    expectLimitRefusal(await charge(party, 10_001), 10_001);
    expectSuccess(await charge(party, 10_000), 200);
    expectLimitRefusal(await charge(party, 10_001), 10_001, USED + 10_000);
  });

  it('says so too when the answer was lost and the refusal is heard from an inquiry', async () => {
    const party = await aPartyWithUse();
    const { linkedAccount: accountNumber } = party;
    await setBankRules([{ fault: 'answerLost', accountNumber, times: 1 }]);
    expectLimitRefusal(await charge(party, USED + 1), USED + 1);
  });

  it('counts what is still open, and none of what was refused', async () => {
    const party = await aPartyWithUse();
    const { linkedAccount: accountNumber } = party;
    await setBankRules([{ fault: 'inProgressThenDone', accountNumber, times: 1, delayMs: 6_000 }]);
    const open = charge(party, 15_000);
    await eventually(
      () => moneyOf(party),
      ({ usedToday }) => usedToday === USED + 15_000,
    );
    const refused = await atOnce(3, () => charge(party, USED + 1));
    // Those that are with the bank at the same moment count, until they are refused.
    const uses = refused.map((received) => (received.detail as { usedToday: number }).usedToday);
    for (const [index, received] of refused.entries()) expectLimitRefusal(received, USED + 1, uses[index]);
    for (const use of uses) expect([0, 1, 2].map((others) => USED + 15_000 + others * (USED + 1))).toContain(use);
    expectLimitRefusal(await charge(party, USED + 1), USED + 1, USED + 15_000);
    expectAnswer(await open, 'Processing');
  });
});
