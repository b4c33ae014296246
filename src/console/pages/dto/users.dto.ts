import { QueryCursor } from '../../../platform/http/query-fields.js';

export class UserQueryDto {
  /** Of the movements. */
  @QueryCursor() cursor?: string;
}
