import { field, patternRule } from '../../../platform/http/fields.js';
import { QueryCursor } from '../../../platform/http/query-fields.js';

export class SearchDto {
  /** As it was typed: whether it can be looked for, the API says. */
  @field(patternRule('^[^]{1,2000}$', 'must be a text of at most 2000 characters', 'hello@gmail'), { optional: true })
  q?: string;

  @QueryCursor() cursor?: string;
}
