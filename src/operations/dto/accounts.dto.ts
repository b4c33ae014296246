import { Shown } from '../../platform/docs/shown.js';
import { OwnedAccountDto } from './movements.dto.js';

/** What is set aside on an account for a movement that has not ended. */
export class AccountHoldDto {
  @Shown.id({ example: 42, description: 'the movement that it is for' }) transactionId!: number;
  @Shown.text({ example: 'AUTHORIZATION', description: 'what kind of movement it is; new ones may come' })
  type!: string;
  @Shown.id({ optional: true, example: 42, description: 'the payment; only of one' }) paymentId?: number;
  @Shown.won({ example: 3_000, description: 'what is set aside, in won' }) amount!: number;
  @Shown.dateTime({ description: 'when its movement was asked for' }) since!: string;
}

export class AccountPageDto extends OwnedAccountDto {
  @Shown.dateTime({ description: 'when it was opened' }) openedAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it was closed' }) closedAt?: string;
  @Shown.dateTime({ optional: true, description: 'since when nothing new moves on it' }) frozenAt?: string;
  @Shown.won({ optional: true, description: "only of a user's account: what is on it, in won" }) balance?: number;
  @Shown.won({ optional: true, example: 0, description: "only of a user's account: what of that is set aside, in won" })
  held?: number;
  @Shown.won({ optional: true, description: "only of a user's account: the rest, in won" }) availableBalance?: number;
  @Shown.list(() => AccountHoldDto, { description: 'what the money is set aside for, oldest first' })
  holds!: AccountHoldDto[];
  @Shown.flag({ example: true, description: 'false: it is set aside for more than the first 100' })
  hasAllHolds!: boolean;
}
