import { Shown } from '../../platform/docs/shown.js';

export const ORDER_KINDS = ['WITHDRAWAL', 'PAYOUT'] as const;

/** What a bank was asked for, for one movement. */
export class BankOrderDto {
  @Shown.choice(ORDER_KINDS, { description: 'what the bank was to do: take money for us, or pay it' }) kind!: string;
  @Shown.text({ example: 'M202512345U4BC34239Z', description: 'what the bank knows it by' }) bankTranId!: string;
  @Shown.choice(['PENDING', 'DONE', 'REFUSED'], { description: 'PENDING: the bank has not clearly said' })
  status!: string;
  @Shown.won({ example: 5_000, description: 'what the bank was asked for, in won' }) amount!: number;
  @Shown.won({ example: 3_000, description: 'what is set aside meanwhile on the main account, in won' })
  heldAmount!: number;
  @Shown.id({ description: 'the linked account that it is taken from, or paid to' }) linkedAccountId!: number;
  @Shown.text({ example: 'HANA BANK', description: 'the bank, as the user calls it' }) bank!: string;
  @Shown.text({ example: '081', description: "the bank's code" }) bankCode!: string;
  @Shown.text({ example: '2025-02-26', description: 'the day whose limit it counts for, in Asia/Seoul' })
  businessDate!: string;
  @Shown.dateTime({ description: 'when the bank was first asked' }) askedAt!: string;
  @Shown.count({ example: 2, description: 'how often it was asked what became of it' }) inquiries!: number;
  @Shown.dateTime({ optional: true, description: 'when it is asked next; only while PENDING' }) nextInquiryAt?: string;
  @Shown.dateTime({ optional: true, description: 'when it was last sent again' }) resentAt?: string;
  @Shown.text({ optional: true, example: 'UNAVAILABLE', description: 'why it was not passed on when it was' })
  turnedAway?: string;
  @Shown.text({ optional: true, example: 'BALANCE_SHORT', description: 'why the bank said no; only of REFUSED' })
  refusal?: string;
  @Shown.dateTime({ optional: true, description: 'when its outcome was known' }) settledAt?: string;
}
