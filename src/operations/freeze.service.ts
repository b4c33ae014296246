import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites, ownedBy, scopeOf } from '../idempotency/index.js';
import { type AccountKind, Ledger } from '../ledger/index.js';
import { Clock } from '../platform/clock/clock.js';
import { type AnswerName, Refusal } from '../platform/http/answers.js';

/** Who can be frozen: the account that stands for them, and what is said when they are not there. */
const OWNERS = {
  user: { kind: 'MAIN', unknown: 'InvalidUserId' },
  partner: { kind: 'PARTNER_PAYABLE', unknown: 'InvalidMerchant' },
} as const satisfies Record<string, { kind: AccountKind; unknown: AnswerName }>;
export type Owner = keyof typeof OWNERS;

/**
 * Stops users and partners, and lets them go on. Every movement locks its user's main account, and so does this: from
 * the answer on nothing new moves, through whatever instance. A partner's account is locked by no movement but read
 * with that lock: what has read it before may still be written, what comes after the answer is refused.
 */
@Injectable()
export class FreezeService {
  constructor(
    private readonly keyed: KeyedWrites,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /**
   * The outcome's number is since when they are frozen (epoch milliseconds), so that a duplicate hears the same whatever
   * was done since. Who is frozen already stays so since the first time.
   *
   * @throws Refusal InvalidUserId, InvalidMerchant, and those of `KeyedWrites.once`
   */
  freeze(owner: Owner, ownerId: number, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    const owned = ownedBy(claim, scopeOf(owner, ownerId, 'freezes'));
    return this.keyed.once('freeze', owned, async (tx) => {
      const since = await this.set(tx, owner, ownerId, () => this.clock.now());
      if (!since) throw new Error(`${owner} ${ownerId} was frozen, and is not`);
      return since.getTime();
    });
  }

  /**
   * The outcome's number is the owner's id. Who is not frozen stays so.
   *
   * @throws Refusal InvalidUserId, InvalidMerchant, and those of `KeyedWrites.once`
   */
  unfreeze(owner: Owner, ownerId: number, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    const owned = ownedBy(claim, scopeOf(owner, ownerId, 'unfreezes'));
    return this.keyed.once('unfreeze', owned, async (tx) => {
      await this.set(tx, owner, ownerId, () => null);
      return ownerId;
    });
  }

  /** `at` is asked for under the lock: what was done before it has an earlier time. */
  private async set(tx: EntityManager, owner: Owner, ownerId: number, at: () => Date | null): Promise<Date | null> {
    const { kind, unknown } = OWNERS[owner];
    if (owner === 'user') {
      const main = await this.ledger.lockUser(tx, ownerId);
      // A wallet that was closed is nobody's any more.
      if (!main || main.isClosed) throw new Refusal(unknown);
    }
    const since = await this.ledger.freeze(tx, kind, ownerId, at());
    if (since === undefined) throw new Refusal(unknown);
    return since;
  }
}
