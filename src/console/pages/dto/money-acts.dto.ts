import { field, patternRule } from '../../../platform/http/fields.js';
import { ActDto } from './act.dto.js';

/** Whatever was typed: the API says what is wrong with it, and the form is shown again. */
const typed = patternRule('^[^]{1,2000}$', 'is too long', '');

export class InquireDto extends ActDto {
  @field(typed, { optional: true }) reason?: string;
}

export class CancelPaymentDto extends ActDto {
  @field(typed, { optional: true }) reason?: string;
  @field(typed, { optional: true }) cancelAmount?: string;
  /** What could be cancelled when the form was made. */
  @field(typed, { optional: true }) cancelableAmount?: string;
}
