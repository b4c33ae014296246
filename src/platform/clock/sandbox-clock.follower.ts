import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionRunner } from '../database/transaction-runner.js';
import { Rounds } from './rounds.js';
import { SandboxClock } from './sandbox-clock.js';

const LOOK_EVERY_MS = 500;
/** By then every instance that reaches the database has looked. */
export const FOLLOWED_WITHIN_MS = 1_000;

/**
 * The offset of a sandbox's clock is a row of the database: all instances have the same, also those that start later.
 * Each looks at it at its start, and then twice a second. While the database is away the last offset counts.
 */
@Injectable()
export class SandboxClockFollower implements BeforeApplicationShutdown {
  private readonly logger = new Logger('SandboxClock');
  private readonly rounds = new Rounds((signal) => this.round(signal));

  constructor(
    readonly clock: SandboxClock,
    private readonly transactions: TransactionRunner,
  ) {}

  /** To be called before anybody is told the time. */
  async begin(): Promise<void> {
    await this.look();
    this.rounds.start(LOOK_EVERY_MS);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  /** Reads the offset, and goes by it. */
  async look(): Promise<void> {
    const [row]: { offsetSeconds: number }[] = await this.transactions.read('look-at-clock', (reader) =>
      reader.query('SELECT offset_seconds AS offsetSeconds FROM sandbox_clock WHERE id = 1'),
    );
    if (!row) throw new Error('the row of the sandbox clock is gone');
    this.follow(row.offsetSeconds);
  }

  /** Moves the clock of all instances; when it returns they have had the time to follow. */
  async set(offsetSeconds: number): Promise<void> {
    await this.transactions.run('set-clock', (tx) =>
      tx.query('UPDATE sandbox_clock SET offset_seconds = ? WHERE id = 1', [offsetSeconds]),
    );
    this.follow(offsetSeconds);
    await sleep(FOLLOWED_WITHIN_MS);
  }

  private follow(offsetSeconds: number): void {
    if (offsetSeconds === this.clock.offsetSeconds) return;
    this.clock.offsetSeconds = offsetSeconds;
    this.logger.warn({ message: 'the clock was moved', offsetSeconds });
  }

  private async round(signal: AbortSignal): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      if (!signal.aborted) this.logger.warn({ message: 'the clock goes by its last offset', err: error });
    }
  }
}
