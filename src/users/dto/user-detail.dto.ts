import { Shown } from '../../platform/docs/shown.js';
import { VisibleAscii } from '../../platform/http/fields.js';

export class NewAccountDto {
  @Shown.id({ description: "the account's id" }) accountId!: number;
  @Shown.text({ example: '3333-12-3456789', description: 'its number, as people write it' }) accountNumber!: string;
  @Shown.choice(['MAIN', 'SAVINGS'], { description: 'what kind of account it is' }) type!: string;
  @Shown.won({ example: 0, description: 'what is on it, in won' }) balance!: number;
}

export class ExternalAccountDto {
  @Shown.text({ example: 'HANA BANK', description: 'the bank, as it was called when it was linked' }) bank!: string;
  @Shown.text({ example: '******7890', description: 'its number, masked but for the last four digits' })
  accountNumber!: string;
}

export class SignedUpDetailDto {
  @Shown.id({ description: "the user's id" }) userId!: number;
  @Shown.text({ description: "the user's name" }) name!: string;
  @Shown.text({ example: 'hello@gmail', description: "the user's e-mail address" }) email!: string;
  @Shown.object(() => NewAccountDto, { description: 'the one main account, which was opened' })
  mainAccount!: NewAccountDto;
  @Shown.object(() => ExternalAccountDto, { description: 'the account at another bank, which was linked' })
  externalAccount!: ExternalAccountDto;
}

export class UserAccountDto extends NewAccountDto {
  @Shown.won({ description: 'the balance less what is held for open movements, in won' }) availableBalance!: number;
  @Shown.dateTime({ optional: true, description: 'when it was closed; absent while it is open' }) closedAt?: string;
}

export class ExternalAccountUseDto extends ExternalAccountDto {
  @Shown.won({ example: 3_000_000, description: 'what may be taken on one business day, in won' })
  dailyLimit!: number;
  @Shown.won({ example: 0, description: 'what was taken, or may have been, today' }) usedToday!: number;
  @Shown.won({ example: 3_000_000, description: 'what may still be taken today' }) remainingToday!: number;
}

export class UserDetailDto {
  @Shown.id({ description: "the user's id" }) userId!: number;
  @Shown.text({ description: "the user's name" }) name!: string;
  @Shown.text({ example: 'hello@gmail', description: "the user's e-mail address" }) email!: string;
  @Shown.flag({ description: 'an operator has stopped it: nothing new moves on the main account' }) frozen!: boolean;
  @Shown.dateTime({ optional: true, description: 'since when; absent while it is not frozen' }) frozenAt?: string;
  @Shown.list(() => UserAccountDto, { description: 'all accounts' }) accounts!: UserAccountDto[];
  @Shown.object(() => ExternalAccountUseDto, { description: 'the default linked account at another bank' })
  externalAccount!: ExternalAccountUseDto;
}

export class UsersDto {
  @Shown.list(() => UserDetailDto, { description: 'the one user, or none' }) items!: UserDetailDto[];
}

export class UsersQueryDto {
  @VisibleAscii(257, { example: 'test-idempotency-key', description: 'the `Idempotency-Key` of the sign-up' })
  idempotencyKey!: string;
}

/** Nothing is known yet; `Location` asks by key. */
export class PendingResourceDto {}
