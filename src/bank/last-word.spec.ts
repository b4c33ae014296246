import { describe, expect, it } from '@jest/globals';
import { afterNoSuchId, quietMs } from './last-word.js';
import type { DueOrder } from './bank-order.js';

const CONFIG = { answerWithinMs: 4_000, bankTimeoutMs: 3_000 };
const HOUR = 3_600;
const QUIET = quietMs(CONFIG) / 1000;

const said = (of: Partial<DueOrder>, config = CONFIG) => {
  const times = {
    ageSeconds: 0,
    sinceSentSeconds: 0,
    sinceDayEndSeconds: -HOUR,
    turnedAway: null,
    order: { kind: 'withdrawal' },
  };
  return afterNoSuchId({ ...times, ...of } as unknown as DueOrder, config);
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

  it('is the last word on a payout only hours after its day, whatever the centre has refused', () => {
    const payout = { turnedAway: 'ACCOUNT_REFUSED', order: { kind: 'payout' } as DueOrder['order'] } as const;
    expect(said({ ...payout, sinceSentSeconds: 10 * HOUR })).toBe('wait');
    expect(said({ ...payout, sinceSentSeconds: 10 * HOUR, sinceDayEndSeconds: QUIET })).toBe('wait');
    expect(said({ ...payout, sinceSentSeconds: 10 * HOUR, sinceDayEndSeconds: QUIET + 1 })).toBe('over');
  });

  it('takes longer to be it where our own time-outs are longer', () => {
    const slow = { answerWithinMs: 60_000, bankTimeoutMs: 60_000 };
    expect(quietMs(slow) - quietMs(CONFIG)).toBeGreaterThanOrEqual(2 * (120_000 - 7_000));
    expect(said({ sinceDayEndSeconds: QUIET + 1, sinceSentSeconds: 20 * HOUR }, slow)).toBe('wait');
    expect(said({ sinceDayEndSeconds: -100 }, slow)).toBe('wait');
  });
});
