import { readFileSync } from 'node:fs';
import { Global, Injectable, Module } from '@nestjs/common';
import { Config } from '../config/config.js';

/** Korea has kept UTC+9 without summer time since 1988, so Seoul's wall clock is plain arithmetic. */
const SEOUL_OFFSET_MS = 9 * 3_600_000;

/** What time it is. Inject it instead of calling `new Date()`, so that tests can stand at midnight. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}

/** The real time plus the milliseconds a test has written into a file; an absent file means no offset. */
export class OffsetClock extends Clock {
  constructor(private readonly file: string) {
    super();
  }

  override now(): Date {
    return new Date(Date.now() + this.offsetMs());
  }

  private offsetMs(): number {
    try {
      return Number(readFileSync(this.file, 'utf8')) || 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    }
  }
}

/** `YYYY-MM-DD HH:mm:ss` in Asia/Seoul. */
export function seoulDateTime(date: Date): string {
  return seoulIso(date).slice(0, 19).replace('T', ' ');
}

/** `YYYY-MM-DD` in Asia/Seoul: the business day. */
export function seoulDate(date: Date): string {
  return seoulIso(date).slice(0, 10);
}

/** The moment at which a business day (`YYYY-MM-DD`) is over. */
export function seoulDayEnd(businessDay: string): Date {
  return new Date(`${businessDay}T24:00:00+09:00`);
}

/** `yyyyMMddHHmmss` in Asia/Seoul, as banks write it. */
export function seoulCompact(date: Date): string {
  return seoulIso(date).slice(0, 19).replace(/\D/g, '');
}

function seoulIso(date: Date): string {
  return new Date(date.getTime() + SEOUL_OFFSET_MS).toISOString();
}

@Global()
@Module({
  providers: [
    {
      provide: Clock,
      useFactory: (config: Config) => (config.clockOffsetFile ? new OffsetClock(config.clockOffsetFile) : new Clock()),
      inject: [Config],
    },
  ],
  exports: [Clock],
})
export class ClockModule {}
