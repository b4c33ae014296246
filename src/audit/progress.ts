/** How far an audit is. Ids stand for rows: they are close enough for a forecast. */
export interface ProgressNow {
  readonly table: string;
  /** The id that it has reached, and the last one. */
  readonly reached: number;
  readonly last: number;
  /** Of all tables, from 0 to 1. */
  readonly ratio: number;
  readonly elapsedSeconds: number;
  /** Null while too little was done to tell. */
  readonly secondsLeft: number | null;
}

/** Too little to tell from: the first ranges are small. */
const FORECAST_AFTER_SECONDS = 2;

/** Counts how much of an audit's way is behind it, and forecasts the rest from the speed so far. */
export class Progress {
  private readonly startedMs = performance.now();
  private total = 0;
  private ended = 0;
  private table = '';
  private first = 0;
  private last = 0;

  constructor(private readonly tell: (progress: ProgressNow) => void) {}

  /** Says beforehand how long a part of the way will be. */
  plan({ after, upTo }: { after: number; upTo: number }): void {
    this.total += Math.max(0, upTo - after);
  }

  begin(table: string, { after, upTo }: { after: number; upTo: number }): void {
    this.table = table;
    this.first = after;
    this.last = Math.max(after, upTo);
    this.reach(after);
  }

  reach(id: number): void {
    const done = this.ended + id - this.first;
    const elapsedSeconds = (performance.now() - this.startedMs) / 1000;
    const isTooEarly = done <= 0 || elapsedSeconds < FORECAST_AFTER_SECONDS;
    this.tell({
      table: this.table,
      reached: id,
      last: this.last,
      ratio: this.total === 0 ? 1 : Math.min(1, done / this.total),
      elapsedSeconds,
      secondsLeft: isTooEarly ? null : (elapsedSeconds * Math.max(0, this.total - done)) / done,
    });
  }

  end(): void {
    this.ended += this.last - this.first;
    this.first = this.last;
  }
}

/** `movements 1,200,000 of 5,000,000 (24 %), 65 s so far, about 206 s to go` */
export function progressText({ table, reached, last, ratio, elapsedSeconds, secondsLeft }: ProgressNow): string {
  const count = (number: number) => number.toLocaleString('en');
  const left = secondsLeft === null ? '' : `, about ${Math.ceil(secondsLeft)} s to go`;
  return `${table} ${count(reached)} of ${count(last)} (${Math.floor(ratio * 100)} %), ${Math.floor(elapsedSeconds)} s so far${left}`;
}
