import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IdempotencyClaim } from '../idempotency/index.js';
import { MovementKinds, MovementsService, userMovementKind } from '../movements/index.js';
import type { Answer } from '../platform/http/answers.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import { UsersService } from '../users/index.js';

const TRANSFER = userMovementKind('TRANSFER', true, (movement) => ({
  transactionId: movement.id,
  amount: movement.amount,
  toppedUpAmount: movement.toppedUpAmount,
  mainAccount: { accountId: movement.accountId, balance: movement.balanceAfter },
}));

export interface Transfer {
  readonly fromUserId: number;
  readonly toUserId: number;
  /** won */
  readonly amount: number;
  readonly memo?: string | undefined;
}

@Injectable()
export class TransfersService implements OnModuleInit {
  constructor(
    private readonly users: UsersService,
    private readonly movements: MovementsService,
    private readonly kinds: MovementKinds,
  ) {}

  onModuleInit(): void {
    this.kinds.register(TRANSFER);
  }

  /**
   * Moves money between two users' main accounts.
   *
   * @throws Refusal InvalidRequest (to oneself), InvalidUserId, and those of `MovementsService.move`
   */
  async transfer({ fromUserId, toUserId, amount, memo }: Transfer, claim: IdempotencyClaim): Promise<Answer<object>> {
    const claiming = { kind: TRANSFER, claim, details: undefined };
    const accounts = await this.movements.prepare(claiming, async () => {
      if (fromUserId === toUserId) throw invalidField('toUserId', 'must be another user than fromUserId');
      const accountId = await this.users.getMainAccountId(fromUserId);
      return { accountId, counter: { id: await this.users.getMainAccountId(toUserId), locked: true } };
    });
    return this.movements.move({ ...claiming, ...accounts, userId: fromUserId, amount, memo });
  }
}
