import { setTimeout as sleep } from 'node:timers/promises';

const ROWS_FIRST = 500;
const ROWS_MIN = 100;
const ROWS_MAX = 20_000;

/** How hard an audit works. */
export interface Speed {
  /** How long one snapshot should take: ranges grow and shrink towards it. */
  readonly rangeMs: number;
  /** The rest after each piece of work, as a multiple of the time it took. */
  readonly restFactor: number;
  /** The least pause between two calls of the bank. */
  readonly bankPauseMs: number;
}

/** For a person who waits for the result. */
export const FULL_SPEED: Speed = { rangeMs: 400, restFactor: 0, bankPauseMs: 0 };
/** Beside the traffic: it works a fifth of the time. */
export const BACKGROUND: Speed = { rangeMs: 100, restFactor: 4, bankPauseMs: 200 };
/** What was proven before, once more: a tenth of the time. */
export const AGAIN: Speed = { rangeMs: 100, restFactor: 9, bankPauseMs: 200 };

/** Keeps an audit at its speed, on a fast machine and on a busy one. */
export class Pace {
  private rows = ROWS_FIRST;
  private rowsMin = ROWS_MIN;

  /** @param signal aborts the audit at its next step */
  constructor(
    private readonly speed: Speed,
    private readonly signal?: AbortSignal,
  ) {}

  /** How many rows the next range should have. */
  get rangeRows(): number {
    return this.rows;
  }

  /** Another table, whose rows may be worth more work each. */
  begin(rowsMin = ROWS_MIN): void {
    this.rowsMin = rowsMin;
    this.rows = Math.min(ROWS_FIRST, rowsMin * 5);
  }

  /** Does a piece of work of `rangeRows` rows, rests, and learns how large the next one should be. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    this.signal?.throwIfAborted();
    const startedMs = performance.now();
    const result = await work();
    const tookMs = performance.now() - startedMs;
    const change = Math.min(2, Math.max(0.25, this.speed.rangeMs / Math.max(1, tookMs)));
    this.rows = Math.min(ROWS_MAX, Math.max(this.rowsMin, Math.round(this.rows * change)));
    await this.pause(tookMs * this.speed.restFactor);
    return result;
  }

  /** Waits before the bank is asked again. */
  async beforeBank(leastMs = 0): Promise<void> {
    this.signal?.throwIfAborted();
    await this.pause(Math.max(leastMs, this.speed.bankPauseMs));
  }

  private async pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, this.signal ? { signal: this.signal } : {});
  }
}
