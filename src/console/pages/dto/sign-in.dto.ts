import { patternRule, field } from '../../../platform/http/fields.js';

const ANY_TEXT = '^[^]{1,2000}$';
const text = (name: string) => field(patternRule(ANY_TEXT, `must be a text`, name), { optional: true });

export class SignInQueryDto {
  /** Where it leads; whatever it says, that is a page of the console. */
  @text('/console') to?: string;
  @text('idle') reason?: string;
}

export class SignInDto {
  /** Absent where somebody goes on without one. */
  @text('sk_test_…') key?: string;
  @text('/console') to?: string;
  /** Which button it was. */
  @text('yes') withoutKey?: string;
}
