import { field, patternRule } from '../../../platform/http/fields.js';
import { ActDto } from './act.dto.js';

export class FreezeDto extends ActDto {
  /** As it was typed: what is wrong with it the API says, and the form can be mended. */
  @field(patternRule('^[^]{1,2000}$', 'must be a text of at most 2000 characters', 'lost phone'), { optional: true })
  reason?: string;
}
