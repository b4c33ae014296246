import { randomInt, randomUUID } from 'node:crypto';
import { handleOf } from '../../src/bank-simulator/account-handle.js';
import { api, type Received } from './api.js';
import { PARTNER_ID } from './environment.js';

/** won per user, and per bank account, and business day */
export const DAILY_LIMIT = 3_000_000;
/** The partner that every deployment outside production has, or the one that PARTNER_ID names. */
export const SANDBOX_PARTNER = PARTNER_ID;
/** KFTC's code of Hana Bank, where the builders' users have their linked account. */
export const HANA = '081';

export interface TestUser {
  readonly userId: number;
  readonly accountId: number;
  readonly name: string;
  readonly email: string;
  /** The number of the linked account, digits only. */
  readonly linkedAccount: string;
  /** How the bank knows the linked account. */
  readonly fintechUseNum: string;
}

export interface UserOptions {
  /** won on the main account, charged from the bank: it counts against today's limit */
  readonly charged?: number;
  /** won on the main account that came from another user: today's limit is untouched */
  readonly given?: number;
  /** Last four digits of the linked account: the sandbox's bank answers some of them with trouble. */
  readonly bankAccount?: string;
  readonly name?: string;
}

export const newKey = () => `key-${randomUUID()}`;
export const newOrder = () => `order-${randomUUID()}`;
export const newEmail = () => `${randomUUID()}@pay.example`;
export const newAccountNumber = (ending = '1000') => `${randomInt(10 ** 9, 10 ** 10)}${ending}`;

export const signUpBody = (changes: Record<string, unknown> = {}) => ({
  name: '홍길동',
  email: newEmail(),
  externalBank: 'HANA BANK',
  externalAccountNumber: newAccountNumber(),
  ...changes,
});

export const linkBody = (changes: Record<string, unknown> = {}) => ({
  externalBank: '국민은행',
  externalAccountNumber: newAccountNumber(),
  ...changes,
});

export const paymentBody = (userId: number, changes: Record<string, unknown> = {}) => ({
  userId,
  partnerId: SANDBOX_PARTNER,
  partnerPayKey: newOrder(),
  productItems: [
    { count: 1, name: 'Product A' },
    { count: 2, name: 'Product B' },
  ],
  totalPayAmount: 23_000,
  ...changes,
});

export async function aUser({ charged = 0, given = 0, bankAccount, name }: UserOptions = {}): Promise<TestUser> {
  const linkedAccount = newAccountNumber(bankAccount);
  const body = signUpBody({ externalAccountNumber: linkedAccount, ...(name && { name }) });
  const { userId, mainAccount, ...signedUp } = (await done(api.signUp(body))).detail;
  const user = {
    userId,
    accountId: mainAccount.accountId,
    name: signedUp.name,
    email: signedUp.email,
    linkedAccount,
    fintechUseNum: handleOf({ bankCode: HANA, number: linkedAccount }),
  };
  if (charged > 0) await done(api.charge({ userId, amount: charged }));
  if (given > 0) await give(user, given);
  return user;
}

/** A user whose bank gives nothing more today, with `balance` won on the main account. */
export async function aUserAtTheLimit(balance = 0): Promise<TestUser> {
  const user = await aUser({ charged: DAILY_LIMIT });
  if (balance < DAILY_LIMIT) {
    const other = await aUser();
    const amount = DAILY_LIMIT - balance;
    await done(api.transfer({ fromUserId: user.userId, toUserId: other.userId, amount }));
  }
  return user;
}

export async function aSavingsAccount({ userId }: TestUser): Promise<number> {
  return (await done(api.openSavings({ userId }))).detail.accountId;
}

/** Has another user send money; today's limit of the receiver is untouched. */
export async function give({ userId }: TestUser, amount: number): Promise<void> {
  const giver = await aUser();
  await done(api.transfer({ fromUserId: giver.userId, toUserId: userId, amount }));
}

/** For the steps that lead up to a test: they have to work. */
export async function done<T>(answer: Promise<Received<T>>): Promise<Received<T>> {
  const received = await answer;
  if (received.code === 'Success') return received;
  throw new Error(`a step before the test failed: ${received.status} ${JSON.stringify(received)}`);
}

/** `count` times the same at once. */
export function atOnce<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}
