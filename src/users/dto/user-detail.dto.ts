import { Shown } from '../../platform/docs/shown.js';

export class NewAccountDto {
  @Shown.id() accountId!: number;
  @Shown.text({ example: '3333-12-3456789' }) accountNumber!: string;
  @Shown.choice(['MAIN', 'SAVINGS']) type!: string;
  @Shown.won({ example: 0 }) balance!: number;
}

export class ExternalAccountDto {
  @Shown.text({ example: 'HANA BANK' }) bank!: string;
  @Shown.text({ example: '******7890', description: 'masked' }) accountNumber!: string;
}

export class SignedUpDetailDto {
  @Shown.id() userId!: number;
  @Shown.text() name!: string;
  @Shown.text({ example: 'hello@gmail' }) email!: string;
  @Shown.object(() => NewAccountDto) mainAccount!: NewAccountDto;
  @Shown.object(() => ExternalAccountDto) externalAccount!: ExternalAccountDto;
}

export class UserAccountDto extends NewAccountDto {
  @Shown.won({ description: 'the balance less what is held for open movements' }) availableBalance!: number;
}

export class ExternalAccountUseDto extends ExternalAccountDto {
  @Shown.won({ example: 3_000_000 }) dailyLimit!: number;
  @Shown.won({ example: 0 }) usedToday!: number;
  @Shown.won({ example: 3_000_000 }) remainingToday!: number;
}

export class UserDetailDto {
  @Shown.id() userId!: number;
  @Shown.text() name!: string;
  @Shown.text({ example: 'hello@gmail' }) email!: string;
  @Shown.list(() => UserAccountDto) accounts!: UserAccountDto[];
  @Shown.object(() => ExternalAccountUseDto) externalAccount!: ExternalAccountUseDto;
}
