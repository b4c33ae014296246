import { field, patternRule, VisibleAscii } from '../../../platform/http/fields.js';
import { QueryChoice, QueryCursor, QueryId } from '../../../platform/http/query-fields.js';
import { ReasonedActDto } from './act.dto.js';

export const DELIVERY_FILTERS = ['UNDELIVERED', 'PENDING', 'DELIVERED', 'ALL'] as const;
export type DeliveryFilter = (typeof DELIVERY_FILTERS)[number];

export class FindPartnerDto {
  @QueryId() partnerId!: number;
}

export class DeliveriesQueryDto {
  @QueryChoice(DELIVERY_FILTERS, { optional: true }) status?: DeliveryFilter;
  @QueryCursor() cursor?: string;
}

export class AttemptsQueryDto {
  @QueryCursor() cursor?: string;
}

export class ResendEventQueryDto {
  @QueryId() endpointId!: number;
}

const MOMENT = patternRule(
  '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d)?$',
  'must be a time like 2025-02-26T00:55',
  '2025-02-26T00:55',
);

export class ResendPeriodDto extends ReasonedActDto {
  /** As a browser's field for a time sends it, in Asia/Seoul. */
  @field(MOMENT) from!: string;
  @field(MOMENT, { optional: true }) to?: string;
  @QueryChoice(['UNDELIVERED', 'DELIVERED'], { optional: true }) status?: string;
  /** Where the call before has stopped. */
  @VisibleAscii(100, { optional: true }) cursor?: string;
}
