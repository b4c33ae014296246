import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { BOOKS } from '../books.js';
import { declareMovement, journalOf, lockedAccounts, type MovementDeclaration } from './movement.declaration.js';
import { COMING } from '../../test/support/coming-movements.js';

const ACCOUNTS = { main: 1, counter: 2, bank: 9, INTEREST_EXPENSE: 90, TRANSFER_ESCROW: 91, FEE_INCOME: 92 };
const TOP_UP = { amount: 30, clearingAccountId: 9 };

/** `9 -30, 1 +30`: who pays and receives how much, in order. */
function journalText(declaration: MovementDeclaration, topUp: typeof TOP_UP | null): string | undefined {
  const journal = journalOf({ declaration, accounts: ACCOUNTS, amount: 100, fee: 5 }, topUp);
  return journal?.lines.map(({ leg, account, amount }) => `${leg}: ${account.id} ${amount}`).join(', ');
}

describe('a declaration', () => {
  it.each([
    ['CHARGE', '0: 9 -30, 1: 1 30'],
    ['SAVINGS_DEPOSIT', '0: 9 -30, 1: 1 30, 2: 1 -100, 3: 2 100'],
    ['PAYMENT', '0: 9 -30, 1: 1 30, 2: 1 -100, 3: 2 100'],
    ['TRANSFER_HOLD', '0: 9 -30, 1: 1 30, 2: 1 -100, 3: 91 100'],
  ])('of %s, topped up, says its journal', (type, text) => {
    expect(journalText(BOOKS.declarations.find((it) => it.type === type) as MovementDeclaration, TOP_UP)).toBe(text);
  });

  it.each([
    ['TRANSFER_RELEASE', '2: 91 -100, 3: 1 100'],
    ['TRANSFER_RETURN', '2: 91 -100, 3: 1 100'],
    ['PAYOUT', '2: 1 -100, 3: 9 100'],
  ])('of %s says its journal', (type, text) => {
    expect(journalText(BOOKS.declarations.find((it) => it.type === type) as MovementDeclaration, null)).toBe(text);
  });

  it.each([
    ['CHARGE', [1]],
    ['PAYOUT', [1]],
    ['SAVINGS_DEPOSIT', [1, 2]],
    ['SAVINGS_WITHDRAWAL', [2, 1]],
    ['INTEREST', [2]],
    ['TRANSFER', [1, 2]],
    ['TRANSFER_HOLD', [1]],
    ['TRANSFER_RELEASE', [1]],
    ['TRANSFER_RETURN', [1]],
    ['PAYMENT', [1]],
    ['PAYMENT_CANCEL', [1]],
    ['AUTHORIZATION', [1]],
    ['CAPTURE', [1]],
    ['VOID', [1]],
  ])('of %s says which accounts are locked', (type, ids) => {
    const declaration = BOOKS.declarations.find((it) => it.type === type) as MovementDeclaration;
    expect(lockedAccounts(declaration, ACCOUNTS)).toEqual(ids);
  });

  it('that makes no sense is refused', () => {
    const legs = [{ from: 'counter', to: 'main', amount: 'amount' }] as const;
    const counter = { kind: 'SAVINGS', of: 'sameUser' } as const;
    expect(() => declareMovement({ type: 'X', name: 'x', counter, legs, topUp: 'missing' })).toThrow('topped up');
    const out = [{ from: 'main', to: 'bank', amount: 'amount' }] as const;
    expect(() => declareMovement({ type: 'X', name: 'x', legs: out, topUp: 'missing', paysOutToBank: true })).toThrow(
      'asks the bank',
    );
    expect(() => declareMovement({ type: 'X', name: 'x', legs: out })).toThrow('only a payout');
    expect(() => declareMovement({ type: 'X', name: 'x', legs: [], paysOutToBank: true })).toThrow('only a payout');
  });
});

describe('the form holds what is coming', () => {
  it.each([['SALE_WITH_FEE', '2: 1 -100, 3: 2 100, 4: 1 -5, 5: 92 5', [1]]] as const)('%s', (type, journal, locked) => {
    const declaration = COMING[type];
    expect(journalText(declaration, null)).toBe(journal);
    expect(lockedAccounts(declaration, ACCOUNTS)).toEqual(locked);
  });
});

describe("the ledger's README", () => {
  it('has the table that the declarations say', () => {
    const names = { MAIN: "the other user's main", SAVINGS: 'savings', PARTNER_PAYABLE: 'partner' };
    const rows = BOOKS.declarations.map(({ type, name, topUp, legs, counter }) => {
      const nameOf = (place: string) =>
        place === 'counter' ? names[counter?.kind as keyof typeof names] : place.toLowerCase();
      const moves = legs.map(({ from, to }) => `${nameOf(from)} → ${nameOf(to)}`).join(', ');
      return [`\`${type}\``, name, topUp ? 'bank → main' : '', moves];
    });
    const readme = readFileSync(new URL('../ledger/README.md', import.meta.url), 'utf8');
    const section = readme.slice(
      readme.indexOf('## Who is debited for what'),
      readme.indexOf('## What keeps it right'),
    );
    const table = section.split('\n').filter((line) => line.startsWith('| `'));
    expect(
      table.map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    ).toEqual(rows);
  });
});
