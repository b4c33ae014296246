import { QueryCursor, QueryDay, QueryId } from '../../../platform/http/query-fields.js';

export class SettlementsQueryDto {
  @QueryId({ optional: true }) partnerId?: number;
  @QueryDay({ optional: true }) day?: string;
  @QueryCursor() cursor?: string;
}

export class SettlementFileQueryDto {
  @QueryId() partnerId!: number;
  @QueryDay() day!: string;
}
