import { describe, expect, it } from '@jest/globals';
import { BANKS, bankCodeOf, findBank, sandboxHandle } from './banks.js';

describe('a bank', () => {
  it.each([
    ['HANA BANK', '081'],
    ['hana', '081'],
    ['하나은행', '081'],
    ['KEB-하나 은행', '081'],
    ['하나증권', '270'],
    ['카카오뱅크', '090'],
    ['카카오페이증권', '288'],
    ['KB Bank', '004'],
    ['KB증권', '218'],
    ['ＫＢ국민', '004'],
    ['citibank', '027'],
    ['Sh 수협', '007'],
    ['대구은행', '031'],
    ['K뱅크', '089'],
  ])('%s has the code %s', (name, code) => {
    expect(bankCodeOf(name)).toBe(code);
  });

  it.each([
    'A bank nobody knows',
    'asdf nothing',
    '',
    ' ',
    'BANK',
    '은행',
    '하나은',
    '하나증',
    '은행은행',
    '081',
    '하나은행 강남지점',
  ])('is not %j', (name) => {
    expect(findBank(name)).toBeNull();
    expect(() => bankCodeOf(name)).toThrow('no such bank');
  });

  it('has a code and names that no other has', () => {
    expect(new Set(BANKS.map(({ code }) => code)).size).toBe(BANKS.length);
    for (const { code, name, aliases } of BANKS) {
      expect(code).toMatch(/^\d{3}$/);
      for (const it of [name, ...aliases]) expect([it, bankCodeOf(it)]).toEqual([it, code]);
    }
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
