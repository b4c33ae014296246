/**
 * Collects what comes in and hands it on in groups, in order. A group begins in the turn of the event loop after its
 * first item came, because requests come in bursts. The next one begins when `handle` is done with the last one.
 */
export class Gathering<Item> {
  private readonly waiting: Item[] = [];
  private isHandling = false;

  /**
   * @param options.take how many of those that wait make the next group, at least one
   * @param options.waitsForMore whether so many should wait for the next turn, if this one has brought some
   * @param options.handle must not reject
   */
  constructor(
    private readonly options: {
      readonly take: (waiting: readonly Item[]) => number;
      readonly waitsForMore: (count: number) => boolean;
      readonly handle: (group: readonly Item[]) => Promise<void> | void;
    },
  ) {}

  /** How many wait for a group. */
  get length(): number {
    return this.waiting.length;
  }

  add(item: Item): void {
    this.waiting.push(item);
    if (this.isHandling) return;
    this.isHandling = true;
    setImmediate(() => this.gather(0));
  }

  private gather(before: number): void {
    const { length } = this.waiting;
    if (length > before && this.options.waitsForMore(length)) setImmediate(() => this.gather(length));
    else void this.next();
  }

  private async next(): Promise<void> {
    await this.options.handle(this.waiting.splice(0, this.options.take(this.waiting)));
    if (this.waiting.length > 0) this.gather(0);
    else this.isHandling = false;
  }
}
