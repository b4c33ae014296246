import { Text, VisibleAscii } from '../../../platform/http/fields.js';

/** What every form of an act carries. */
export class ActDto {
  @VisibleAscii(255) idempotencyKey!: string;
}

/** What one carries that says why. */
export class ReasonedActDto extends ActDto {
  @Text(200) reason!: string;
}
