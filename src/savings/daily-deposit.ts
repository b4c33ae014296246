import { seoulDate } from '../platform/clock/clock.js';

const HOUR_MS = 3_600_000;
/** In Seoul. */
const PAID_AT_HOUR = 8;

/** The business day (YYYY-MM-DD in Seoul) whose 08:00 comes next. */
export function firstDepositAfter(now: Date): string {
  return seoulDate(new Date(now.getTime() + (24 - PAID_AT_HOUR) * HOUR_MS));
}
