import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OperatorActs, type PlannedAct } from '../acts/index.js';
import { type BankOrders, type DueOrder, type OrderState, Payouts, Withdrawals } from '../bank/index.js';
import { Clock } from '../platform/clock/clock.js';
import { within } from '../platform/clock/within.js';
import { Config } from '../platform/config/config.js';
import { CommitUnknown } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { inTime } from '../platform/http/in-time.js';
import { Recovery } from './recovery.js';

/** Operators have the bank asked about the same movement at most so often, all of them together. */
const PAUSE_MS = 10_000;
/** And about so many movements at once, through one instance: a bank that hangs is not to be asked by more and more. */
const AT_ONCE_MAX = 8;
/** The share of the caller's time that the bank has; the rest is for reading what is known then. */
const BANK_SHARE = 3 / 4;

/** How an order stands once it was asked about, or not. */
export interface Inquired extends OrderState {
  readonly isAsked: boolean;
  /** The bank was asked, and has not answered yet. */
  readonly isLate: boolean;
}

/**
 * What an operator asks a bank about, out of turn. It goes recovery's way: the order is taken, so that no instance's
 * recovery asks meanwhile, and asked about and settled as ever. Whoever is settling it at the same moment is followed.
 */
@Injectable()
export class InquiriesService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(InquiriesService.name);
  private readonly ending = new AbortController();
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly withdrawals: Withdrawals,
    private readonly payouts: Payouts,
    private readonly recovery: Recovery,
    private readonly acts: OperatorActs,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await Promise.allSettled(this.underWay);
  }

  /**
   * Asks at once, and answers within ANSWER_WITHIN_MS how the order stands then. The act is committed before the bank
   * hears anything. Nobody is asked, and nothing recorded, when the order is settled, when an operator has asked within
   * PAUSE_MS, while the request that made it still asks itself, and when too much is being asked.
   *
   * @throws Refusal NotFound for a movement without an order; TemporarilyUnavailable
   */
  async inquire(movementId: number, act: PlannedAct): Promise<Inquired> {
    const startedMs = performance.now();
    const until = startedMs + this.config.answerWithinMs;
    const orders = await inTime(this.ordersOf(movementId), until);
    let isAsked = false;
    const asking = this.ask(orders, movementId, act, () => (isAsked = true)).then(() => ({}));
    const heard = await within(asking, startedMs + this.config.answerWithinMs * BANK_SHARE - performance.now());
    const state = await inTime(this.stateOf(orders, movementId), until);
    if (!state) throw new Error(`the ${orders.kind} of movement ${movementId} is gone`);
    return { ...state, isAsked, isLate: isAsked && !heard && state.status === 'PENDING' };
  }

  /** Goes on when nobody waits for it any more; `onAsked` is called once the bank is. */
  private async ask(orders: BankOrders, movementId: number, act: PlannedAct, onAsked: () => void): Promise<void> {
    if (this.underWay.size >= AT_ONCE_MAX) return;
    const asking = this.takeAndAsk(orders, movementId, act, onAsked);
    const ended = asking.catch((error: unknown) => {
      this.logger.warn({ message: `an inquiry about movement ${movementId}`, err: error });
    });
    this.underWay.add(ended);
    void ended.finally(() => this.underWay.delete(ended));
    await asking;
  }

  private async takeAndAsk(
    orders: BankOrders,
    movementId: number,
    act: PlannedAct,
    onAsked: () => void,
  ): Promise<void> {
    const taken = await this.take(orders, movementId, act);
    if (taken.length === 0) return;
    onAsked();
    await this.recovery.askAboutTaken(orders, taken, this.ending.signal);
  }

  /** Takes the order and records the act, in one transaction; nothing when nobody is to be asked. */
  private async take(orders: BankOrders, movementId: number, act: PlannedAct): Promise<DueOrder[]> {
    const work = async (tx: EntityManager) => {
      const at = this.clock.now();
      const mayAsk = async () => !(await this.acts.isRecent(tx, act, at, PAUSE_MS));
      const taken = await this.recovery.takeNow(tx, orders, movementId, mayAsk);
      if (taken.length > 0) await this.acts.record(tx, { act, at });
      return taken;
    };
    try {
      return await this.transactions.run('inquire', work);
    } catch (error) {
      if (!(error instanceof CommitUnknown)) throw error;
      // Whether it was taken or not, recovery asks when its time comes.
      throw new Refusal('TemporarilyUnavailable', undefined, undefined, { cause: error });
    }
  }

  /** @throws Refusal NotFound */
  private async ordersOf(movementId: number): Promise<BankOrders> {
    for (const orders of [this.withdrawals, this.payouts]) {
      if (await this.stateOf(orders, movementId)) return orders;
    }
    throw new Refusal('NotFound');
  }

  private stateOf(orders: BankOrders, movementId: number): Promise<OrderState | null> {
    return this.transactions.read('find-order', (reader) => orders.findState(reader, movementId));
  }
}
