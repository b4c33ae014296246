export interface CircuitOptions {
  /** So many failures in a row open it, of which each account counts for at most `failuresPerAccount`. */
  readonly failuresMax: number;
  readonly failuresPerAccount: number;
  /** How long it stays open before one call is let through to try. */
  readonly openMs: number;
}

/**
 * Leaves a bank alone for a while after failures in a row. It takes several accounts to open it: one that hangs says
 * nothing about its bank. Measured by a clock that only goes forward, so that no change of the time keeps it open.
 */
export class Circuit {
  private readonly failures = new Map<string, number>();
  private openUntil: number | null = null;
  private isTrying = false;

  constructor(
    private readonly options: CircuitOptions,
    private readonly onChange: (isOpen: boolean) => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Whether a call would be let through: it is closed, or it is time for the one call that tries. */
  get isPassable(): boolean {
    return this.openUntil === null || (!this.isTrying && this.nowMs() >= this.openUntil);
  }

  /** Lets a call through, or not; the one that tries keeps all others out until it has been `record`ed. */
  pass(): boolean {
    if (!this.isPassable) return false;
    this.isTrying = this.openUntil !== null;
    return true;
  }

  /** What came of a call that was let through. */
  record(account: string, hasFailed: boolean): void {
    if (!hasFailed) return this.close();
    if (this.openUntil === null) {
      this.failures.set(account, (this.failures.get(account) ?? 0) + 1);
      if (this.failuresCounted < this.options.failuresMax) return;
      this.onChange(true);
    } else if (!this.isTrying) {
      return; // it began before the others had failed
    }
    this.isTrying = false;
    this.openUntil = this.nowMs() + this.options.openMs;
  }

  private close(): void {
    this.failures.clear();
    if (this.openUntil === null) return;
    this.openUntil = null;
    this.isTrying = false;
    this.onChange(false);
  }

  private get failuresCounted(): number {
    let count = 0;
    for (const failures of this.failures.values()) count += Math.min(failures, this.options.failuresPerAccount);
    return count;
  }
}
