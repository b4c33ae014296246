import { Injectable } from '@nestjs/common';

/** Korea has kept UTC+9 without summer time since 1988, so Seoul's wall clock is plain arithmetic. */
const SEOUL_OFFSET_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;

/** What time it is. Inject it instead of calling `new Date()`, so that tests can stand at midnight. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}

/** `YYYY-MM-DD HH:mm:ss` in Asia/Seoul. */
export function seoulDateTime(date: Date): string {
  return seoulIso(date).slice(0, 19).replace('T', ' ');
}

/** The moment that `YYYY-MM-DD HH:mm:ss` in Asia/Seoul is; an invalid Date for what is none. */
export function fromSeoulDateTime(text: string): Date {
  return new Date(Date.parse(`${text.replace(' ', 'T')}Z`) - SEOUL_OFFSET_MS);
}

/** `YYYY-MM-DD` in Asia/Seoul: the business day. */
export function seoulDate(date: Date): string {
  return seoulIso(date).slice(0, 10);
}

/** `yyyyMMddHHmmss` in Asia/Seoul, as banks write it. */
export function seoulCompact(date: Date): string {
  return seoulIso(date).slice(0, 19).replace(/\D/g, '');
}

/** The moment that `yyyyMMddHHmmss` in Asia/Seoul is. */
export function fromSeoulCompact(text: string): Date {
  return fromSeoulDateTime(text.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3 $4:$5:$6'));
}

/** When a day (`YYYY-MM-DD`) begins in Asia/Seoul. */
export function seoulMidnight(day: string): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - SEOUL_OFFSET_MS);
}

/** When it ends: the first moment of the next day. */
export function seoulDayEnd(day: string): Date {
  return new Date(seoulMidnight(day).getTime() + DAY_MS);
}

/** The day (`YYYY-MM-DD`) so many days later, or earlier where it is negative. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

function seoulIso(date: Date): string {
  return new Date(date.getTime() + SEOUL_OFFSET_MS).toISOString();
}
