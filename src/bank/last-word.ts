import type { Config } from '../platform/config/config.js';
import type { DueOrder } from './bank-order.js';

const HOUR_MS = 3_600_000;
/** How long a bank's books of a day may change after it: nobody can know how late a message arrives, so it is hours. */
const QUIET_HOURS = 3;
/** How often a message of ours may have been handed on by then, each time within our own time-outs. */
const HANDS = 10;

/**
 * How long nothing must have been sent before "no such id" is the bank's last word: beyond anything that is still on
 * its way.
 */
export function quietMs({ answerWithinMs, bankTimeoutMs }: Pick<Config, 'answerWithinMs' | 'bankTimeoutMs'>): number {
  return QUIET_HOURS * HOUR_MS + HANDS * (answerWithinMs + bankTimeoutMs);
}

/**
 * What "no such id" means for an order. `resend`: an earlier message may still arrive, but the bank takes an id
 * once, so it may be sent again. Not when the bank's day is as good as over, as an id is unique for a day; and not when
 * the centre has refused the account. `wait`: nothing is sent any more, but what was may still arrive. `over`: it
 * can't. A payout that is given back too early may be spent before the bank pays it, so it waits for the end of the
 * bank's day whatever the centre has said.
 */
export function afterNoSuchId(
  { sinceDayEndSeconds, sinceSentSeconds, turnedAway, order }: DueOrder,
  config: Pick<Config, 'answerWithinMs' | 'bankTimeoutMs'>,
): 'resend' | 'wait' | 'over' {
  const travelMs = config.answerWithinMs + config.bankTimeoutMs;
  if (turnedAway === null && sinceDayEndSeconds * 1000 < -travelMs) return 'resend';
  const waitsForDayEnd = turnedAway === null || order.kind === 'payout';
  const quietSinceSeconds = waitsForDayEnd ? Math.min(sinceSentSeconds, sinceDayEndSeconds) : sinceSentSeconds;
  return quietSinceSeconds * 1000 > quietMs(config) ? 'over' : 'wait';
}
