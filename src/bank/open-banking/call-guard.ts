import { Slots, type SlotsOptions } from '../../platform/clock/slots.js';
import { Circuit, type CircuitOptions } from './circuit.js';

/** Why a call was turned away: the bank is left alone, or all of its slots were taken for too long. */
export type TurnedAway = 'open' | 'busy';

export interface Verdict {
  /** The bank was silent or broken: counts against the circuit. */
  readonly hasFailed: boolean;
}

/** Keeps one bank from taking us, and other banks, down with it: a cap on calls in flight, and a circuit breaker. */
export class CallGuard {
  private readonly slots: Slots;
  private readonly circuit: Circuit;

  constructor(options: SlotsOptions & CircuitOptions, onChange: (isOpen: boolean) => void) {
    this.slots = new Slots(options);
    this.circuit = new Circuit(options, (isOpen) => {
      onChange(isOpen);
      if (isOpen) this.slots.clear();
    });
  }

  get isAvailable(): boolean {
    return this.circuit.isPassable;
  }

  /**
   * Runs the call once an account has a slot, or tells why it was turned away. `call` must not throw. Whoever waited
   * for a slot meets the circuit as it is then; the time of waiting is nothing that the bank is judged by.
   */
  async run<T extends Verdict>(
    { account, giveUpAt }: { account: string; giveUpAt: number },
    call: () => Promise<T>,
    turnedAway: (why: TurnedAway) => T,
  ): Promise<T> {
    if (!this.circuit.isPassable) return turnedAway('open');
    if (!(await this.slots.take(account, giveUpAt))) return turnedAway(this.circuit.isPassable ? 'busy' : 'open');
    try {
      // This process may have stood still since: then somebody else may be at work on it.
      if (performance.now() >= giveUpAt) return turnedAway('busy');
      if (!this.circuit.pass()) return turnedAway('open');
      const result = await call();
      this.circuit.record(account, result.hasFailed);
      return result;
    } finally {
      this.slots.release(account);
    }
  }
}
