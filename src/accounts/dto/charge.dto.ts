import { Id, Won } from '../../platform/http/fields.js';

export class ChargeDto {
  @Id() userId!: number;

  @Won({ example: 50_000 }) amount!: number;
}
