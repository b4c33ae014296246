import { describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Attempt } from './attempt.js';
import { declareMovement, type MovementRequest } from './movement.declaration.js';
import type { MovementTypes } from './movement-types.js';
import { PostingRepository } from './posting.repository.js';

const PAYMENT = declareMovement<unknown>({
  type: 'PAYMENT',
  name: 'payment',
  topUp: 'missing',
  counter: { kind: 'PARTNER_PAYABLE', of: 'noUser' },
  legs: [{ from: 'main', to: 'counter', amount: 'amount' }],
  claims: () => 'order-1',
});
const MOVEMENT_ID = 7;

describe('who holds what an attempt claims', () => {
  // No server lets a COMMIT land between two statements when it is told to.
  it('is the attempt itself when its lost COMMIT lands between the two looks', async () => {
    const claim = { scope: 'partner:1', key: 'key-1', hash: Buffer.from('hash'), payloadLength: 4 };
    const accounts = { main: 1, counter: 9 };
    const request = { declaration: PAYMENT, userId: 1, accounts, amount: 1, details: {}, claim } as MovementRequest;
    const attempt = new Attempt(request, Infinity, true);
    const row = { id: MOVEMENT_ID, scope: claim.scope, key: claim.key, hash: claim.hash, attemptId: attempt.attemptId };
    let hasLanded = false;
    const look = <T>(before: T[], after: T[]): Promise<T[]> => {
      const seen = hasLanded ? after : before;
      hasLanded = true;
      return Promise.resolve(seen);
    };
    const reader = { query: () => look([], [row]) } as unknown as EntityManager;
    const rows = { findHolders: () => look<number | null>([null], [MOVEMENT_ID]) };
    const types = { rowsOf: () => rows } as unknown as MovementTypes;
    const none = undefined as never;
    const holders = await new PostingRepository(none, none, none, none, none, types, none, none).readHolders(reader, [
      attempt,
    ]);
    expect(holders.get(request)).toEqual({ movementId: MOVEMENT_ID, byKey: true, sameRequest: true, isOwn: true });
  });
});
