import { Shown } from '../../platform/docs/shown.js';
import { QueryCursor, QueryDay, QueryLimit } from '../../platform/http/query-fields.js';
import { LINE_TYPES, type LineType } from '../../payments/index.js';

/** A leap year. */
export const DAYS_MAX = 366;

export class SettlementQueryDto {
  @QueryDay({ optional: true, description: 'one business day in Asia/Seoul, alone' }) date?: string;

  @QueryDay({ optional: true, description: 'the first business day of a period, in Asia/Seoul' }) from?: string;

  @QueryDay({
    optional: true,
    description: `its last one, at most ${DAYS_MAX} days in all; the same as \`from\` when absent`,
  })
  to?: string;

  @QueryLimit(31, DAYS_MAX) limit!: number;

  @QueryCursor() cursor?: string;
}

export class SettlementDto {
  @Shown.text({ example: '2025-02-26', description: 'the business day, in Asia/Seoul' }) date!: string;
  @Shown.id({ example: 100, description: 'whose settlement' }) partnerId!: number;
  @Shown.count({ example: 3, description: 'payments approved on this day, and captures of it' }) count!: number;
  @Shown.won({ example: 69_000, description: 'what these come to, in won' }) gross!: number;
  @Shown.count({ example: 1, description: 'cancels of this day, whenever their payments were' }) cancelCount!: number;
  @Shown.won({ example: 10_000, description: 'what these cancels come to, in won' }) cancels!: number;
  @Shown.signedWon({ example: 59_000, description: 'gross less cancels, in won; negative when more was given back' })
  net!: number;
}

export class SettledDayDto {
  @Shown.text({ example: '2025-02-26', description: 'the business day, in Asia/Seoul' }) date!: string;
  @Shown.count({ example: 3, description: 'payments approved on this day' }) paymentCount!: number;
  @Shown.won({ example: 69_000, description: 'what these payments come to, in won' }) payments!: number;
  @Shown.count({ example: 0, description: 'payments in two steps that were captured on this day' })
  captureCount!: number;
  @Shown.won({ example: 0, description: 'what was captured of these, in won' }) captures!: number;
  @Shown.count({ example: 1, description: 'cancels of this day, whenever their payments were' }) cancelCount!: number;
  @Shown.won({ example: 10_000, description: 'what these cancels come to, in won' }) cancels!: number;
  @Shown.signedWon({
    example: 59_000,
    description: 'payments and captures less cancels, in won; negative when more was given back',
  })
  net!: number;
  @Shown.flag({ example: true, description: 'whether this is said of the day for ever; false while it may grow' })
  isClosed!: boolean;
}

export class SettledDaysDto {
  @Shown.id({ example: 100, description: 'whose settlements' }) partnerId!: number;
  @Shown.list(() => SettledDayDto, { description: 'a line for each day, oldest first' }) items!: SettledDayDto[];
  @Shown.text({ nullable: true, description: 'the `cursor` of the next page; null on the last one', example: 'MTIz' })
  nextCursor!: string | null;
}

export class SettlementLinesQueryDto {
  @QueryLimit(100, 500) limit!: number;

  @QueryCursor() cursor?: string;
}

export class SettlementLineDto {
  @Shown.dateTime({ description: 'when it was booked' }) occurredAt!: string;
  @Shown.choice(LINE_TYPES, {
    description: 'a payment, what was captured of one in two steps, or what was given back of either',
  })
  type!: LineType;
  @Shown.id({ example: 15, description: "the payment's id" }) paymentId!: number;
  @Shown.id({ optional: true, example: 16, description: "the cancel's id; only of one" }) cancelId?: number;
  @Shown.id({ optional: true, example: 17, description: "the capture's id; only of one" }) captureId?: number;
  @Shown.text({ example: 'partner-key-123', description: "the payment's order" }) partnerPayKey!: string;
  @Shown.signedWon({ example: 23_000, description: 'what it adds to the settlement, in won; negative of a cancel' })
  amount!: number;
}

export class SettlementLinesDto {
  @Shown.text({ example: '2025-02-26', description: 'the business day, in Asia/Seoul' }) date!: string;
  @Shown.id({ example: 100, description: 'whose settlement' }) partnerId!: number;
  @Shown.flag({ example: true, description: 'whether these are its lines for ever; false while there may be more' })
  isClosed!: boolean;
  @Shown.list(() => SettlementLineDto, { description: 'its lines, newest first' }) items!: SettlementLineDto[];
  @Shown.text({ nullable: true, description: 'the `cursor` of the next page; null on the last one', example: 'MTIz' })
  nextCursor!: string | null;
}
