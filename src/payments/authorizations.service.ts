import { Injectable, type OnModuleInit } from '@nestjs/common';
import { claimOf, type IdempotencyClaim, ownedBy, scopeOf } from '../idempotency/index.js';
import { type MovementDeclaration, type MovementOutcome, MovementsService, MovementTypes } from '../movements/index.js';
import { PartnersService } from '../partners/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { Refusal } from '../platform/http/answers.js';
import { inTime } from '../platform/http/in-time.js';
import { UsersService } from '../users/index.js';
import { type AuthorizationEndDetails, type AuthorizationOutcome, CAPTURE, VOID } from './authorization.movements.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { PaymentEvents } from './payment-events.js';
import { PaymentsService } from './payments.service.js';
import { paymentIdsIn } from './payment.movement.js';
import type { PaymentRecord } from './payments.repository.js';

interface End {
  readonly declaration: MovementDeclaration<AuthorizationEndDetails>;
  readonly outcome: AuthorizationOutcome;
  /** Of the scope of its key. */
  readonly route: string;
}

const CAPTURED: End = { declaration: CAPTURE, outcome: 'CAPTURED', route: 'captures' };
const VOIDED: End = { declaration: VOID, outcome: 'VOIDED', route: 'voids' };
const EXPIRED: End = { declaration: VOID, outcome: 'EXPIRED', route: 'expiries' };

/**
 * The second step of payments in two. Which end of an authorisation comes first is decided under the lock of its main
 * account, and by a unique key of the database's (`authorization_ends`), whoever asks, on whichever instance.
 */
@Injectable()
export class AuthorizationsService implements OnModuleInit {
  constructor(
    private readonly authorizations: AuthorizationsRepository,
    private readonly events: PaymentEvents,
    private readonly payments: PaymentsService,
    private readonly users: UsersService,
    private readonly partners: PartnersService,
    private readonly movements: MovementsService,
    private readonly types: MovementTypes,
  ) {}

  onModuleInit(): void {
    for (const declaration of [CAPTURE, VOID]) {
      this.types.keepRows(declaration, {
        lock: (tx, requests) =>
          this.authorizations.findHeld(
            tx,
            requests.map(({ details }) => details.paymentId),
          ),
        insert: async (tx, rows) => {
          this.authorizations.insertEnds(tx, rows);
          await this.events.authorizationEnded(tx, rows);
        },
        findHolders: (reader, ends) => this.authorizations.findEnds(reader, ends),
        findDetails: (reader, ids) => this.authorizations.findEndDetails(reader, ids),
        findPaymentIds: async (reader, ids) => paymentIdsIn(await this.authorizations.findEndDetails(reader, ids)),
      });
    }
  }

  /**
   * Pays an authorised payment (for a partner, one of its own): all of it, or less (won), and frees the rest.
   *
   * @throws Refusal PaymentNotFound, NotCapturable (it waits for the bank, has failed, or has ended already),
   *   OverAuthorizedAmount, and those of `MovementsService.move`
   */
  capture(
    paymentId: number,
    ownPartnerId: number | null,
    captureAmount: number | undefined,
    claim: IdempotencyClaim,
  ): Promise<MovementOutcome<AuthorizationEndDetails>> {
    return this.end(CAPTURED, paymentId, ownPartnerId, claim, captureAmount);
  }

  /**
   * Frees what an authorised payment (for a partner, one of its own) has set aside.
   *
   * @throws Refusal as `capture`
   */
  void(
    paymentId: number,
    ownPartnerId: number | null,
    claim: IdempotencyClaim,
  ): Promise<MovementOutcome<AuthorizationEndDetails>> {
    return this.end(VOIDED, paymentId, ownPartnerId, claim);
  }

  /**
   * Frees what a payment whose time is over has set aside, unless it has ended otherwise. Safe to repeat, by any
   * process.
   *
   * @throws Refusal those of `MovementsService.move`
   */
  async expire(paymentId: number): Promise<void> {
    // The scope is set to the partner's once that is known.
    await this.end(EXPIRED, paymentId, null, claimOf('', `payment-${paymentId}`, { paymentId }));
  }

  private async end(
    { declaration, outcome, route }: End,
    paymentId: number,
    ownPartnerId: number | null,
    claim: IdempotencyClaim,
    amount?: number,
  ): Promise<MovementOutcome<AuthorizationEndDetails>> {
    const until = this.movements.answerBy();
    const payment = await inTime(this.payments.get(paymentId, ownPartnerId), until);
    const { userId, partnerId, partnerPayKey, amount: authorizedAmount } = payment;
    const refusal = refusalOf(payment);
    const asked = {
      declaration,
      userId,
      amount: amount ?? authorizedAmount,
      claim: ownedBy(claim, scopeOf('partner', partnerId, route)),
      details: { paymentId, partnerId, partnerPayKey, authorizedAmount, outcome },
    };
    const findAccounts = async () => {
      // A used key is told so first, whatever would be said of the request today.
      if (refusal) throw refusal;
      return {
        main: await this.users.getMainAccountId(userId),
        counter: await this.partners.getPayableAccountId(partnerId),
      };
    };
    return this.movements.move(asked, findAccounts, until);
  }
}

/** Why a payment can't be ended; null where only the lock can tell. */
function refusalOf({ paymentId, authorization }: PaymentRecord): Refusal | null {
  if (!authorization) return new Refusal('NotCapturable', { paymentId });
  return authorization.end && notCapturable(paymentId, authorization.end.outcome, authorization.end.endedAt);
}

/** Another end came first. */
export function notCapturable(paymentId: number, outcome: AuthorizationOutcome, endedAt: Date): Refusal {
  return new Refusal('NotCapturable', { paymentId, outcome, endedAt: seoulDateTime(endedAt) });
}
