import { describe, expect, it } from '@jest/globals';
import { BlindIndex } from './blind-index.js';
import { RowVault, type SealedTable } from './row-vault.js';
import { SealBroken } from './vault.js';

const [OLD, NEW] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
const TABLE: SealedTable<'name' | 'number'> = { table: 'links', id: 'id', columns: ['name', 'number'], owner: 't.id' };
const PLAIN = { name: '홍길동', number: '1234567890' };

describe("a row's values", () => {
  it('are all under the first key, and opened with any', () => {
    const former = new RowVault([OLD], TABLE);
    const vault = new RowVault([NEW, OLD], TABLE);
    expect(vault.open(former.keyId, former.seal(PLAIN, '1'), '1')).toEqual(PLAIN);
    const sealed = vault.seal(PLAIN, '1');
    expect(new RowVault([NEW], TABLE).open(vault.keyId, sealed, '1')).toEqual(PLAIN);
    expect(vault.openOne(vault.keyId, 'name', sealed.name, '1')).toBe(PLAIN.name);
  });

  it('open in no other column, row or table', () => {
    const vault = new RowVault([OLD], TABLE);
    const { name, number } = vault.seal(PLAIN, '1');
    expect(() => vault.openOne(vault.keyId, 'number', name, '1')).toThrow(SealBroken);
    expect(() => vault.openOne(vault.keyId, 'number', number, '2')).toThrow(SealBroken);
    const elsewhere = new RowVault([OLD], { ...TABLE, table: 'users' });
    expect(() => elsewhere.openOne(vault.keyId, 'number', number, '1')).toThrow(SealBroken);
  });
});

describe('a blind index', () => {
  const index = new BlindIndex(Buffer.alloc(32, 1));

  it('has one print for one value, another for another value, use or key, and 32 bytes of it', () => {
    const print = index.of('users.email', 'hello@gmail');
    expect(print).toHaveLength(32);
    expect(index.of('users.email', 'hello@gmail')).toEqual(print);
    const others = [
      index.of('users.email', 'hallo@gmail'),
      index.of('bank_accounts.number', 'hello@gmail'),
      new BlindIndex(Buffer.alloc(32, 2)).of('users.email', 'hello@gmail'),
    ];
    for (const other of others) expect(other).not.toEqual(print);
  });
});
