import { BankName } from '../../bank/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { AccountNumber } from '../../platform/http/fields.js';
import { ExternalAccountDto } from './user-detail.dto.js';

export class LinkAccountDto {
  @BankName()
  externalBank!: string;

  @AccountNumber({ example: '1234567890', description: 'the number of the account at that bank' })
  externalAccountNumber!: string;
}

export class LinkedAccountDto extends ExternalAccountDto {
  @Shown.id({ description: "the linked account's id" }) linkedAccountId!: number;
  @Shown.flag({ description: 'whether it is the one that top-ups take from' }) isDefault!: boolean;
  @Shown.dateTime({ description: 'when it was linked' }) linkedAt!: string;
}

export class LinkedAccountsDto {
  @Shown.list(() => LinkedAccountDto, { description: 'what is linked, in the order in which it was' })
  items!: LinkedAccountDto[];
}

export class RemovedLinkedAccountDto {
  @Shown.id({ description: 'what is linked no more' }) linkedAccountId!: number;
}
