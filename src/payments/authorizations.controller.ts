import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Claim, Idempotent, type IdempotencyClaim, REQUEST_REFUSALS } from '../idempotency/index.js';
import { answerWith, type MovementPresentation } from '../movements/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access, OwnPartnerId } from '../platform/http/access.js';
import type { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import type { AuthorizationEndDetails } from './authorization.movements.js';
import { AuthorizationsService, notCapturable } from './authorizations.service.js';
import { PaymentCapturedDetailDto, PaymentVoidedDetailDto, PendingCancelDto } from './dto/payment-detail.dto.js';
import { PaymentCaptureDto, PaymentVoidDto } from './dto/payment.dto.js';

type Presentation<Detail extends object> = MovementPresentation<AuthorizationEndDetails, Detail, PendingCancelDto>;

const END_SHOWN: Omit<Presentation<object>, 'detail'> = {
  onGoing: 'RequestOnGoing',
  complete: 'RequestComplete',
  taken: ({ completedAt }, { paymentId, outcome }) => notCapturable(paymentId, outcome, completedAt as Date),
  pending: (_endId, { paymentId }) => ({ paymentId }),
  location: (endId) => `/transactions/${endId}`,
  locationByKey: ({ details: { paymentId } }) => `/payments/${paymentId}`,
};

const CAPTURE_SHOWN: Presentation<PaymentCapturedDetailDto> = {
  ...END_SHOWN,
  detail: ({ id, amount, completedAt }, { paymentId, partnerPayKey, authorizedAmount }) => ({
    paymentId,
    captureId: id,
    partnerPayKey,
    status: 'APPROVED',
    totalPayAmount: authorizedAmount,
    capturedAmount: amount,
    capturedAt: seoulDateTime(completedAt as Date),
  }),
};

const VOID_SHOWN: Presentation<PaymentVoidedDetailDto> = {
  ...END_SHOWN,
  detail: ({ id, completedAt }, { paymentId, partnerPayKey, authorizedAmount }) => ({
    paymentId,
    voidId: id,
    partnerPayKey,
    status: 'VOIDED',
    totalPayAmount: authorizedAmount,
    voidedAt: seoulDateTime(completedAt as Date),
  }),
};

const END_REFUSALS = ['IdempotencyKeyMissing', 'PaymentNotFound', 'NotCapturable', ...REQUEST_REFUSALS] as const;

@ApiTags('payments')
@Controller('payments')
export class AuthorizationsController {
  constructor(private readonly authorizations: AuthorizationsService) {}

  @Post(':paymentId/capture')
  @Access('partner')
  @Idempotent({ route: 'captures', owner: 'partner', ownerField: null, required: true })
  @ApiOperation({
    operationId: 'capturePayment',
    summary: 'Take what was authorised, or less; the rest is free again',
  })
  @ApiAnswers({
    success: 200,
    detail: PaymentCapturedDetailDto,
    processing: PendingCancelDto,
    refusals: [...END_REFUSALS, 'OverAuthorizedAmount'],
  })
  async capture(
    @PathId('paymentId') paymentId: number,
    @Body() { captureAmount }: PaymentCaptureDto,
    @OwnPartnerId() ownPartnerId: number | null,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<PaymentCapturedDetailDto | Partial<PendingCancelDto>>> {
    const outcome = await this.authorizations.capture(paymentId, ownPartnerId, captureAmount, claim);
    return answerWith(CAPTURE_SHOWN, outcome);
  }

  @Post(':paymentId/void')
  @Access('partner')
  @Idempotent({ route: 'voids', owner: 'partner', ownerField: null, required: true })
  @ApiOperation({
    operationId: 'voidPayment',
    summary: 'Free what was authorised; after 7 days that happens by itself',
  })
  @ApiAnswers({
    success: 200,
    detail: PaymentVoidedDetailDto,
    processing: PendingCancelDto,
    refusals: [...END_REFUSALS],
  })
  async void(
    @PathId('paymentId') paymentId: number,
    @Body() _nothing: PaymentVoidDto,
    @OwnPartnerId() ownPartnerId: number | null,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<PaymentVoidedDetailDto | Partial<PendingCancelDto>>> {
    return answerWith(VOID_SHOWN, await this.authorizations.void(paymentId, ownPartnerId, claim));
  }
}
