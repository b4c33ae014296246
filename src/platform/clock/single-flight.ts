/** Work under way, by name: of many who want the same at once, one has it done, and all get what comes of it. */
export class SingleFlight<Result> {
  private readonly underWay = new Map<string, Promise<Result>>();

  run(name: string, work: () => Promise<Result>): Promise<Result> {
    const running = this.underWay.get(name);
    if (running) return running;
    const started = work().finally(() => this.underWay.delete(name));
    this.underWay.set(name, started);
    return started;
  }
}
