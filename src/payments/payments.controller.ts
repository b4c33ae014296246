import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Act } from '../acts/index.js';
import {
  Claim,
  Idempotent,
  type IdempotencyClaim,
  parseIdempotencyKey,
  REQUEST_REFUSALS,
} from '../idempotency/index.js';
import { answerWith, type MovementPresentation, TOP_UP_REFUSALS } from '../movements/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access, OwnPartnerId } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { PathId } from '../platform/http/query-fields.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import {
  PaymentApprovedDetailDto,
  PaymentCanceledDetailDto,
  PaymentDto,
  PaymentsDto,
  PendingCancelDto,
  PendingPaymentDto,
} from './dto/payment-detail.dto.js';
import { paymentShown } from './dto/payment-shown.js';
import { PaymentCancelDto, PaymentRequestDto } from './dto/payment.dto.js';
import { PaymentsQueryDto } from './dto/payments-query.dto.js';
import { AUTHORIZATION, expiresAt } from './authorization.movements.js';
import type { PaymentDetails } from './payment.movement.js';
import type { CancelDetails } from './payment-cancel.movement.js';
import { PaymentCancelsService } from './payment-cancels.service.js';
import { PaymentListService } from './payment-list.service.js';
import { decodePlace, encodePlace } from './payment-place.js';
import { PaymentsService } from './payments.service.js';

const PAYMENT_SHOWN: MovementPresentation<PaymentDetails, PaymentApprovedDetailDto, PendingPaymentDto> = {
  onGoing: 'PaymentOnGoing',
  complete: 'PaymentComplete',
  detail: (movement, { partnerPayKey }) => ({
    paymentId: movement.id,
    partnerPayKey,
    totalPayAmount: movement.amount,
    paymentDateTime: seoulDateTime(movement.completedAt ?? movement.createdAt),
    ...(movement.type === AUTHORIZATION.type && {
      status: 'AUTHORIZED',
      expiresAt: seoulDateTime(expiresAt(movement)),
    }),
  }),
  pending: (paymentId, { partnerPayKey }) => ({ paymentId, partnerPayKey }),
  location: (paymentId) => `/payments/${paymentId}`,
  locationByKey: ({ claim, details: { partnerId } }) =>
    `/payments?partnerId=${partnerId}&idempotencyKey=${encodeURIComponent(claim.key)}`,
};

const CANCEL_SHOWN: MovementPresentation<CancelDetails, PaymentCanceledDetailDto, PendingCancelDto> = {
  onGoing: 'RequestOnGoing',
  complete: 'RequestComplete',
  detail: ({ id, amount, completedAt, createdAt }, { paymentId, decided }) => ({
    paymentId,
    cancelId: id,
    cancelAmount: amount,
    cancelableAmount: decided?.cancelableAfter ?? 0,
    status: decided?.cancelableAfter === 0 ? 'CANCELED' : 'PARTIALLY_CANCELED',
    canceledAt: seoulDateTime(completedAt ?? createdAt),
  }),
  pending: (_cancelId, { paymentId }) => ({ paymentId }),
  location: (cancelId) => `/transactions/${cancelId}`,
  locationByKey: ({ details: { paymentId } }) => `/payments/${paymentId}`,
};

