import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { failureAnswerOf } from '../movements/index.js';
import { paymentShown } from '../payments/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { APP, type ToldOf } from '../webhooks/index.js';
import { orderShown } from './dto/bank-order-shown.js';
import { pairShown } from './dto/movement-shown.js';
import { PaymentStoryDto, StoryAttemptDto, StoryEventDto, StoryWebhookDto } from './dto/payment-story.dto.js';
import { PaymentStoriesService, type PaymentStory } from './payment-stories.service.js';
import { type StoryEvent, storyOf } from './payment-story.js';

@ApiTags('operations')
@Controller('operations/payments/:paymentId')
export class OperationsPaymentsController {
  constructor(private readonly stories: PaymentStoriesService) {}

  @Get('story')
  @Access('operator')
  @ApiOperation({
    operationId: 'getPaymentStory',
    summary: 'What is known to have happened to a payment, in its order: request, bank, outcome, cancels, webhooks',
    description: 'Nothing is said that is not stored: of inquiries it is known how many there were, and not when.',
  })
  @ApiAnswers({ success: 200, detail: PaymentStoryDto, refusals: ['PaymentNotFound'] })
  async get(@PathId('paymentId') paymentId: number): Promise<Answer<PaymentStoryDto>> {
    return Answer.success(shown(await this.stories.get(paymentId)));
  }
}

function shown(story: PaymentStory): PaymentStoryDto {
  const { payment, order, isWhole, journals, nameOf, key } = story;
  const failureCode = failureAnswerOf(payment.failureCode);
  return {
    payment: paymentShown(payment, null),
    ...(order && { bankOrder: orderShown(order) }),
    isWhole,
    timeline: storyOf(story).map((event) => eventShown(event, failureCode)),
    journal: [...journals].flatMap(([transactionId, pairs]) =>
      pairs.map((pair) => ({ transactionId, ...pairShown(pair, nameOf) })),
    ),
    userName: nameOf({ kind: 'MAIN', ownerId: payment.userId }) ?? '',
    partnerName: nameOf({ kind: 'PARTNER_PAYABLE', ownerId: payment.partnerId }) ?? '',
    ...(key !== null && { idempotencyKey: key }),
  };
}

function eventShown(
  { at, expiresAt, told, ...event }: StoryEvent,
  failureCode: StoryEventDto['failureCode'],
): StoryEventDto {
  return {
    ...event,
    at: seoulDateTime(at),
    ...(expiresAt && { expiresAt: seoulDateTime(expiresAt) }),
    ...(event.event === 'FAILED' && failureCode && { failureCode }),
    ...(told && { webhook: webhookShown(told) }),
  };
}

function webhookShown(told: ToldOf): StoryWebhookDto {
  const { ownerId, endpointId, eventId, id, type, status, lastError, deliveredAt, nextAttemptAt } = told;
  return {
    owner: ownerId === APP ? 'APP' : 'PARTNER',
    endpointId,
    eventId,
    deliveryId: id,
    type,
    status,
    ...(lastError !== null && { lastError }),
    ...(deliveredAt && { deliveredAt: seoulDateTime(deliveredAt) }),
    ...(status === 'PENDING' && { nextAttemptAt: seoulDateTime(nextAttemptAt) }),
    attempts: told.tries.map(attemptShown),
  };
}

function attemptShown(tried: ToldOf['tries'][number]): StoryAttemptDto {
  const { attempt, attemptedAt, status, error, durationMs, nextAttemptAt } = tried;
  return {
    attempt,
    attemptedAt: seoulDateTime(attemptedAt),
    ...(status !== null && { status }),
    ...(error !== null && { error }),
    durationMs,
    ...(nextAttemptAt && { nextAttemptAt: seoulDateTime(nextAttemptAt) }),
  };
}
