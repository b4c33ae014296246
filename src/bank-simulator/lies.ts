import { BoundedSet } from './bounded-set.js';
import { FAULTS, MAGIC_SUFFIXES, type Call, type Fault, type FaultSpec } from './faults.js';

const TOLD_MAX = 100_000;

/** When to lie: on which calls, how often, to whom. The first rule that applies and whose dice fall so, is followed. */
export interface Rule {
  readonly fault: Fault;
  /** `withdraw` when absent */
  readonly on?: Call | 'all';
  /** Share of the calls, from 0 to 1; 1 when absent. */
  readonly rate?: number;
  readonly accountNumber?: string;
  /** How often at most. */
  readonly times?: number;
  /** Instead of the fault's own delay. */
  readonly delayMs?: number;
}

export interface Rules {
  /** The same seed and the same order of calls give the same lies. */
  readonly seed?: number;
  readonly rules: readonly Rule[];
}

export type Lie = FaultSpec & { readonly fault: Fault; readonly delayMs: number };

interface Subject {
  /** Empty for a call that has none. */
  readonly bankTranId: string;
  readonly accountNumber: string | undefined;
}

/** Decides which call is lied to, and counts the lies. */
export class Lies {
  readonly told: Partial<Record<Fault, number>> = {};
  private current: Rules = { rules: [] };
  private followed: number[] = [];
  private dice = diceOf(1);
  private readonly toldTo = new BoundedSet<string>(TOLD_MAX);

  get rules(): Rules {
    return this.current;
  }

  setRules(rules: Rules): void {
    this.current = rules;
    this.followed = rules.rules.map(() => 0);
    this.dice = diceOf(rules.seed ?? 1);
  }

  pick(call: Call, subject: Subject): Lie | undefined {
    const lie = this.pickByRule(call, subject) ?? this.pickBySuffix(call, subject);
    if (lie) this.told[lie.fault] = (this.told[lie.fault] ?? 0) + 1;
    return lie;
  }

  private pickByRule(call: Call, subject: Subject): Lie | undefined {
    for (const [index, rule] of this.current.rules.entries()) {
      if (!this.applies(rule, index, call, subject)) continue;
      this.followed[index] = (this.followed[index] ?? 0) + 1;
      return lieOf(rule.fault, rule.delayMs);
    }
    return undefined;
  }

  private applies(rule: Rule, index: number, call: Call, subject: Subject): boolean {
    const on = rule.on ?? 'withdraw';
    if (on !== 'all' && on !== call) return false;
    if (rule.accountNumber !== undefined && rule.accountNumber.replaceAll('-', '') !== subject.accountNumber) {
      return false;
    }
    if ((this.followed[index] ?? 0) >= (rule.times ?? Infinity)) return false;
    if (rule.rate !== undefined && this.dice() >= rule.rate) return false;
    // Without this a caller that renews its token would be refused for ever.
    return rule.fault !== 'tokenExpired' || this.isFirst(`${call} ${subject.bankTranId}`);
  }

  private pickBySuffix(call: Call, { bankTranId, accountNumber }: Subject): Lie | undefined {
    const movesMoney = call === 'withdraw' || call === 'deposit';
    const fault = movesMoney ? MAGIC_SUFFIXES[accountNumber?.slice(-4) ?? ''] : undefined;
    return fault && this.isFirst(`suffix ${bankTranId}`) ? lieOf(fault) : undefined;
  }

  private isFirst(occasion: string): boolean {
    if (this.toldTo.has(occasion)) return false;
    this.toldTo.add(occasion);
    return true;
  }
}

/** What of a rule makes no sense, or null. */
export function findMistake({ fault, on = 'withdraw' }: Rule): string | null {
  const { calls }: FaultSpec = FAULTS[fault];
  const wanted: readonly Call[] = on === 'all' ? ['token', 'withdraw', 'deposit', 'inquiry'] : [on];
  const misplaced = wanted.find((call) => !calls.includes(call));
  return misplaced ? `${fault} cannot happen on ${misplaced}` : null;
}

function lieOf(fault: Fault, delayMs?: number): Lie {
  const spec: FaultSpec = FAULTS[fault];
  return { ...spec, fault, delayMs: delayMs ?? spec.delayMs ?? 0 };
}

/** mulberry32: numbers from 0 to 1, always the same ones from the same seed. */
function diceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
