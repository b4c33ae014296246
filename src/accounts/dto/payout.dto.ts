import { Id, Won } from '../../platform/http/fields.js';

export class PayoutDto {
  @Id({ description: 'whose main account' }) userId!: number;

  @Won({ example: 50_000, description: 'what is to be withdrawn, in won' }) amount!: number;

  @Id({ optional: true, example: 3, description: 'to which of the linked accounts; absent: to the default' })
  linkedAccountId?: number;
}