@ApiTags('payments')
@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly payments: PaymentsService,
    private readonly cancels: PaymentCancelsService,
    private readonly periods: PaymentListService,
  ) {}

  @Post()
  @Access('partner')
  @Idempotent({ route: 'payments', owner: 'partner', ownerField: 'partnerId', required: true })
  @ApiOperation({
    operationId: 'approvePayment',
    summary: "Approve a payment from the user's main account, topped up by what is missing, or set it aside (MANUAL)",
  })
  @ApiAnswers({
    success: 201,
    detail: PaymentApprovedDetailDto,
    processing: PendingPaymentDto,
    refusals: [
      'IdempotencyKeyMissing',
      'IdempotencyKeyInvalid',
      'InvalidUserId',
      'InvalidMerchant',
      'PartnerFrozen',
      'AgreementRequired',
      'PaymentOnGoing',
      'PaymentComplete',
      'IdempotencyKeyReused',
      ...TOP_UP_REFUSALS,
    ],
  })
  async approve(
    @Body() body: PaymentRequestDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<PaymentApprovedDetailDto | Partial<PendingPaymentDto>>> {
    return answerWith(PAYMENT_SHOWN, await this.payments.approve(body, claim));
  }

  @Post(':paymentId/cancel')
  @Access('partner', 'operator')
  @Act({ action: 'cancelPayment', on: 'payment', id: 'paymentId', reason: 'cancelReason' })
  @Idempotent({ route: 'cancels', owner: 'partner', ownerField: null, required: true })
  @ApiOperation({
    operationId: 'cancelPayment',
    summary: 'Give a payment back, whole or in part; many partial cancels until nothing is left',
    description:
      'By the partner, or for it by an operator: its webhooks and settlements tell of both, with `cancelReason`. Their ' +
      "idempotency keys are apart: an operator's neither meets nor answers one of the partner's.",
  })
  @ApiAnswers({
    success: 200,
    detail: PaymentCanceledDetailDto,
    processing: PendingCancelDto,
    refusals: [
      'IdempotencyKeyMissing',
      'PaymentNotFound',
      'AlreadyCanceled',
      'CancelableAmountChanged',
      'OverRemainAmount',
      'NotCancelable',
      'AccountClosed',
      ...REQUEST_REFUSALS,
    ],
  })
  async cancel(
    @PathId('paymentId') paymentId: number,
    @Body() body: PaymentCancelDto,
    @OwnPartnerId() ownPartnerId: number | null,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<PaymentCanceledDetailDto | Partial<PendingCancelDto>>> {
    return answerWith(CANCEL_SHOWN, await this.cancels.cancel(paymentId, ownPartnerId, body, claim));
  }

  @Get(':paymentId')
  @Access('partner', 'operator')
  @ApiOperation({ operationId: 'getPayment', summary: 'A payment; where the Location of a 202 points' })
  @ApiAnswers({ success: 200, detail: PaymentDto, refusals: ['PaymentNotFound'] })
  async get(
    @PathId('paymentId') paymentId: number,
    @OwnPartnerId() ownPartnerId: number | null,
  ): Promise<Answer<PaymentDto>> {
    return Answer.success(paymentShown(await this.payments.get(paymentId, ownPartnerId), ownPartnerId));
  }

  @Get()
  @Access('partner', 'operator')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'listPayments',
    summary:
      "A partner's payments of one order, or under one Idempotency-Key (for a lost answer), or of a period; newest first",
  })
  @ApiAnswers({ success: 200, detail: PaymentsDto, refusals: ['IdempotencyKeyInvalid'] })
  async list(
    @Query() query: PaymentsQueryDto,
    @OwnPartnerId() ownPartnerId: number | null,
  ): Promise<Answer<PaymentsDto>> {
    const { partnerId, partnerPayKey, idempotencyKey, from } = query;
    const asked = [partnerPayKey, idempotencyKey, from].filter((value) => value !== undefined);
    if (asked.length !== 1) throw invalidField('partnerPayKey', 'give one of partnerPayKey, idempotencyKey and from');
    if (from !== undefined) return this.listPeriod(query, from, ownPartnerId);
    const alone = (['to', 'status', 'cursor'] as const).find((name) => query[name] !== undefined);
    if (alone) throw invalidField(alone, 'goes with from only');
    const payments =
      partnerPayKey === undefined
        ? await this.payments.listByKey(partnerId, parseIdempotencyKey(idempotencyKey as string))
        : await this.payments.listByOrder(partnerId, partnerPayKey);
    return Answer.success({ items: payments.map((payment) => paymentShown(payment, ownPartnerId)) });
  }

  private async listPeriod(
    query: PaymentsQueryDto,
    from: string,
    ownPartnerId: number | null,
  ): Promise<Answer<PaymentsDto>> {
    const { partnerId, to = from, status, limit, cursor } = query;
    if (to < from) throw invalidField('to', 'must not be before from');
    const behind = cursor === undefined ? null : decodePlace(cursor);
    const { payments, next } = await this.periods.listPeriod({ partnerId, from, to, status, limit, behind });
    const items = payments.map((payment) => paymentShown(payment, ownPartnerId));
    return Answer.success({ items, nextCursor: encodePlace(next) });
  }
}
