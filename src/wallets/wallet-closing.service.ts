import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LinkedAccounts } from '../bank/index.js';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites, ownedBy, scopeOf } from '../idempotency/index.js';
import { Ledger, type LockedAccount } from '../ledger/index.js';
import { MovementsRepository } from '../movements/index.js';
import { Clock } from '../platform/clock/clock.js';
import { Refusal } from '../platform/http/answers.js';
import { HeldTransfersRepository } from '../transfers/index.js';
import { UsersService } from '../users/index.js';

const ROUTE = 'wallet-closings';

/** Closes wallets for good. */
@Injectable()
export class WalletClosingService {
  constructor(
    private readonly keyed: KeyedWrites,
    private readonly ledger: Ledger,
    private readonly movements: MovementsRepository,
    private readonly transfers: HeldTransfersRepository,
    private readonly users: UsersService,
    private readonly linkedAccounts: LinkedAccounts,
    private readonly clock: Clock,
  ) {}

  /**
   * Closes the main account of a user who has nothing left, and erases all that is personal of them, in one transaction
   * under the account's lock: nothing can move on it in between, or afterwards.
   *
   * @throws Refusal InvalidUserId, AccountFrozen, WalletNotEmpty, and those of `KeyedWrites.once`
   */
  close(userId: number, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    return this.keyed.once('close-wallet', ownedBy(claim, scopeOf('user', userId, ROUTE)), async (tx) => {
      const main = await this.ledger.lockUser(tx, userId);
      if (!main || main.isClosed) throw new Refusal('InvalidUserId');
      if (main.isFrozen) throw new Refusal('AccountFrozen');
      const remaining = await this.remaining(tx, userId, main);
      if (remaining.length > 0) throw new Refusal('WalletNotEmpty', { remaining });
      const at = this.clock.now();
      await this.ledger.close(tx, main.id, at);
      await this.movements.eraseMemos(tx, userId, main.id);
      await this.linkedAccounts.erase(tx, userId);
      await this.users.erase(tx, userId, at);
      return userId;
    });
  }

  /** What keeps a wallet open. */
  private async remaining(tx: EntityManager, userId: number, main: LockedAccount): Promise<string[]> {
    const found: string[] = [];
    if (main.balance > 0) found.push('BALANCE');
    if (await this.ledger.hasOpenAccount(tx, 'SAVINGS', userId)) found.push('SAVINGS');
    if ((await this.movements.findAwaited(tx, [main.id])).size > 0) found.push('PENDING');
    if (await this.transfers.hasHeld(tx, main.id)) found.push('HELD_TRANSFER');
    return found;
  }
}
