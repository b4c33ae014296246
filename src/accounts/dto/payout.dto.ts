import { Id, Won } from '../../platform/http/fields.js';

/** The bank's message has twelve digits for it. */
const PAYOUT_MAX = 999_999_999_999;

export class PayoutDto {
  @Id({ description: 'whose main account' }) userId!: number;

  @Won({ max: PAYOUT_MAX, example: 50_000, description: 'what is to be withdrawn, in won' }) amount!: number;

  @Id({ optional: true, example: 3, description: 'to which of the linked accounts; absent: to the default' })
  linkedAccountId?: number;
}
