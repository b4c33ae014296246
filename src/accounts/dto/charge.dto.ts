import { Id, Won } from '../../platform/http/fields.js';

export class ChargeDto {
  @Id({ description: 'whose main account' }) userId!: number;

  @Won({ example: 50_000, description: 'what is to be charged, in won' }) amount!: number;
}
