import { describe, expect, it } from '@jest/globals';
import { afterNoSuchId, quietMs } from './last-word.js';
import type { DueWithdrawal } from './withdrawals.js';

const CONFIG = { answerWithinMs: 4_000, bankTimeoutMs: 3_000 };
const HOUR = 3_600;
const QUIET = quietMs(CONFIG) / 1000;

const said = (of: Partial<DueWithdrawal>, config = CONFIG) => {
  const times = { ageSeconds: 0, sinceSentSeconds: 0, sinceDayEndSeconds: -HOUR, turnedAway: null };
  return afterNoSuchId({ ...times, ...of } as DueWithdrawal, config);
};

describe('"no such id"', () => {
  it("lets the order be sent again while the bank's day lasts, however old it is", () => {
    expect(said({})).toBe('resend');
    expect(said({ sinceSentSeconds: 23 * HOUR })).toBe('resend');
    expect(said({ sinceDayEndSeconds: -8 })).toBe('resend');
    expect(said({ sinceDayEndSeconds: -7 })).toBe('wait');
  });

  it('is the last word only hours after that day, and after anything was sent', () => {
    expect(QUIET).toBeGreaterThanOrEqual(2 * HOUR);
    expect(said({ sinceDayEndSeconds: 41, sinceSentSeconds: 50 })).toBe('wait');
    expect(said({ sinceDayEndSeconds: QUIET, sinceSentSeconds: 20 * HOUR })).toBe('wait');
    expect(said({ sinceDayEndSeconds: QUIET + 1, sinceSentSeconds: 20 * HOUR })).toBe('over');
    // With a clock that was a day late the order was sent under a day that is long over.
    expect(said({ sinceDayEndSeconds: 20 * HOUR, sinceSentSeconds: 60 })).toBe('wait');
  });

  it('is the last word hours after the centre has refused the account, with no end of a day to wait for', () => {
    const turnedAway = 'ACCOUNT_REFUSED' as const;
    expect(said({ turnedAway })).toBe('wait');
    expect(said({ turnedAway, sinceSentSeconds: QUIET })).toBe('wait');
    expect(said({ turnedAway, sinceSentSeconds: QUIET + 1 })).toBe('over');
  });

  it('takes longer to be it where our own time-outs are longer', () => {
    const slow = { answerWithinMs: 60_000, bankTimeoutMs: 60_000 };
    expect(quietMs(slow) - quietMs(CONFIG)).toBeGreaterThanOrEqual(2 * (120_000 - 7_000));
    expect(said({ sinceDayEndSeconds: QUIET + 1, sinceSentSeconds: 20 * HOUR }, slow)).toBe('wait');
    expect(said({ sinceDayEndSeconds: -100 }, slow)).toBe('wait');
  });
});
