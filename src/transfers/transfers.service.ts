import { Injectable } from '@nestjs/common';
import type { IdempotencyClaim } from '../idempotency/index.js';
import { type MovementDeclaration, type MovementOutcome, MovementsService } from '../movements/index.js';
import { Refusal } from '../platform/http/answers.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import { UsersService } from '../users/index.js';
import { type HoldDetails, TRANSFER_HOLD } from './held-transfer.movements.js';
import { TRANSFER } from './transfer.movement.js';

export interface Transfer {
  readonly fromUserId: number;
  readonly toUserId: number;
  /** won */
  readonly amount: number;
  readonly memo?: string | undefined;
}

@Injectable()
export class TransfersService {
  constructor(
    private readonly users: UsersService,
    private readonly movements: MovementsService,
  ) {}

  /**
   * Moves money between two users' main accounts.
   *
   * @throws Refusal InvalidRequest (to oneself), InvalidUserId, and those of `MovementsService.move`
   */
  transfer(transfer: Transfer, claim: IdempotencyClaim): Promise<MovementOutcome<undefined>> {
    return this.move(TRANSFER, undefined, transfer, claim);
  }

  /**
   * Takes money from the sender's main account and holds it until the receiver accepts it: see `HeldTransfersService`.
   *
   * @throws Refusal as `transfer`
   */
  hold(transfer: Transfer, claim: IdempotencyClaim): Promise<MovementOutcome<HoldDetails>> {
    return this.move(TRANSFER_HOLD, { expiresAt: null }, transfer, claim, async () => {
      // Their account is locked only when they accept, which they never would.
      if (await this.users.isErased(transfer.toUserId)) throw new Refusal('AccountClosed');
    });
  }

  private move<Details>(
    declaration: MovementDeclaration<Details>,
    details: Details,
    { fromUserId, toUserId, amount, memo }: Transfer,
    claim: IdempotencyClaim,
    check?: () => Promise<void>,
  ): Promise<MovementOutcome<Details>> {
    const asked = { declaration, userId: fromUserId, amount, memo, claim, details };
    return this.movements.move(asked, async () => {
      if (fromUserId === toUserId) throw invalidField('toUserId', 'must be another user than fromUserId');
      const main = await this.users.getMainAccountId(fromUserId);
      const counter = await this.users.getMainAccountId(toUserId);
      await check?.();
      return { main, counter };
    });
  }
}
