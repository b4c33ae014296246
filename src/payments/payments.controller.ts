import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Claim, Idempotent, type IdempotencyClaim, parseIdempotencyKey } from '../idempotency/index.js';
import { failureAnswerOf, REQUEST_REFUSALS, TOP_UP_REFUSALS } from '../movements/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access, OwnPartnerId } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
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
import { PaymentCancelDto, PaymentRequestDto } from './dto/payment.dto.js';
import { PaymentsQueryDto } from './dto/payments-query.dto.js';
import { PaymentCancelsService } from './payment-cancels.service.js';
import { PaymentListService } from './payment-list.service.js';
import { decodePlace, encodePlace } from './payment-place.js';
import { paymentStatusOf } from './payment.state.js';
import type { PaymentRecord } from './payments.repository.js';
import { PaymentsService } from './payments.service.js';

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
  @ApiOperation({ summary: "Approve a payment from the user's main account, topped up by what is missing" })
  @ApiAnswers({
    success: 201,
    detail: PaymentApprovedDetailDto,
    processing: PendingPaymentDto,
    refusals: [
      'IdempotencyKeyMissing',
      'IdempotencyKeyInvalid',
      'InvalidUserId',
      'InvalidMerchant',
      'PaymentOnGoing',
      'PaymentComplete',
      'IdempotencyKeyReused',
      ...TOP_UP_REFUSALS,
    ],
  })
  approve(@Body() body: PaymentRequestDto, @Claim() claim: IdempotencyClaim): Promise<Answer<object>> {
    return this.payments.approve(body, claim);
  }

  @Post(':paymentId/cancel')
  @Access('partner')
  @Idempotent({ route: 'cancels', owner: 'partner', ownerField: null, required: true })
  @ApiOperation({ summary: 'Give a payment back, whole or in part; many partial cancels until nothing is left' })
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
      ...REQUEST_REFUSALS,
    ],
  })
  cancel(
    @PathId('paymentId') paymentId: number,
    @Body() body: PaymentCancelDto,
    @OwnPartnerId() ownPartnerId: number | null,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<object>> {
    return this.cancels.cancel(paymentId, ownPartnerId, body, claim);
  }

  @Get(':paymentId')
  @Access('partner', 'operator')
  @ApiOperation({ summary: 'A payment; where the Location of a 202 points' })
  @ApiAnswers({ success: 200, detail: PaymentDto, refusals: ['PaymentNotFound'] })
  async get(
    @PathId('paymentId') paymentId: number,
    @OwnPartnerId() ownPartnerId: number | null,
  ): Promise<Answer<PaymentDto>> {
    return Answer.success(shown(await this.payments.get(paymentId, ownPartnerId)));
  }

  @Get()
  @Access('partner', 'operator')
  @ApiOperation({
    summary:
      "A partner's payments of one order, or under one Idempotency-Key (for a lost answer), or of a period; newest first",
  })
  @ApiAnswers({ success: 200, detail: PaymentsDto, refusals: [] })
  async list(@Query() query: PaymentsQueryDto): Promise<Answer<PaymentsDto>> {
    const { partnerId, partnerPayKey, idempotencyKey, from } = query;
    const asked = [partnerPayKey, idempotencyKey, from].filter((value) => value !== undefined);
    if (asked.length !== 1) throw invalidField('partnerPayKey', 'give one of partnerPayKey, idempotencyKey and from');
    if (from !== undefined) return this.listPeriod(query, from);
    const alone = (['to', 'status', 'cursor'] as const).find((name) => query[name] !== undefined);
    if (alone) throw invalidField(alone, 'goes with from only');
    const payments =
      partnerPayKey === undefined
        ? await this.payments.listByKey(partnerId, parseIdempotencyKey(idempotencyKey as string))
        : await this.payments.listByOrder(partnerId, partnerPayKey);
    return Answer.success({ items: payments.map(shown) });
  }

  private async listPeriod(query: PaymentsQueryDto, from: string): Promise<Answer<PaymentsDto>> {
    const { partnerId, to = from, status, limit, cursor } = query;
    if (to < from) throw invalidField('to', 'must not be before from');
    const behind = cursor === undefined ? null : decodePlace(cursor);
    const { payments, next } = await this.periods.listPeriod({ partnerId, from, to, status, limit, behind });
    return Answer.success({ items: payments.map(shown), nextCursor: encodePlace(next) });
  }
}

function shown(payment: PaymentRecord): PaymentDto {
  const { amount, canceledAmount, completedAt } = payment;
  const status = paymentStatusOf(payment.status, amount, canceledAmount);
  const isPaid = payment.status === 'COMPLETED';
  const failureCode = failureAnswerOf(payment.failureCode);
  return {
    paymentId: payment.paymentId,
    userId: payment.userId,
    partnerId: payment.partnerId,
    partnerPayKey: payment.partnerPayKey,
    status,
    productItems: payment.productItems.map(({ name, count }) => ({ name, count })),
    totalPayAmount: amount,
    toppedUpAmount: payment.toppedUpAmount,
    canceledAmount,
    cancelableAmount: isPaid ? amount - canceledAmount : 0,
    cancels: payment.cancels.map((cancel) => ({
      cancelId: cancel.cancelId,
      cancelAmount: cancel.amount,
      cancelReason: cancel.reason,
      canceledAt: seoulDateTime(cancel.canceledAt),
    })),
    ...(failureCode && { failureCode }),
    requestedAt: seoulDateTime(payment.createdAt),
    ...(isPaid && completedAt && { paymentDateTime: seoulDateTime(completedAt) }),
  };
}
