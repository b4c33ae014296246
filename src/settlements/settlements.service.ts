import { Injectable } from '@nestjs/common';
import { BusinessDays } from '../ledger/index.js';
import { PartnersService } from '../partners/index.js';
import type { PartnerAccount } from '../payments/index.js';
import { addDays } from '../platform/clock/clock.js';
import { CommitUnknown, isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { pagesFrom, type Turn } from '../platform/http/pages.js';
import { DaySums, nothingOn } from './day-sums.js';
import { type Days, type DaySum, type Settlement, settlementOf, type ToldPart } from './settlement.js';
import { SettlementsRepository } from './settlements.repository.js';

export interface SettledDay {
  /** YYYY-MM-DD in Asia/Seoul */
  readonly day: string;
  readonly settlement: Settlement;
  /** What is said of it is said for ever. */
  readonly isClosed: boolean;
}

export interface SettledDays {
  readonly days: readonly SettledDay[];
  /** The day with which the next page begins; null when this is the last one. */
  readonly next: string | null;
}

/** Of a whole period on its way. */
const DAYS_AT_ONCE = 31;
/** How much a page sums of days that were not told yet, half a second's work, before it ends early. */
const SUMMED_MAX = 100_000;

@Injectable()
export class SettlementsService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly settlements: SettlementsRepository,
    private readonly sums: DaySums,
    private readonly partners: PartnersService,
    private readonly businessDays: BusinessDays,
  ) {}

  /**
   * A business day of a partner's, by the ledger. Today's grows. One that is over is closed first, so that nothing can
   * be added to it any more, and what is said of it is kept and said for ever.
   *
   * @param day YYYY-MM-DD in Asia/Seoul
   * @throws Refusal InvalidMerchant; TemporarilyUnavailable while something of a day that is over may still be
   *   committed, and when it is not known whether what was summed is what will be said
   */
  async get(partnerId: number, day: string): Promise<Settlement> {
    const accountId = await this.partners.getPayableAccountId(partnerId);
    const days: Days = { from: day, to: day };
    const sum = async () => (await this.sums.sum({ partnerId, accountId }, days)).parts;
    if (!this.businessDays.isOver(day)) return settlementOf(await sum());
    const isFinal = await this.businessDays.close(day);
    if (!isFinal) return settlementOf([]);
    const told = await this.findTold(partnerId, days);
    if (told.length > 0) return settlementOf(told);
    const parts = await sum();
    return settlementOf(await this.tell(partnerId, parts.length > 0 ? parts : nothingOn(day)));
  }

  /**
   * The first `limit` business days of a period, oldest first, each as `get` has it. One to which something may still
   * be committed is not closed, and shown as it is by now. Days that were told are read; others are summed, as far as
   * that is quick, and told: with very many payments there are fewer days than asked for, but always one.
   *
   * @throws Refusal InvalidMerchant; TemporarilyUnavailable when it is not known whether what was summed is what will
   *   be said
   */
  async list(partnerId: number, { from, to }: Days, limit: number): Promise<SettledDays> {
    const accountId = await this.partners.getPayableAccountId(partnerId);
    const asked = daysOf({ from, to }).slice(0, limit);
    const last = asked.at(-1) ?? from;
    const states = await this.businessDays.closeOver(from, last);
    const isClosed = (day: string) => states.get(day) === 'closed';
    const sums = Map.groupBy(await this.findTold(partnerId, { from, to: last }), ({ day }) => day);
    const untold = asked.filter((day) => !sums.has(day));
    const through = await this.sumUntold({ partnerId, accountId }, untold, isClosed, sums);
    const days = asked
      .filter((day) => day <= (through ?? last))
      .map((day) => ({
        day,
        settlement: settlementOf(sums.get(day) ?? []),
        // What is not in the calendar never has anything.
        isClosed: isClosed(day) || (!states.has(day) && this.businessDays.isOver(day)),
      }));
    const shown = days.at(-1)?.day ?? last;
    return { days, next: shown < to ? addDays(shown, 1) : null };
  }

  /**
   * All business days of a period, as `list` has them, a page at a time: the next one is read when the one before was
   * taken. What is refused is refused before the first one is there.
   */
  async readAll(partnerId: number, days: Days, turn: Turn): Promise<AsyncIterable<SettledDays>> {
    const read = (from: string) => this.list(partnerId, { ...days, from }, DAYS_AT_ONCE);
    return pagesFrom(
      await read(days.from),
      ({ next }) => next,
      (from) => turn(() => read(from)),
    );
  }

  /**
   * Adds the sums of days that were not told yet, and tells those that are closed.
   *
   * @returns the last day that was summed where not all were; else null
   */
  private async sumUntold(
    account: PartnerAccount,
    untold: readonly string[],
    isClosed: (day: string) => boolean,
    sums: Map<string, readonly DaySum[]>,
  ): Promise<string | null> {
    let left = SUMMED_MAX;
    for (const run of runsOf(untold)) {
      if (left <= 0) return addDays(run.from, -1);
      const { parts, through, looked } = await this.sums.sum(account, run, left);
      left -= looked;
      const closed = parts.filter(({ day }) => isClosed(day));
      const open = parts.filter(({ day }) => !isClosed(day));
      const said = [...open, ...(await this.tell(account.partnerId, closed))];
      for (const [day, ofDay] of Map.groupBy(said, (it) => it.day)) sums.set(day, ofDay);
      if (through < run.to) return through;
    }
    return null;
  }

  private findTold(partnerId: number, days: Days): Promise<DaySum[]> {
    return this.transactions.read('find-settlement', (reader) => this.settlements.findTold(reader, partnerId, days));
  }

  /** Keeps what is said of closed days. Where somebody else has told one meanwhile, that is what is said of it. */
  private async tell(partnerId: number, parts: readonly ToldPart[]): Promise<readonly DaySum[]> {
    if (parts.length === 0) return [];
    try {
      await this.transactions.run('tell-settlement', (tx) => this.settlements.insertTold(tx, partnerId, parts));
      return parts;
    } catch (error) {
      if (!isDuplicateKey(error) && !(error instanceof CommitUnknown)) throw error;
      const days = [...new Set(parts.map(({ day }) => day))].sort();
      const found = await this.findTold(partnerId, { from: days[0] as string, to: days.at(-1) as string });
      const told = found.filter(({ day }) => days.includes(day));
      // The COMMIT may still arrive: the next request sees what became of it.
      if (told.length === 0) throw new Refusal('TemporarilyUnavailable', undefined, undefined, { cause: error });
      const untold = parts.filter(({ day }) => !told.some((it) => it.day === day));
      return [...told, ...(await this.tell(partnerId, untold))];
    }
  }
}

function daysOf({ from, to }: Days): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Days in their order, as runs without a gap. */
function runsOf(days: readonly string[]): Days[] {
  const runs: { from: string; to: string }[] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && addDays(run.to, 1) === day) run.to = day;
    else runs.push({ from: day, to: day });
  }
  return runs;
}
