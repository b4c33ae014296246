import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type IdempotencyClaim, ownedBy, scopeOf } from '../idempotency/index.js';
import { type MovementOutcome, MovementsService, MovementTypes } from '../movements/index.js';
import { inTime } from '../platform/http/in-time.js';
import { PartnersService } from '../partners/index.js';
import { UsersService } from '../users/index.js';
import { type CancelDetails, PAYMENT_CANCEL } from './payment-cancel.movement.js';
import { PaymentCancelsRepository } from './payment-cancels.repository.js';
import { paymentIdsIn } from './payment.movement.js';
import { PaymentEvents } from './payment-events.js';
import { PaymentsService } from './payments.service.js';

interface CancelRequest {
  /** won; absent: all that is left */
  readonly cancelAmount?: number | undefined;
  readonly cancelReason: string;
  /** won; what the partner believes is left */
  readonly cancelableAmount?: number | undefined;
}

@Injectable()
export class PaymentCancelsService implements OnModuleInit {
  constructor(
    private readonly cancels: PaymentCancelsRepository,
    private readonly events: PaymentEvents,
    private readonly payments: PaymentsService,
    private readonly users: UsersService,
    private readonly partners: PartnersService,
    private readonly movements: MovementsService,
    private readonly types: MovementTypes,
  ) {}

  onModuleInit(): void {
    this.types.keepRows(PAYMENT_CANCEL, {
      lock: (tx, requests) =>
        this.cancels.lockPayments(
          tx,
          requests.map(({ details }) => details.paymentId),
        ),
      insert: async (tx, rows) => {
        this.cancels.insert(tx, rows);
        await this.events.canceled(tx, rows);
      },
      findDetails: (reader, cancelIds) => this.cancels.findDetails(reader, cancelIds),
      findPaymentIds: async (reader, cancelIds) => paymentIdsIn(await this.cancels.findDetails(reader, cancelIds)),
    });
  }

  /**
   * Gives a payment (for a partner, one of its own) back, whole or in part, to the main account it came from. Operators
   * have keys of their own.
   *
   * @throws Refusal PaymentNotFound, NotCancelable (pending or failed), AlreadyCanceled, OverRemainAmount,
   *   CancelableAmountChanged, and those of `MovementsService.move`
   */
  async cancel(
    paymentId: number,
    ownPartnerId: number | null,
    request: CancelRequest,
    claim: IdempotencyClaim,
  ): Promise<MovementOutcome<CancelDetails>> {
    const until = this.movements.answerBy();
    const { userId, partnerId } = await inTime(this.payments.get(paymentId, ownPartnerId), until);
    const { cancelAmount = null, cancelReason, cancelableAmount = null } = request;
    const asked = {
      declaration: PAYMENT_CANCEL,
      userId,
      // How much is decided under the lock.
      amount: cancelAmount ?? 0,
      claim: ownedBy(
        claim,
        claim.act ? scopeOf('operator', null, 'cancels') : scopeOf('partner', partnerId, 'cancels'),
      ),
      details: {
        paymentId,
        partnerId,
        reason: cancelReason,
        cancelAmount,
        expectedCancelable: cancelableAmount,
        decided: null,
      },
    };
    const findAccounts = async () => ({
      main: await this.users.getMainAccountId(userId),
      counter: await this.partners.getPayableAccountId(partnerId),
    });
    return this.movements.move(asked, findAccounts, until);
  }
}
