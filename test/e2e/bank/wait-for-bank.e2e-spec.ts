import { beforeAll, describe, expect, it } from '@jest/globals';
import { api, type Received } from '../../support/api.js';
import { DAILY_LIMIT, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import {
  aParty,
  CHARGE,
  entriesOf,
  eventually,
  expectUnbrokenChain,
  type Money,
  MONEY_ROUTES,
  moneyOf,
  type MoneyRoute,
  type Party,
  PAYMENT,
  sendTo,
  SPENDING_ROUTES,
} from '../../support/money.js';

const GIVEN = 3_000;
const AMOUNT = 10_000;
/** The sandbox's bank accounts whose outcome nobody knows for some seconds, by their last four digits. */
const LATE_YES = '9016';
const LATE_NO = '9017';

/** A movement that was answered 202, and what was seen of it while it was open and afterwards. */
interface Waited {
  readonly route: MoneyRoute;
  readonly party: Party;
  readonly body: Record<string, unknown>;
  readonly key: string;
  readonly first: Received<unknown>;
  readonly open: {
    readonly status: string;
    readonly money: Money;
    readonly again: Received<unknown>;
    readonly tooMuch: Received<unknown>;
  };
  readonly ended: { readonly status: string; readonly failureCode?: string; readonly money: Money };
}

const stateAt = async (location: string) =>
  (await api.send<{ status: string; failureCode?: string }>('GET', location)).detail;

const endOf = (location = 'nowhere') =>
  eventually(
    () => stateAt(location),
    ({ status }) => status !== 'PENDING',
  );

async function waitFor(route: MoneyRoute, bankAccount: string): Promise<Waited> {
  const party = await aParty({ bankAccount, given: GIVEN });
  const [body, key] = [route.body(party, AMOUNT), newKey()];
  const first = await sendTo(route, body, key);
  if (!first.location) throw new Error(`${route.name} with account ${bankAccount}: ${first.status} ${first.code}`);
  const { location } = first;
  const { status } = await stateAt(location);
  const money = await moneyOf(party);
  const again = await sendTo(route, body, key);
  const tooMuch = await sendTo(CHARGE, CHARGE.body(party, DAILY_LIMIT), newKey());
  const end = await endOf(location);
  return {
    ...{ route, party, body, key, first },
    open: { status, money, again, tooMuch },
    ended: { ...end, money: await moneyOf(party) },
  };
}

/** What the bank is asked for, and what is set aside on the main account meanwhile. */
const missing = ({ effect }: MoneyRoute) => (effect === 1 ? AMOUNT : AMOUNT - GIVEN);
const held = ({ effect }: MoneyRoute) => (effect === 1 ? 0 : GIVEN);

/** The sandbox's bank accounts that break off the conversation, by their last four digits. */
const SILENT: readonly [ending: string, what: string][] = [
  ['9008', 'never took it up'],
  ['9009', 'hung up before it took it up'],
  ['9011', 'took the money and never answered'],
  ['9012', 'takes it up only when nobody waits any more'],
  ['9018', 'says that its time was up, and is done later'],
];

const lateYes = new Map<MoneyRoute, Waited>();
const lateNo = new Map<MoneyRoute, Waited>();
const silent = new Map<string, { party: Party; first: Received<unknown>; status: string }>();

/** All of them wait for the bank at the same time: it takes as long as one. */
beforeAll(async () => {
  await Promise.all([
    ...MONEY_ROUTES.map(async (route) => lateYes.set(route, await waitFor(route, LATE_YES))),
    ...MONEY_ROUTES.map(async (route) => lateNo.set(route, await waitFor(route, LATE_NO))),
    ...SILENT.map(async ([bankAccount]) => {
      const party = await aParty({ bankAccount, given: GIVEN });
      const first = await sendTo(PAYMENT, PAYMENT.body(party, AMOUNT), newKey());
      const { status } = await endOf(first.location);
      silent.set(bankAccount, { party, first, status });
    }),
  ]);
});

function seen<Key, Value>(map: Map<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error('it was not tried');
  return value;
}

function itWaits(of: (route: MoneyRoute) => Waited): void {
  it.each(MONEY_ROUTES)('$name is answered 202, and Location says how it stands', (route) => {
    const { first, open } = of(route);
    expectAnswer(first, 'Processing');
    expect(first.location).toMatch(route === PAYMENT ? /^\/payments\/\d+$/ : /^\/transactions\/\d+$/);
    expect(open.status).toBe('PENDING');
  });

  it.each(MONEY_ROUTES)('$name holds its money and counts against the limit while it is open', (route) => {
    const { money, tooMuch } = of(route).open;
    expect(money).toEqual({ main: GIVEN, available: GIVEN - held(route), savings: 0, usedToday: missing(route) });
    expectAnswer(tooMuch, 'DailyLimitExceeded');
    expect(tooMuch.detail).toMatchObject({ usedToday: missing(route) });
  });

  it.each(MONEY_ROUTES)('the key of $name is AlreadyOnGoing while it is open', (route) => {
    expectAnswer(of(route).open.again, route.onGoing);
  });
}

describe('while the bank says that it is still working, and then that it is done', () => {
  const of = (route: MoneyRoute) => seen(lateYes, route);
  itWaits(of);

  it.each(MONEY_ROUTES)('$name is completed later, by itself', async (route) => {
    const { ended, party } = of(route);
    expect(ended.status).toBe(route === PAYMENT ? 'APPROVED' : 'COMPLETED');
    const main = route.effect === 1 ? GIVEN + AMOUNT : 0;
    expect(ended.money).toMatchObject({ main, available: main, usedToday: missing(route) });
    await expectUnbrokenChain(party);
  });

  it.each(MONEY_ROUTES)('the key of $name is AlreadyComplete with the result then', async (route) => {
    const { party, body, key, first } = of(route);
    const again = await sendTo(route, body, key);
    expectAnswer(again, route.complete);
    expect(again.location).toBe(first.location);
    expect(again.detail).toMatchObject(
      route === PAYMENT
        ? { partnerPayKey: body['partnerPayKey'], totalPayAmount: AMOUNT }
        : { amount: AMOUNT, mainAccount: { accountId: party.accountId, balance: (await moneyOf(party)).main } },
    );
  });

  it('an order that was paid so is paid', async () => {
    const { party, body } = of(PAYMENT);
    expectAnswer(await api.pay({ ...body, userId: party.userId }, newKey()), 'PaymentComplete');
  });
});

describe('while the bank says that it is still working, and then that it refuses', () => {
  const of = (route: MoneyRoute) => seen(lateNo, route);
  itWaits(of);

  it.each(MONEY_ROUTES)('$name is failed later, and leaves no trace', async (route) => {
    const { ended, party } = of(route);
    expect(ended).toEqual({
      ...ended,
      status: 'FAILED',
      failureCode: 'NotEnoughAccountBalance',
      money: { main: GIVEN, available: GIVEN, savings: 0, usedToday: 0 },
    });
    expect((await entriesOf(party.accountId)).map(({ amount }) => amount)).toEqual([GIVEN]);
  });

  it.each(SPENDING_ROUTES)('the key, and order, of $name are free again', async (route) => {
    const { party, key } = of(route);
    const affordable = route === PAYMENT ? { ...of(route).body, totalPayAmount: GIVEN } : route.body(party, GIVEN);
    expectSuccess(await sendTo(route, affordable, key), route.success);
    expect(await moneyOf(party)).toMatchObject({ main: 0, usedToday: 0 });
  });
});

describe('a bank of which nothing is heard', () => {
  it.each(SILENT)('%s: that %s is asked until it says, and takes the money once', async (bankAccount) => {
    const { party, first, status } = seen(silent, bankAccount);
    expect([
      [201, 'Success'],
      [202, 'Processing'],
    ]).toContainEqual([first.status, first.code]);
    expect(status).toBe('APPROVED');
    expect(await moneyOf(party)).toEqual({ main: 0, available: 0, savings: 0, usedToday: AMOUNT - GIVEN });
    await expectUnbrokenChain(party);
  });
});
