import { Id, Won } from '../../platform/http/fields.js';

export class OpenSavingsDto {
  @Id() userId!: number;
}

export class SavingsDepositDto {
  @Id() userId!: number;

  @Won({ example: 10_000 }) amount!: number;

  @Id({ optional: true, description: 'needed when the user has several savings accounts', example: 7 })
  accountId?: number;
}
