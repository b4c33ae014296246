import { VisibleAscii } from '../../platform/http/fields.js';
import { QueryChoice, QueryCursor, QueryDay, QueryId, QueryLimit } from '../../platform/http/query-fields.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment.state.js';

export class PaymentsQueryDto {
  @QueryId({ example: 100, description: 'whose payments' }) partnerId!: number;

  @VisibleAscii(100, { optional: true, example: 'partner-key-123', description: 'those of this order' })
  partnerPayKey?: string;

  @VisibleAscii(257, {
    optional: true,
    example: 'test-idempotency-key',
    description: 'the one that was asked for with this `Idempotency-Key`',
  })
  idempotencyKey?: string;

  @QueryDay({ optional: true, description: 'the first business day of a period, in Asia/Seoul' }) from?: string;

  @QueryDay({ optional: true, description: 'its last one; the same when absent' }) to?: string;

  @QueryChoice(PAYMENT_STATUSES, { optional: true, description: 'of a period: only these, in any case' })
  status?: PaymentStatus;

  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}
