import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { IdempotencyClaim } from '../idempotency/index.js';
import { Metrics } from '../platform/metrics/metrics.js';
import type { MovementRequest, MovementView } from './movement.js';
import { MovementsRepository } from './movements.repository.js';
import type { Attempt, Posted } from './posting.js';

/** The claim belongs to another request: by its key (then `sameRequest` says if the payload is the same), or its order. */
export type Duplicate =
  | {
      readonly kind: 'duplicate';
      readonly sameRequest: boolean;
      readonly movement: MovementView | null;
      readonly movementId: number | null;
    }
  /** It is our own: written by an earlier attempt whose COMMIT was not answered. */
  | { readonly kind: 'own'; readonly movement: MovementView };

/** What an attempt claims, and by what it knows its own row again. */
interface Claiming {
  readonly request: Pick<MovementRequest<unknown>, 'kind' | 'claim' | 'details'>;
  readonly attemptId: Buffer;
}

/** Finds out who holds what a request claims, once the database has said that somebody does. */
@Injectable()
export class DuplicateFinder {
  constructor(
    private readonly movements: MovementsRepository,
    private readonly metrics: Metrics,
  ) {}

  /** For those of the attempts whose key or exclusive claim is taken: by what. Reads what is committed by now. */
  async find<T extends Claiming>(reader: EntityManager, attempts: readonly T[]): Promise<Map<T, Duplicate>> {
    const holders = await this.movements.findKeyHolders(
      reader,
      attempts.map(({ request }) => request.claim),
    );
    const byKey = new Map(holders.map((holder) => [nameOf(holder), holder]));
    const taken = new Map<T, { movementId: number; sameRequest: boolean; own: boolean }>();
    for (const attempt of attempts) {
      const holder = byKey.get(nameOf(attempt.request.claim));
      if (!holder) continue;
      taken.set(attempt, {
        movementId: holder.movementId,
        sameRequest: holder.hash.equals(attempt.request.claim.hash),
        own: holder.attemptId.equals(attempt.attemptId),
      });
    }
    await this.findExclusiveHolders(
      reader,
      attempts.filter((attempt) => !taken.has(attempt)),
      taken,
    );
    const views = await this.movements.findViews(
      reader,
      [...taken.values()].map(({ movementId }) => movementId),
    );
    const found = new Map<T, Duplicate>();
    for (const [attempt, { movementId, sameRequest, own }] of taken) {
      const movement = views.get(movementId) ?? null;
      if (own && movement) {
        found.set(attempt, { kind: 'own', movement });
      } else {
        this.metrics.idempotencyTotal.inc({ layer: 'database', outcome: sameRequest ? 'duplicate' : 'reused' });
        found.set(attempt, { kind: 'duplicate', sameRequest, movement, movementId });
      }
    }
    return found;
  }

  /** What a request is told that came while another one of the same key was under way; null: it may go itself. */
  follow(follower: Attempt, leader: Attempt, outcome: Posted | Duplicate): Duplicate | null {
    // Its own key may have been used before, for a payment of the same order that was cancelled since: it asks itself.
    if (!sharesKey(follower, leader)) return null;
    const base = this.onGoing(follower, leader);
    switch (outcome.kind) {
      case 'refused':
        return null;
      case 'completed':
      case 'own':
        return { ...base, movement: outcome.movement, movementId: outcome.movement.id };
      case 'reserved':
        return { ...base, movement: null, movementId: outcome.movementId };
      case 'duplicate':
        // The leader may be a duplicate by its order while the follower shares only its key: let it ask for itself.
        return outcome.sameRequest ? { ...outcome, sameRequest: base.sameRequest } : null;
    }
  }

  /** What a request is told that won't wait any longer for the one it follows. */
  onGoing(follower: Attempt, leader: Attempt): Extract<Duplicate, { kind: 'duplicate' }> {
    const sameRequest = !sharesKey(follower, leader) || follower.request.claim.hash.equals(leader.request.claim.hash);
    return { kind: 'duplicate', sameRequest, movement: null, movementId: null };
  }

  private async findExclusiveHolders<T extends Claiming>(
    reader: EntityManager,
    attempts: readonly T[],
    taken: Map<T, { movementId: number; sameRequest: boolean; own: boolean }>,
  ): Promise<void> {
    for (const kind of new Set(attempts.map(({ request }) => request.kind))) {
      const ofKind = attempts.filter(({ request }) => request.kind === kind);
      const holders = await kind.findHolders?.(
        reader,
        ofKind.map(({ request }) => request.details),
      );
      holders?.forEach((movementId, index) => {
        if (movementId !== null) taken.set(ofKind[index] as T, { movementId, sameRequest: true, own: false });
      });
    }
  }
}

function sharesKey(a: Attempt, b: Attempt): boolean {
  return nameOf(a.request.claim) === nameOf(b.request.claim);
}

function nameOf({ scope, key }: Pick<IdempotencyClaim, 'scope' | 'key'>): string {
  return `${scope} ${key}`;
}
