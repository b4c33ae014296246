interface Waiter {
  /** True when a slot is theirs now. */
  readonly answer: (isTheirs: boolean) => void;
  timer?: NodeJS.Timeout;
}

export interface SlotsOptions {
  readonly slots: number;
  /** So many of them one owner may have at once, and the others are not kept waiting for it. */
  readonly slotsPerOwner: number;
  /** More than that do not wait, and of one owner no more than `waitingPerOwnerMax`. */
  readonly waitingMax: number;
  readonly waitingPerOwnerMax: number;
}

/** So many at once: the owners in turn, and of one owner whoever came first. */
export class Slots {
  /** The owner whose turn is next comes first. */
  private readonly waiting = new Map<string, Waiter[]>();
  private waitingCount = 0;
  private readonly taken = new Map<string, number>();
  private takenCount = 0;

  constructor(private readonly options: SlotsOptions) {}

  /** Waits for a slot until `giveUpAt` (by `performance.now()`); false when there was none. */
  take(owner: string, giveUpAt: number): Promise<boolean> {
    const waitMs = giveUpAt - performance.now();
    if (waitMs <= 0) return Promise.resolve(false);
    if (!this.waiting.has(owner) && this.isFreeFor(owner)) {
      this.give(owner);
      return Promise.resolve(true);
    }
    const { waitingMax, waitingPerOwnerMax } = this.options;
    const others = this.waiting.get(owner) ?? [];
    if (this.waitingCount >= waitingMax || others.length >= waitingPerOwnerMax) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiter: Waiter = { answer: resolve };
      waiter.timer = setTimeout(() => this.leave(owner, waiter), waitMs);
      others.push(waiter);
      this.waiting.set(owner, others);
      this.waitingCount += 1;
    });
  }

  /** Gives a slot back that `take` has given. */
  release(owner: string): void {
    const taken = (this.taken.get(owner) ?? 0) - 1;
    if (taken > 0) this.taken.set(owner, taken);
    else this.taken.delete(owner);
    this.takenCount -= 1;
    this.serveNext();
  }

  /** Sends everybody who waits away. */
  clear(): void {
    const all = [...this.waiting.values()].flat();
    this.waiting.clear();
    this.waitingCount = 0;
    for (const waiter of all) {
      clearTimeout(waiter.timer);
      waiter.answer(false);
    }
  }

  private serveNext(): void {
    for (const [owner, waiters] of this.waiting) {
      if (!this.isFreeFor(owner)) continue;
      const waiter = waiters.shift() as Waiter;
      // Back to the end of the line with the owner's others.
      this.waiting.delete(owner);
      if (waiters.length > 0) this.waiting.set(owner, waiters);
      this.waitingCount -= 1;
      clearTimeout(waiter.timer);
      this.give(owner);
      waiter.answer(true);
      return;
    }
  }

  private isFreeFor(owner: string): boolean {
    const { slots, slotsPerOwner } = this.options;
    return this.takenCount < slots && (this.taken.get(owner) ?? 0) < slotsPerOwner;
  }

  private give(owner: string): void {
    this.taken.set(owner, (this.taken.get(owner) ?? 0) + 1);
    this.takenCount += 1;
  }

  private leave(owner: string, waiter: Waiter): void {
    const waiters = this.waiting.get(owner)?.filter((other) => other !== waiter) ?? [];
    if (waiters.length > 0) this.waiting.set(owner, waiters);
    else this.waiting.delete(owner);
    this.waitingCount -= 1;
    waiter.answer(false);
  }
}
