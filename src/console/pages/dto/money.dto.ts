import { QueryCursor, QueryDay } from '../../../platform/http/query-fields.js';
import { BlankIsAbsent } from './blank.js';

/** Of a list that goes on. */
export class CursorQueryDto {
  @QueryCursor() cursor?: string;
}

export class PeriodQueryDto {
  @BlankIsAbsent() @QueryDay({ optional: true }) from?: string;
  @BlankIsAbsent() @QueryDay({ optional: true }) to?: string;
}

export class StatementQueryDto extends PeriodQueryDto {
  @QueryCursor() cursor?: string;
}
