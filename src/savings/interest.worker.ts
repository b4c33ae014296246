import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock, seoulDate } from '../platform/clock/clock.js';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { InterestRepository } from './interest.repository.js';
import { InterestService } from './interest.service.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** In Seoul: late enough that nothing of the day before is still on its way. */
const POSTED_AT_HOUR = 4;
/** Accounts that are taken at once. */
const TAKEN_MAX = 64;
/** Postings on their way at once: half of a group of movements, so that payments have the other half. */
const AT_ONCE = 64;
/** The rest after each of these, as a multiple of the time that it took. */
const REST_FACTOR = 1;
const BROUGHT_ALONG_MAX = 1_000;

/**
 * Posts interest from 04:00 in Seoul on, and makes up for days that were missed. Every instance runs it; each takes
 * accounts that no other has. One that dies leaves its accounts to the others, after seconds.
 */
@Injectable()
export class InterestWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(InterestWorker.name);
  private readonly rounds = new Rounds((signal) => this.round(signal));
  /** On which day accounts without a row were looked for last. */
  private broughtAlongOn: string | undefined;

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly interest: InterestService,
    private readonly repository: InterestRepository,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(this.config.savingsIntervalMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    try {
      await this.bringAlong(seoulDate(this.clock.now()));
      while (!signal.aborted && (await this.postSome(dueThrough(this.clock.now()), signal)));
    } catch (error) {
      if (!signal.aborted) this.logger.warn({ message: 'interest is posted in the next round', err: error });
    }
  }

  /** Whether there may be more. */
  private async postSome(day: string, signal: AbortSignal): Promise<boolean> {
    const taken = await this.transactions.run('take-savings', (tx) => this.repository.take(tx, day, TAKEN_MAX));
    if (taken.length === 0) return false;
    const { due, cut } = await this.interest.plan(taken, day);
    const late = new Set<number>();
    for (let from = 0; from < due.length && !signal.aborted; from += AT_ONCE) {
      const startedAt = performance.now();
      const some = due.slice(from, from + AT_ONCE);
      const posted = await Promise.all(some.map((one) => this.interest.post(one)));
      some.forEach(({ accountId }, index) => posted[index] || late.add(accountId));
      await sleep((performance.now() - startedAt) * REST_FACTOR, undefined, { signal });
    }
    if (signal.aborted) return false;
    // Those that are late are left until their time with us is over: somebody else may have them locked.
    const ids = taken.map(({ accountId }) => accountId).filter((id) => !late.has(id));
    const back = { seen: ids.filter((id) => !cut.has(id)), others: ids.filter((id) => cut.has(id)) };
    await this.transactions.run('give-savings-back', (tx) => this.repository.giveBack(tx, day, back));
    return true;
  }

  private async bringAlong(today: string): Promise<void> {
    if (this.broughtAlongOn === today) return;
    const some = () =>
      this.transactions.run('bring-savings-along', (tx) => this.repository.bringAlong(tx, today, BROUGHT_ALONG_MAX));
    while ((await some()) === BROUGHT_ALONG_MAX);
    this.broughtAlongOn = today;
  }
}

/** The last day whose interest is due: YYYY-MM-DD in Seoul. */
function dueThrough(now: Date): string {
  return seoulDate(new Date(now.getTime() - POSTED_AT_HOUR * HOUR_MS - DAY_MS));
}
