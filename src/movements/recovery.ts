import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  afterNoSuchId,
  BankClient,
  type BankOrders,
  type DueOrder,
  INQUIRIES_MAX,
  type InquiryOutcome,
  Payouts,
  Withdrawals,
} from '../bank/index.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Metrics } from '../platform/metrics/metrics.js';
import type { Resolution } from './movement.decision.js';
import { MovementTypes } from './movement-types.js';
import { type MovementRow, MovementsRepository } from './movements.repository.js';
import { SystemAccounts } from './system-accounts.js';
import { BankStep, verdictOf } from './bank-step.js';

/** How many of one bank's cases are looked at in a round. */
const CASES_MAX = 2_000;
/**
 * Recovery has so many calls for each one that a bank's customers may have at once, and at least one; they are its own.
 */
const CALLS_SHARE = 1 / 8;
/** When so many accounts get no answer, it is their bank that gives none. */
const SILENT_ACCOUNTS_MAX = 3;
/** The pause doubles with each inquiry, up to here while the case is young, and up to the second one after an hour. */
const PAUSE_BASE_MS = 1_000;
const PAUSE_MAX_MS = 10_000;
const PAUSE_MAX_OLD_MS = 300_000;
const OLD_SECONDS = 3_600;

type Verdict = Resolution['verdict'];

/** Orders of one kind that one inquiry may be about. */
interface DueList {
  readonly orders: BankOrders;
  readonly due: readonly { readonly movementId: number }[];
}

/** One round's questions to one bank. */
class Asking {
  /** The accounts that get no answer. */
  readonly silent = new Set<string>();

  constructor(private readonly signal: AbortSignal) {}

  /** The bank gives no answer, or this process ends. */
  get isOver(): boolean {
    return this.silent.size >= SILENT_ACCOUNTS_MAX || this.signal.aborted;
  }
}

/**
 * Resolves the movements of one bank that a dead process, or an unknown answer, left open. A definite answer is
 * settled; no such id means that the bank is asked again under the same id, which it takes once, or that it can't take
 * it any more; everything else waits for another round. Nothing is ever guessed. Withdrawals and payouts go the same
 * way, each list of one kind.
 */
@Injectable()
export class Recovery {
  private readonly logger = new Logger(Recovery.name);
  private readonly callsMax: number;
  private readonly pauseMaxSeconds: number;

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly withdrawals: Withdrawals,
    private readonly payouts: Payouts,
    private readonly movements: MovementsRepository,
    private readonly types: MovementTypes,
    private readonly systemAccounts: SystemAccounts,
    private readonly bankStep: BankStep,
    private readonly bank: BankClient,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {
    this.callsMax = Math.max(1, Math.floor(config.bankConcurrency * CALLS_SHARE));
    this.pauseMaxSeconds = Math.ceil(Math.max(PAUSE_MAX_OLD_MS, config.recoveryFirstDelayMs) / 1000) + 1;
  }

  async listDueBanks(): Promise<string[]> {
    const lists = await this.transactions.read('recovery', async (reader) => [
      await this.withdrawals.listDueBanks(reader, this.pauseMaxSeconds),
      await this.payouts.listDueBanks(reader, this.pauseMaxSeconds),
    ]);
    return [...new Set(lists.flat())];
  }

  /** Asks one bank about what is due, by a few calls at a time. Handles its own errors. */
  async ask(bankCode: string, signal: AbortSignal): Promise<void> {
    try {
      const lists = inTurns(await this.listsOf(this.withdrawals, bankCode), await this.listsOf(this.payouts, bankCode));
      const asking = new Asking(signal);
      const worker = async () => {
        for (let list = lists.shift(); list && !asking.isOver; list = lists.shift()) {
          await this.orReport(list.due, this.askAboutSome(list.orders, list.due, asking));
        }
      };
      await Promise.all(Array.from({ length: this.callsMax }, worker));
    } catch (error) {
      this.logger.warn({ message: `bank ${bankCode} is asked again in the next round`, err: error });
    }
  }

