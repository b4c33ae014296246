import { PaymentDto } from '../../payments/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { STORY_EVENTS } from '../payment-story.js';
import { BankOrderDto } from './bank-order.dto.js';
import { JournalPairDto } from './movements.dto.js';

export class StoryAttemptDto {
  @Shown.count({ description: 'the how many-th attempt it was; from 1 again after a resend by hand' })
  attempt!: number;
  @Shown.dateTime({ description: 'when it was sent' }) attemptedAt!: string;
  @Shown.count({ optional: true, example: 503, description: 'the HTTP status, if it was answered' }) status?: number;
  @Shown.text({ optional: true, example: 'TIMEOUT', description: 'why it was not answered' }) error?: string;
  @Shown.count({ example: 84, description: 'milliseconds until it was answered, or given up' }) durationMs!: number;
  @Shown.dateTime({ optional: true, description: 'when the next attempt was to follow, if one was' })
  nextAttemptAt?: string;
}

export class StoryWebhookDto {
  @Shown.choice(['PARTNER', 'APP'], { description: 'who is told: the partner, or the own back end' }) owner!: string;
  @Shown.id({ example: 7, description: 'where it is sent' }) endpointId!: number;
  @Shown.id({ example: 12, description: 'the `Pay-Event-Id` it is sent with' }) eventId!: number;
  @Shown.id({ example: 13, description: 'the `Pay-Delivery-Id` it is sent with' }) deliveryId!: number;
  @Shown.text({ example: 'payment.approved', description: 'what is told; new ones may come' }) type!: string;
  @Shown.choice(['PENDING', 'DELIVERED', 'UNDELIVERED'], { description: 'UNDELIVERED: given up' }) status!: string;
  @Shown.text({ optional: true, example: 'ECONNREFUSED', description: 'why the last attempt failed, or was the last' })
  lastError?: string;
  @Shown.dateTime({ optional: true, description: 'when it was taken; only of DELIVERED' }) deliveredAt?: string;
  @Shown.dateTime({ optional: true, description: 'when it is sent next; only of PENDING' }) nextAttemptAt?: string;
  @Shown.list(() => StoryAttemptDto, {
    description: 'the requests that were made for it, oldest first, as far as they are kept: the last of an endpoint',
  })
  attempts!: StoryAttemptDto[];
}

export class StoryEventDto {
  @Shown.choice(STORY_EVENTS, {
    description:
      'what happened. HELD: set aside while the bank is asked; BANK_RESENT: the last time it was asked again; ' +
      'WEBHOOK: somebody was told',
  })
  event!: string;
  @Shown.dateTime({ description: 'when; of WEBHOOK, when what it tells of happened' }) at!: string;
  @Shown.id({ example: 15, description: 'the movement that it is about: the payment, a capture, a void or a cancel' })
  transactionId!: number;
  @Shown.won({ optional: true, description: 'how much, in won' }) amount?: number;
  @Shown.dateTime({ optional: true, description: 'of AUTHORIZED: when it is voided by itself' }) expiresAt?: string;
  @Shown.text({ optional: true, example: 'NotEnoughAccountBalance', description: 'of FAILED: as its request was told' })
  failureCode?: string;
  @Shown.count({ optional: true, description: 'of BANK_DONE and BANK_REFUSED: how often the bank was asked before' })
  inquiries?: number;
  @Shown.text({ optional: true, example: 'BALANCE_SHORT', description: 'of BANK_REFUSED: why' }) refusal?: string;
  @Shown.text({ optional: true, example: '구매자 변심', description: 'of CANCELED: why' }) reason?: string;
  @Shown.object(() => StoryWebhookDto, { optional: true, description: 'of WEBHOOK: who was told, and if they heard' })
  webhook?: StoryWebhookDto;
}

/** Of the payment itself, of its capture, or of one of its cancels. */
export class StoryPairDto extends JournalPairDto {
  @Shown.id({ example: 15, description: 'the movement that it was booked for' }) transactionId!: number;
}

export class PaymentStoryDto {
  @Shown.object(() => PaymentDto, { description: 'the payment as it stands' }) payment!: PaymentDto;
  @Shown.object(() => BankOrderDto, { optional: true, description: 'what the bank was asked for' })
  bankOrder?: BankOrderDto;
  @Shown.flag({ example: true, description: 'false: it was told of more often than is shown' }) isWhole!: boolean;
  @Shown.list(() => StoryEventDto, { description: 'what is known to have happened, in its order' })
  timeline!: StoryEventDto[];
  @Shown.list(() => StoryPairDto, { description: 'what was booked for it, its capture and its cancels, in its order' })
  journal!: StoryPairDto[];
  @Shown.text({ description: 'what the customer is called' }) userName!: string;
  @Shown.text({ example: 'Sandbox Partner', description: 'what the partner is called' }) partnerName!: string;
  @Shown.text({ optional: true, example: 'test-idempotency-key', description: 'the key it was asked for with' })
  idempotencyKey?: string;
}
