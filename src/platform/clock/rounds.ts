/**
 * Work that comes round in the background: each round begins some time after the last one has ended, so that two never
 * overlap.
 */
export class Rounds {
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  /**
   * `round` is given a signal that is aborted by `stop`. It must handle its own errors: what it throws ends the
   * process.
   */
  constructor(private readonly round: (signal: AbortSignal) => Promise<void>) {}

  start(everyMs: number, firstAfterMs = everyMs): void {
    if (this.ending.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.round(this.ending.signal).finally(() => this.start(everyMs));
    }, firstAfterMs);
  }

  /** Begins no more rounds, and waits for the end of the one under way. */
  async stop(): Promise<void> {
    this.ending.abort();
    clearTimeout(this.timer);
    await this.running;
  }
}
