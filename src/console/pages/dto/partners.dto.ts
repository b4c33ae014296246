import { Text } from '../../../platform/http/fields.js';
import { QueryCursor, QueryDay } from '../../../platform/http/query-fields.js';

export class PartnersQueryDto {
  @Text(50, { optional: true }) name?: string;
  @QueryCursor() cursor?: string;
}

export class PartnerQueryDto {
  /** Of which the payments are shown. */
  @QueryDay({ optional: true }) day?: string;
  @QueryCursor() cursor?: string;
}
