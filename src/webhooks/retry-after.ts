import type { IncomingHttpHeaders } from 'undici/types/header.js';

/** Whatever a receiver asks for, it is asked again after a day. */
const RETRY_AFTER_MS_MAX = 86_400_000;

const SECONDS = /^\d{1,15}$/;
/** The three forms of HTTP's dates (RFC 9110, 5.6.7); the last of them says no zone, and means GMT. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/;

/**
 * How long an answer's `Retry-After` asks to wait, at most a day; 0 when there is none that can be read. A date counts
 * from the answer's own `Date`, so that it doesn't matter whose clock is wrong.
 */
export function retryAfterMs(headers: IncomingHttpHeaders, nowMs = Date.now()): number {
  const wanted = textOf(headers['retry-after']);
  if (SECONDS.test(wanted)) return Math.min(Number(wanted) * 1000, RETRY_AFTER_MS_MAX);
  const until = httpDate(wanted);
  if (until === null) return 0;
  const from = httpDate(textOf(headers['date'])) ?? nowMs;
  return Math.min(Math.max(until - from, 0), RETRY_AFTER_MS_MAX);
}

const textOf = (header: string | string[] | undefined): string => (typeof header === 'string' ? header.trim() : '');

function httpDate(text: string): number | null {
  if (!HTTP_DATE.test(text)) return null;
  const ms = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(ms) ? null : ms;
}
