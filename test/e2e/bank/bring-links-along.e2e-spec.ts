import { afterEach, expect, it } from '@jest/globals';
import { describeWith } from '../../support/environment.js';
import { Killed, migrationCalled, Schema } from '../../support/own-schema.js';

/** More than are brought along at once. */
const LINKS = 2_500;
const BANK_ACCOUNTS = migrationCalled('BankAccounts');

describeWith(['serviceLog', 'databaseUrl'], 'a database from before bank accounts had rows', () => {
  let schema: Schema;
  afterEach(() => schema.close());

  it.each([Infinity, 2])('is brought along, and again when a start was killed half-way (%s)', async (killAfter) => {
    schema = await Schema.empty();
    await schema.upTo(BANK_ACCOUNTS);
    await schema.insert(
      'linked_accounts',
      'user_id, bank, bank_code, account_number, owner_name, fintech_use_num, clearing_account_id, linked_at',
      Array.from({ length: LINKS }, (_, index) => {
        const digits = String(7_000_000_000 + Math.floor(index / 2));
        const written = index % 2 === 0 ? digits : `${digits.slice(0, 3)}-${digits.slice(3)}`;
        return [1 + index, 'HANA BANK', '081', written, 'name', `081${index}`, 1, new Date()];
      }),
    );
    let updates = 0;
    const killed = schema.watched(BANK_ACCOUNTS, (statement) => {
      if (/^\s*UPDATE/i.test(statement) && ++updates === killAfter) throw new Killed();
    });
    if (killAfter < Infinity) {
      await expect(killed).rejects.toThrow(Killed);
      await schema.watched(BANK_ACCOUNTS, () => undefined);
    } else await killed;
    const wrong = await schema.rows(
      `SELECT l.id FROM linked_accounts l LEFT JOIN bank_accounts b ON b.id = l.bank_account_id
       AND b.bank_code = l.bank_code AND b.account_number = REPLACE(l.account_number, '-', '') WHERE b.id IS NULL`,
    );
    expect(wrong).toEqual([]);
    const [counted] = await schema.rows<{ accounts: number | string }>(
      'SELECT COUNT(*) AS accounts FROM bank_accounts',
    );
    expect(Number(counted?.accounts)).toBe(LINKS / 2);
  });
});