  /**
   * Takes an open order out of its turn; none while the request that made it has its time, or when it is settled.
   * `mayAsk` decides with the order locked.
   */
  async takeNow(
    tx: EntityManager,
    orders: BankOrders,
    movementId: number,
    mayAsk: () => Promise<boolean>,
  ): Promise<DueOrder[]> {
    const isOpen = await orders.lockToAsk(tx, movementId, this.pauseMaxSeconds);
    return isOpen && (await mayAsk()) ? orders.take(tx, [movementId], pauseMs) : [];
  }

  /** Asks about orders of one kind that were just taken, and settles what is known then. Handles its own errors. */
  askAboutTaken(orders: BankOrders, taken: readonly DueOrder[], signal: AbortSignal): Promise<void> {
    return this.orReport(taken, this.askAbout(orders, taken, performance.now(), new Asking(signal)));
  }

  /** What is due of one kind, in lists that are worth a call each. */
  private async listsOf(orders: BankOrders, bankCode: string): Promise<DueList[]> {
    const due = await this.transactions.read('recovery', (reader) =>
      orders.listDue(reader, bankCode, this.pauseMaxSeconds, CASES_MAX),
    );
    const lists: DueList[] = [];
    while (due.length > 0) lists.push({ orders, due: due.splice(0, INQUIRIES_MAX) });
    return lists;
  }

  /** Cases that can't be resolved must not keep the others waiting. */
  private async orReport(cases: DueList['due'], asking: Promise<void>): Promise<void> {
    try {
      await asking;
    } catch (error) {
      this.logger.error({ message: `movements ${cases.map(({ movementId }) => movementId).join(', ')}`, err: error });
    }
  }

  private async askAboutSome(orders: BankOrders, due: DueList['due'], asking: Asking): Promise<void> {
    const ids = due.map(({ movementId }) => movementId);
    const takenMs = performance.now();
    const taken = await this.transactions.run('recovery', (tx) =>
      orders.takeDue(tx, ids, this.pauseMaxSeconds, pauseMs),
    );
    await this.askAbout(orders, taken, takenMs, asking);
  }

  private async askAbout(
    orders: BankOrders,
    taken: readonly DueOrder[],
    takenMs: number,
    asking: Asking,
  ): Promise<void> {
    if (taken.length === 0) return;
    const answers = await this.inquire(taken, asking);
    const verdicts = new Map<DueOrder, Verdict>();
    const toResend: DueOrder[] = [];
    for (const [one, answer] of answers) {
      const verdict = answer.kind === 'notFound' ? this.afterNoSuchId(one, toResend) : verdictOf(answer);
      if (verdict) verdicts.set(one, verdict);
    }
    for (const [one, verdict] of await this.resend(orders, toResend, takenMs, asking)) verdicts.set(one, verdict);
    this.metrics.recoveryTotal.inc({ outcome: 'unknown' }, taken.length - verdicts.size);
    await this.settle(verdicts);
  }

  /**
   * One list; where nothing is heard of it, each account's cases alone, as one of them may be what the bank chokes on.
   */
  private async inquire(taken: readonly DueOrder[], asking: Asking): Promise<Map<DueOrder, InquiryOutcome>> {
    const answers = await this.inquireList(taken);
    if (![...answers.values()].every(isUnanswered)) return answers;
    for (const [account, own] of Map.groupBy(taken, accountOf)) {
      if (asking.isOver) break;
      if (asking.silent.has(account)) continue;
      const ownAnswers = own.length === taken.length ? answers : await this.inquireList(own);
      if ([...ownAnswers.values()].every(isUnanswered)) asking.silent.add(account);
      else for (const [one, answer] of ownAnswers) answers.set(one, answer);
    }
    return answers;
  }

  private async inquireList(list: readonly DueOrder[]): Promise<Map<DueOrder, InquiryOutcome>> {
    const outcomes = await this.bank.inquireAll(list.map(({ order }) => order));
    return new Map(list.map((one, place) => [one, outcomes[place] as InquiryOutcome]));
  }

