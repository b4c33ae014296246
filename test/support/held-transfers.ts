import { expect } from '@jest/globals';
import { type Acceptance, type Api, api, type Movement } from './api.js';
import { done, type TestUser } from './builders.js';

export interface HeldTransfer extends Omit<Movement, 'savingsAccount'> {
  readonly status: 'HELD';
  readonly expiresAt: string;
}

export interface TransferEnd extends Pick<Movement, 'transactionId' | 'amount' | 'mainAccount'> {
  readonly transferId: number;
  readonly status: 'ACCEPTED' | 'CANCELED';
}

type Somebody = Pick<TestUser, 'userId'>;

/** The calls of transfers that have to be accepted, through one instance. */
export const transfersThrough = (instance: Api) => ({
  hold: (from: Somebody, to: Somebody, amount: number, changes: object = {}, key?: string) =>
    instance.send<HeldTransfer>('POST', '/transfers', holdBody(from, to, amount, changes), { key }),
  accept: (transferId: number | string, { userId }: Somebody, key?: string) =>
    instance.send<TransferEnd>('POST', `/transfers/${transferId}/accept`, { userId }, { key }),
  cancel: (transferId: number | string, { userId }: Somebody, key?: string) =>
    instance.send<TransferEnd>('POST', `/transfers/${transferId}/cancel`, { userId }, { key }),
  acceptanceOf: async (transferId: number): Promise<Acceptance | undefined> =>
    (await done(instance.transaction(transferId))).detail.acceptance,
});

export const { hold, accept, cancel, acceptanceOf } = transfersThrough(api);

export const holdBody = (from: Somebody, to: Somebody, amount: number, changes: object = {}) => ({
  fromUserId: from.userId,
  toUserId: to.userId,
  amount,
  acceptance: 'REQUIRED',
  ...changes,
});

/** `to` is 72 hours after `from`, both in Seoul. */
export function expectAfter72Hours(to: string | undefined, from: string): void {
  expect(Date.parse(`${to}Z`) - Date.parse(`${from}Z`)).toBe(72 * 3_600_000);
}
