import { Shown } from '../../platform/docs/shown.js';
import { USER_STATES } from '../../users/index.js';

export class UserPageAccountDto {
  @Shown.id({ example: 7, description: "the account's id" }) accountId!: number;
  @Shown.text({ example: '3333-12-3456789', description: 'its number' }) accountNumber!: string;
  @Shown.choice(['MAIN', 'SAVINGS'], { description: 'what kind of account it is' }) type!: string;
  @Shown.won({ description: 'what is on it, in won' }) balance!: number;
  @Shown.won({ example: 0, description: 'what of it is set aside for what is under way, in won' }) held!: number;
  @Shown.won({ description: 'the rest of it, in won' }) availableBalance!: number;
  @Shown.dateTime({ description: 'when it was opened' }) openedAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it was closed; absent while it is open' }) closedAt?: string;
}

export class UserPageLinkDto {
  @Shown.id({ description: "the linked account's id" }) linkedAccountId!: number;
  @Shown.text({ example: 'HANA BANK', description: 'the bank, as the user calls it' }) bank!: string;
  @Shown.text({ example: '081', description: "the bank's code" }) bankCode!: string;
  @Shown.text({ example: '******7890', description: 'its number, masked but for the last four digits' })
  accountNumber!: string;
  @Shown.flag({ example: true, description: 'whether top-ups take from it' }) isDefault!: boolean;
  @Shown.dateTime({ description: 'when it was linked' }) linkedAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it was removed; absent while it is linked' })
  removedAt?: string;
}

export class UserPageLimitDto {
  @Shown.won({ example: 3_000_000, description: 'what may be taken on one business day, in won' })
  dailyLimit!: number;
  @Shown.won({ example: 0, description: 'what was taken, or may have been, today' }) usedToday!: number;
  @Shown.won({ example: 3_000_000, description: 'what may still be taken today' }) remainingToday!: number;
}

export class UserPageAgreementDto {
  @Shown.id({ example: 5, description: "the agreement's id" }) agreementId!: number;
  @Shown.id({ example: 100, description: 'who may take money' }) partnerId!: number;
  @Shown.text({ example: '길동상회', description: 'what the partner is called' }) partnerName!: string;
  @Shown.choice(['ACTIVE', 'ENDED', 'EXPIRED'], { description: 'ENDED: it was taken back, or replaced' })
  status!: string;
  @Shown.won({ example: 50_000, description: 'what one payment may come to, in won' }) limitPerPayment!: number;
  @Shown.won({ example: 200_000, description: 'what payments of one day may come to, in won' }) limitPerDay!: number;
  @Shown.won({ example: 23_000, description: 'what the partner has taken today, in won' }) usedToday!: number;
  @Shown.dateTime({ description: 'when it was agreed to' }) agreedAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it ends by itself' }) expiresAt?: string;
  @Shown.dateTime({ optional: true, description: 'when it was taken back, or replaced' }) endedAt?: string;
}

export class UserPageDto {
  @Shown.id({ description: "the user's id" }) userId!: number;
  @Shown.text({ description: "the user's name; a placeholder of one who has left" }) name!: string;
  @Shown.text({ example: 'hello@gmail', description: "the user's e-mail address; a placeholder of one who has left" })
  email!: string;
  @Shown.choice(USER_STATES, { description: 'FROZEN: nothing new moves; CLOSED: the wallet is, and nothing is left' })
  state!: string;
  @Shown.dateTime({ description: 'when the user signed up' }) signedUpAt!: string;
  @Shown.dateTime({ optional: true, description: 'since when it is frozen; only of FROZEN' }) frozenAt?: string;
  @Shown.dateTime({ optional: true, description: 'when the wallet was closed; only of CLOSED' }) closedAt?: string;
  @Shown.list(() => UserPageAccountDto, { description: 'all accounts, the main account first' })
  accounts!: UserPageAccountDto[];
  @Shown.list(() => UserPageLinkDto, { description: 'the accounts at banks, removed ones too; none of CLOSED' })
  linkedAccounts!: UserPageLinkDto[];
  @Shown.object(() => UserPageLimitDto, { optional: true, description: 'of what is taken from banks; not of CLOSED' })
  limit?: UserPageLimitDto;
  @Shown.list(() => UserPageAgreementDto, {
    description: 'the last 20, newest first; all are at `GET /users/{userId}/agreements`',
  })
  agreements!: UserPageAgreementDto[];
}
