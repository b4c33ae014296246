import { Injectable } from '@nestjs/common';
import { BusinessDays } from '../ledger/index.js';
import { PartnersService } from '../partners/index.js';
import { type LinesPage, type PartnerAccount, type PaymentLine, PaymentLinesRepository } from '../payments/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { pagesFrom, type Turn } from '../platform/http/pages.js';

export interface SettlementLines {
  readonly lines: readonly PaymentLine[];
  /** The movement before which the next page begins; null when this is the last one. */
  readonly before: number | null;
  /** These lines are those of the day for ever. */
  readonly isClosed: boolean;
}

/** What a page looks through at least: some failed payments make it neither short nor slow. */
const LOOKED_AT_MIN = 200;
/** All that is in memory of a day on its way. */
const LINES_AT_ONCE = 1_000;

@Injectable()
export class SettlementLinesService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly payments: PaymentLinesRepository,
    private readonly partners: PartnersService,
    private readonly businessDays: BusinessDays,
  ) {}

  /**
   * Lines of a business day before a movement, newest first: each is an entry of the partner's account. A day that is
   * over is closed first. Where many payments failed a page may have fewer lines than asked for, and not be the last.
   *
   * @throws Refusal InvalidMerchant; TemporarilyUnavailable while something of a day that is over may be committed
   */
  async list(partnerId: number, day: string, limit: number, before: number): Promise<SettlementLines> {
    const { account, isClosed } = await this.open(partnerId, day);
    const page = await this.read(account, day, before, Math.max(limit + 1, LOOKED_AT_MIN));
    const lines = page.lines.slice(0, limit);
    const next = page.lines.length > limit ? (lines.at(-1)?.movementId ?? null) : page.before;
    return { lines, before: next, isClosed };
  }

  /**
   * All lines of a business day, newest first, some at a time: the next ones are read when these were taken, and no
   * connection is kept in between. What is refused is refused before the first ones are there.
   *
   * @throws Refusal InvalidMerchant; TemporarilyUnavailable while something of a day that is over may be committed
   */
  async readAll(partnerId: number, day: string, turn: Turn): Promise<AsyncIterable<LinesPage>> {
    const { account } = await this.open(partnerId, day);
    const read = (before: number) => this.read(account, day, before, LINES_AT_ONCE);
    return pagesFrom(
      await read(Number.MAX_SAFE_INTEGER),
      ({ before }) => before,
      (before) => turn(() => read(before)),
    );
  }

  private async open(partnerId: number, day: string): Promise<{ account: PartnerAccount; isClosed: boolean }> {
    const accountId = await this.partners.getPayableAccountId(partnerId);
    const isClosed = this.businessDays.isOver(day);
    if (isClosed) await this.businessDays.close(day);
    return { account: { partnerId, accountId }, isClosed };
  }

  private read(account: PartnerAccount, day: string, before: number, lookAt: number): Promise<LinesPage> {
    return this.transactions.read('list-settlement-lines', (reader) =>
      this.payments.listBefore(reader, account, day, before, lookAt),
    );
  }
}
