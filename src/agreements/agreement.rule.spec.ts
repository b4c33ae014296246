import { describe, expect, it } from '@jest/globals';
import { agreementKey, type AgreementTerms, holdAgainst } from './agreement.rule.js';

const KEY = agreementKey(1, 100);
const TERMS: AgreementTerms = {
  id: 3,
  limitPerPayment: 300,
  limitPerDay: 700,
  state: 'ACTIVE',
  day: '2026-11-28',
  usedOnDay: 100,
};
const held = (changes: Partial<AgreementTerms>, amount: number, usedInGroup = 0, isRequired = true) =>
  holdAgainst({ isRequired, terms: new Map([[KEY, { ...TERMS, ...changes }]]) }, KEY, amount, usedInGroup);

describe('a payment that is held against an agreement', () => {
  it('counts for it and its day, up to its limits', () => {
    expect(held({}, 300)).toEqual({ id: 3, day: '2026-11-28' });
    expect(held({}, 301)).toBe('LIMIT_PER_PAYMENT');
    expect(held({ usedOnDay: 400 }, 300)).toEqual({ id: 3, day: '2026-11-28' });
    expect(held({ usedOnDay: 401 }, 300)).toBe('LIMIT_PER_DAY');
  });

  it('comes after those of its group', () => {
    expect(held({}, 300, 300)).toEqual({ id: 3, day: '2026-11-28' });
    expect(held({}, 300, 301)).toBe('LIMIT_PER_DAY');
  });

  it.each(['ENDED', 'EXPIRED'] as const)('is refused when that has %s, required or not', (state) => {
    expect([held({ state }, 1), held({ state }, 1, 0, false)]).toEqual([state, state]);
  });

  it('needs one only where one is required', () => {
    const nobody = (isRequired: boolean) => holdAgainst({ isRequired, terms: new Map() }, KEY, 1, 0);
    expect([nobody(true), nobody(false)]).toEqual(['NONE', null]);
  });
});
