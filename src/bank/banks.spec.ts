import { describe, expect, it } from '@jest/globals';
import { bankCodeOf, sandboxHandle } from './banks.js';

describe('a bank', () => {
  it.each([
    ['HANA BANK', '081'],
    ['hana', '081'],
    ['하나은행', '081'],
    ['카카오뱅크', '090'],
    ['KB Bank', '004'],
    ['A bank nobody knows', '099'],
  ])('%s has the code %s', (name, code) => {
    expect(bankCodeOf(name)).toBe(code);
  });
});

describe('the sandbox handle of a linked account', () => {
  it.each(['1234567890', '00001', '00000', '999999999999999999999999999999', '110-123-456789'])('%s fits', (number) => {
    expect(sandboxHandle('081', number)).toMatch(/^081[0-9A-Z]{21}$/);
  });

  it('tells numbers with other leading zeros apart', () => {
    expect(sandboxHandle('081', '000001')).not.toBe(sandboxHandle('081', '00001'));
  });
});