  private afterNoSuchId(one: DueOrder, toResend: DueOrder[]): Verdict | null {
    switch (afterNoSuchId(one, this.config)) {
      case 'resend':
        toResend.push(one);
        return null;
      case 'wait':
        return null;
      case 'over':
        return { kind: 'refused', reason: one.turnedAway ?? 'UNAVAILABLE' };
    }
  }

  /** One after the other, while their day lasts, and no more of an account that gets no answer. */
  private async resend(
    orders: BankOrders,
    due: readonly DueOrder[],
    takenMs: number,
    asking: Asking,
  ): Promise<Map<DueOrder, Verdict>> {
    const verdicts = new Map<DueOrder, Verdict>();
    if (due.length === 0) return verdicts;
    const ids = due.map(({ movementId }) => movementId);
    await this.transactions.run('recovery', (tx) => orders.noteResending(tx, ids));
    for (const one of due) {
      const account = accountOf(one);
      if (asking.isOver) break;
      // The day may have ended since they were taken.
      const sinceDayEndSeconds = one.sinceDayEndSeconds + (performance.now() - takenMs) / 1000;
      const mayBeSent = afterNoSuchId({ ...one, sinceDayEndSeconds }, this.config) === 'resend';
      if (asking.silent.has(account) || !mayBeSent) continue;
      const { movementId, order } = one;
      const outcome = await this.bank.resend(order);
      const verdict = verdictOf(outcome);
      if (verdict) verdicts.set(one, verdict);
      if (isUnanswered(outcome)) asking.silent.add(account);
      // The account is refused for good; whatever else turns a repetition away may pass.
      if (outcome.kind !== 'unknown' || outcome.turnedAway !== 'ACCOUNT_REFUSED') continue;
      const reason = outcome.turnedAway;
      await this.transactions.run('recovery', (tx) => orders.noteTurnedAway(tx, movementId, reason));
    }
    return verdicts;
  }

  private async settle(verdicts: ReadonlyMap<DueOrder, Verdict>): Promise<void> {
    const ids = [...verdicts.keys()].map(({ movementId }) => movementId);
    const movements = await this.transactions.read('recovery', (reader) => this.movements.findRows(reader, ids));
    const settling = [...verdicts].map(async ([one, verdict]) => {
      const movement = movements.get(one.movementId);
      if (movement) return this.settleOne(one, movement, verdict);
      this.logger.error(`${one.order.kind} of movement ${one.movementId}, which does not exist`);
    });
    await Promise.all(settling);
  }

  private async settleOne(
    { movementId, order }: DueOrder,
    { type, accountId, counterAccountId, amount }: MovementRow,
    verdict: Verdict,
  ): Promise<void> {
    const declaration = this.types.get(type);
    const ofUsers = { main: accountId, ...(counterAccountId !== null && { counter: counterAccountId }) };
    const accounts = { ...ofUsers, ...(await this.systemAccounts.of(declaration)) };
    const resolution = { movementId, declaration, accounts, amount, verdict, ofFirstMessage: false };
    const settled = await this.bankStep.settle(resolution, order);
    this.metrics.recoveryTotal.inc({ outcome: settled ? settled.status.toLowerCase() : 'unwritten' });
    if (settled) this.logger.log(`movement ${movementId} (${order.bankTranId}) was open and is ${settled.status} now`);
  }
}

/** One of the first, one of the second, and so on: neither kind waits for all of the other. */
function inTurns<T>(first: readonly T[], second: readonly T[]): T[] {
  const longest = Math.max(first.length, second.length);
  return Array.from({ length: longest }, (_, place) => [
    ...first.slice(place, place + 1),
    ...second.slice(place, place + 1),
  ]).flat();
}

function accountOf({ order }: DueOrder): string {
  return order.fintechUseNum;
}

function isUnanswered(outcome: InquiryOutcome): boolean {
  return outcome.kind === 'unknown' && outcome.isUnanswered === true;
}

function pauseMs(inquiries: number, ageSeconds: number): number {
  const max = ageSeconds > OLD_SECONDS ? PAUSE_MAX_OLD_MS : PAUSE_MAX_MS;
  return Math.min(PAUSE_BASE_MS * 2 ** Math.min(inquiries, 20), max);
}
