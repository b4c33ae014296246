import { Injectable } from '@nestjs/common';
import type { IdempotencyClaim } from '../idempotency/index.js';
import { type MovementOutcome, MovementsService } from '../movements/index.js';
import { UsersService } from '../users/index.js';
import { CHARGE } from './charge.movement.js';
import { PAYOUT } from './payout.movement.js';

interface PayoutRequest {
  readonly userId: number;
  /** won */
  readonly amount: number;
  /** Absent: the default. */
  readonly linkedAccountId?: number | undefined;
}

@Injectable()
export class AccountsService {
  constructor(
    private readonly users: UsersService,
    private readonly movements: MovementsService,
  ) {}

  /**
   * Takes `amount` (won) from the linked bank account into the main account.
   *
   * @throws Refusal InvalidUserId, and those of `MovementsService.move`
   */
  charge(userId: number, amount: number, claim: IdempotencyClaim): Promise<MovementOutcome<undefined>> {
    const asked = { declaration: CHARGE, userId, amount, claim, details: undefined };
    return this.movements.move(asked, async () => ({ main: await this.users.getMainAccountId(userId) }));
  }

  /**
   * Pays `amount` (won) from the main account into the linked account that is named, or the default. It is held until
   * the bank has answered.
   *
   * @throws Refusal InvalidUserId, AccountNotFound (not linked to this user), NotEnoughBalance, and those of
   *   `MovementsService.move`
   */
  payOut(
    { userId, amount, linkedAccountId }: PayoutRequest,
    claim: IdempotencyClaim,
  ): Promise<MovementOutcome<undefined>> {
    const asked = { declaration: PAYOUT, userId, amount, linkedAccountId, claim, details: undefined };
    return this.movements.move(asked, async () => ({ main: await this.users.getMainAccountId(userId) }));
  }
}
