import { readFileSync } from 'node:fs';
import { Clock } from './clock.js';

/**
 * The real time, and what was added to it. Both add up: `offsetSeconds` is what everybody on the same database follows
 * (`SandboxClockFollower`), within a second; the file is one test's own, and counts at once and to the millisecond.
 */
export class SandboxClock extends Clock {
  offsetSeconds = 0;

  constructor(private readonly offsetFile: string | undefined) {
    super();
  }

  override now(): Date {
    return new Date(Date.now() + this.offsetSeconds * 1000 + this.fileOffsetMs());
  }

  /** Milliseconds that a test has written into its file; an absent file means none. */
  private fileOffsetMs(): number {
    if (this.offsetFile === undefined) return 0;
    try {
      return Number(readFileSync(this.offsetFile, 'utf8')) || 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    }
  }
}
