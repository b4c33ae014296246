import { describe, expect, it } from '@jest/globals';
import { ABSOLUTE_MS, endOf, IDLE_MS, newSession } from './session.js';

const BEGUN = Date.UTC(2026, 0, 5);

describe('a session', () => {
  it('is over after a quarter of an hour without a request', () => {
    const session = newSession(BEGUN);
    expect(endOf(session, BEGUN + IDLE_MS - 1)).toBeNull();
    expect(endOf(session, BEGUN + IDLE_MS)).toBe('idle');
    const seenLater = { ...session, seenAt: BEGUN + IDLE_MS - 1 };
    expect(endOf(seenLater, BEGUN + IDLE_MS)).toBeNull();
  });

  it('is over after eight hours, however busy', () => {
    const busy = { ...newSession(BEGUN), seenAt: BEGUN + ABSOLUTE_MS - 1 };
    expect(endOf(busy, BEGUN + ABSOLUTE_MS - 1)).toBeNull();
    expect(endOf(busy, BEGUN + ABSOLUTE_MS)).toBe('old');
  });

  it('goes on when the clock is set back', () => {
    expect(endOf(newSession(BEGUN), BEGUN - 1)).toBeNull();
  });

  it('has a token of its own', () => {
    expect(newSession(BEGUN).csrf).toMatch(/^[\w-]{43}$/);
    expect(newSession(BEGUN).csrf).not.toBe(newSession(BEGUN).csrf);
  });
});
