import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhenResult,
} from 'cockatiel';

const CIRCUIT_OPEN = 'the circuit is open';

export interface GuardOptions {
  /** How many calls may be with the bank at once; as many again may wait for their turn. */
  readonly concurrency: number;
  /** So many failures in a row open the circuit. */
  readonly failuresMax: number;
  /** How long it stays open before one call is let through to try. */
  readonly openMs: number;
}

export interface Verdict {
  /** The bank was silent or broken: counts against the circuit. */
  readonly failed: boolean;
}

/** Keeps a dead bank from taking us down with it: a cap on calls in flight, and a circuit breaker. */
export class CallGuard {
  private readonly cap;
  private readonly circuit;
  private openUntilMs = 0;

  constructor(
    private readonly options: GuardOptions,
    onChange: (isOpen: boolean) => void,
  ) {
    this.cap = bulkhead(options.concurrency, options.concurrency);
    this.circuit = circuitBreaker(
      handleWhenResult((result) => (result as Verdict).failed),
      { halfOpenAfter: options.openMs, breaker: new ConsecutiveBreaker(options.failuresMax) },
    );
    this.circuit.onBreak(() => {
      this.openUntilMs = Date.now() + options.openMs;
      onChange(true);
    });
    this.circuit.onReset(() => onChange(false));
  }

  /** Whether a call would be let through: the circuit is closed, or it is time for the one call that tries. */
  get available(): boolean {
    switch (this.circuit.state) {
      case CircuitState.Closed:
        return true;
      case CircuitState.Open:
        return Date.now() >= this.openUntilMs;
      case CircuitState.HalfOpen:
      case CircuitState.Isolated:
        return false;
    }
  }

  /**
   * Runs the call, or tells why it was turned away. `call` must not throw.
   * A call that waited for its turn meets the circuit as it is then.
   */
  async run<T extends Verdict>(call: () => Promise<T>, turnedAway: (why: string) => T): Promise<T> {
    if (!this.available) return turnedAway(CIRCUIT_OPEN);
    try {
      return await this.cap.execute(() => (this.available ? this.circuit.execute(call) : turnedAway(CIRCUIT_OPEN)));
    } catch (error) {
      if (error instanceof BulkheadRejectedError) {
        return turnedAway(`${this.options.concurrency} calls are under way already`);
      }
      // The wall clock was set back: the circuit measures by it.
      if (error instanceof BrokenCircuitError) return turnedAway(CIRCUIT_OPEN);
      throw error;
    }
  }
}
