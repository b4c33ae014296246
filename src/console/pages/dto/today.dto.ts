import { QueryChoice } from '../../../platform/http/query-fields.js';

export class TodayQueryDto {
  /** The page does not look again by itself. */
  @QueryChoice(['YES'], { optional: true }) still?: string;
}
