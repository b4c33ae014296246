/** What one command may carry: far below what Redis, which does one thing at a time, would make others wait for. */
const BATCH_MAX = 256;
/** So many are worth a command at once; fewer wait for more. */
const ENOUGH = 16;

interface Asked<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks once for all that was asked for in the same turn of the event loop, and in the next ones as long as each brings some: requests
 * come in bursts. A command of its own per question costs more than everything else Redis does for a request: its promise, its
 * timer, its text and the reading of its answer.
 */
export class Batch<Question, Answer> {
  private waiting: Asked<Question, Answer>[] = [];

  /** `answer` is given up to 256 questions, and has as many answers in the same order. */
  constructor(private readonly answer: (questions: readonly Question[]) => Promise<readonly Answer[]>) {}

  /** Rejects as the answer to the whole batch does. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // After the requests that have just been read: the first one of them doesn't wait for what isn't there yet.
      if (this.waiting.length === 0) setImmediate(() => this.gather(0));
      this.waiting.push({ question, resolve, reject });
    });
  }

  private gather(before: number): void {
    const { length } = this.waiting;
    if (length > before && length < ENOUGH) setImmediate(() => this.gather(length));
    else this.send();
  }

  private send(): void {
    const asked = this.waiting;
    this.waiting = [];
    for (let from = 0; from < asked.length; from += BATCH_MAX) void this.settle(asked.slice(from, from + BATCH_MAX));
  }

  private async settle(batch: readonly Asked<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.answer(batch.map(({ question }) => question));
      batch.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
