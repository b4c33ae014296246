import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { api, type Entry, type EntryPage, type Method, type Received } from './api.js';
import { aSavingsAccount, aUser, done, paymentBody, type TestUser, type UserOptions } from './builders.js';
import type { AnswerName } from './contract.js';

/** What one sees of a user's money from outside. Amounts are won. */
export interface Money {
  readonly main: number;
  readonly available: number;
  readonly savings: number;
  readonly usedToday: number;
}

export async function moneyOf({ userId }: Pick<TestUser, 'userId'>): Promise<Money> {
  const { accounts, externalAccount } = (await done(api.user(userId))).detail;
  const main = accounts.find(({ type }) => type === 'MAIN');
  if (!main) throw new Error(`user ${userId} has no main account`);
  const savings = accounts.filter(({ type }) => type === 'SAVINGS').reduce((sum, { balance }) => sum + balance, 0);
  return { main: main.balance, available: main.availableBalance, savings, usedToday: externalAccount.usedToday };
}

/** All entries of an account, oldest first, read page by page. */
export async function entriesOf(accountId: number): Promise<Entry[]> {
  const newestFirst: Entry[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: EntryPage = (await done(api.entries(accountId, { limit: 100, ...(cursor && { cursor }) }))).detail;
    newestFirst.push(...page.items);
    cursor = page.nextCursor;
  }
  return newestFirst.reverse();
}

/** The entries add up to the balance, each with the balance after it, and none below zero. */
export async function expectUnbrokenChain({ userId, accountId }: TestUser): Promise<void> {
  let balance = 0;
  for (const { amount, balanceAfter } of await entriesOf(accountId)) {
    balance += amount;
    expect(balanceAfter).toBe(balance);
    expect(balance).toBeGreaterThanOrEqual(0);
  }
  expect((await moneyOf({ userId })).main).toBe(balance);
}

/** Remembers these users' balances, limits and entries; what it returns expects them to be the same still. */
export async function watch(users: readonly TestUser[]): Promise<() => Promise<void>> {
  const look = () => Promise.all(users.map(async (user) => [await moneyOf(user), await entriesOf(user.accountId)]));
  const before = await look();
  return async () => expect(await look()).toEqual(before);
}

/** Whatever `work` does, it must leave no trace in these users' balances, limits and entries. */
export async function expectNothingMoved<T>(users: readonly TestUser[], work: () => Promise<T>): Promise<T> {
  const expectNoTrace = await watch(users);
  const result = await work();
  await expectNoTrace();
  return result;
}

/** Less than a test may take, so that what was not as wanted is told; no test is decided by it. */
const WITHIN_MS = 200_000;

/** Asks again until the answer is as wanted; a bank that is slow, or recovery, needs its time. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isWanted: (value: T) => boolean,
  withinMs = WITHIN_MS,
): Promise<T> {
  for (const giveUpAt = Date.now() + withinMs; ; await sleep(200)) {
    const value = await ask();
    if (isWanted(value)) return value;
    if (Date.now() > giveUpAt) throw new Error(`not within ${withinMs} ms; the last was ${JSON.stringify(value)}`);
  }
}

/** A user with all that the money routes need. */
export interface Party extends TestUser {
  readonly savingsAccountId: number;
  readonly friend: TestUser;
}

export async function aParty(options: UserOptions = {}): Promise<Party> {
  const [user, friend] = await Promise.all([aUser(options), aUser()]);
  return { ...user, friend, savingsAccountId: await aSavingsAccount(user) };
}

/** A call that moves money, for the tests that all such calls share. */
export interface MoneyRoute {
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  readonly success: 200 | 201;
  readonly onGoing: AnswerName;
  readonly complete: AnswerName;
  /** What it does to the main account, per won. */
  readonly effect: 1 | -1;
  body(party: Party, amount: number): Record<string, unknown>;
}

const request = { onGoing: 'RequestOnGoing', complete: 'RequestComplete' } as const;

export const PAYMENT: MoneyRoute = {
  name: 'a payment',
  method: 'POST',
  path: '/payments',
  success: 201,
  onGoing: 'PaymentOnGoing',
  complete: 'PaymentComplete',
  effect: -1,
  body: ({ userId }, totalPayAmount) => paymentBody(userId, { totalPayAmount }),
};
export const DEPOSIT: MoneyRoute = {
  ...request,
  name: 'a deposit into savings',
  method: 'PATCH',
  path: '/accounts/savings/deposit',
  success: 200,
  effect: -1,
  body: ({ userId }, amount) => ({ userId, amount }),
};
export const TRANSFER: MoneyRoute = {
  ...request,
  name: 'a transfer',
  method: 'POST',
  path: '/transfers',
  success: 201,
  effect: -1,
  body: ({ userId, friend }, amount) => ({ fromUserId: userId, toUserId: friend.userId, amount }),
};
export const CHARGE: MoneyRoute = {
  ...request,
  name: 'a charge',
  method: 'POST',
  path: '/accounts/main/charge',
  success: 200,
  effect: 1,
  body: ({ userId }, amount) => ({ userId, amount }),
};
export const MONEY_ROUTES = [PAYMENT, DEPOSIT, TRANSFER, CHARGE];
export const SPENDING_ROUTES = [PAYMENT, DEPOSIT, TRANSFER];

export function sendTo(route: MoneyRoute, body: unknown, key?: string): Promise<Received<Record<string, unknown>>> {
  return api.send(route.method, route.path, body, { key });
}
