import { type LinkedAccount, type LinkVault, sandboxHandle } from '../../bank/index.js';
import { SealBroken } from '../../platform/vault/vault.js';
import type { Probe, Reference } from '../checks.js';

/** References of the floor that no other check follows. */
export const REFERENCES: readonly Reference[] = [
  { table: 'accounts', column: 'owner_id', to: 'users', where: "t.kind IN ('MAIN', 'SAVINGS')" },
  { table: 'accounts', column: 'owner_id', to: 'partners', where: "t.kind = 'PARTNER_PAYABLE'" },
  { table: 'linked_accounts', column: 'user_id', to: 'users' },
  { table: 'linked_accounts', column: 'clearing_account_id', to: 'accounts' },
];

export function referenceProbe({ table, column, to, where = 'TRUE' }: Reference): Probe {
  return {
    check: 'reference',
    table,
    key: ['id'],
    sql: (within) => `
      SELECT t.id, CONCAT('${column} is ', t.${column}, ', but there is no such row of ${to}') AS problem
      FROM ${table} t LEFT JOIN ${to} r ON r.id = t.${column}
      WHERE ${within('t.id')} AND t.${column} IS NOT NULL AND r.id IS NULL AND ${where}`,
  };
}

const USER: Probe = {
  check: 'link',
  table: 'users',
  key: ['id'],
  sql: (within) => `
    SELECT u.id, IF(a.id IS NULL, 'has no main account', 'has no default linked account') AS problem
    FROM users u LEFT JOIN accounts a ON a.kind = 'MAIN' AND a.owner_id = u.id AND a.sole = 1
    WHERE ${within('u.id')} AND (a.id IS NULL OR u.erased_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM linked_accounts l WHERE l.user_id = u.id AND l.is_default = 1 AND l.is_live = 1))`,
};

const PARTNER: Probe = {
  check: 'reference',
  table: 'partners',
  key: ['id'],
  sql: (within) => `
    SELECT p.id, 'has no payable account' AS problem
    FROM partners p LEFT JOIN accounts a ON a.kind = 'PARTNER_PAYABLE' AND a.owner_id = p.id AND a.sole = 1
    WHERE ${within('p.id')} AND a.id IS NULL`,
};

/** The bank takes the money from whatever account the handle is of: an edited one makes somebody else pay. */
export const handleProbe = (vault: LinkVault): Probe => ({
  check: 'link',
  table: 'linked_accounts',
  key: ['id'],
  sql: (within) => `
    SELECT l.id, l.bank_code AS bankCode, l.user_id AS userId, l.key_id AS keyId, l.sealed_number AS sealedNumber,
      l.sealed_handle AS sealedHandle, l.is_live AS isLive, l.removed_at AS removedAt, c.kind AS clearingKind, c.owner_id AS clearingOwner
    FROM linked_accounts l LEFT JOIN accounts c ON c.id = l.clearing_account_id WHERE ${within('l.id')}`,
  judge: ({ bankCode, clearingKind, clearingOwner, isLive, removedAt, ...sealed }) => {
    if ((isLive === null) !== (removedAt !== null)) return 'is removed at no time, or was and is live';
    const link = sealed as unknown as LinkedAccount;
    try {
      const handle = sandboxHandle(String(bankCode), vault.numberOf(link));
      if (vault.handleOf(link) !== handle) return 'the handle is of another account';
    } catch (error) {
      if (error instanceof SealBroken) return `number or handle can't be opened: ${error.message}`;
      throw error;
    }
    if (clearingKind !== 'BANK_CLEARING' || clearingOwner !== Number(bankCode)) {
      return `clears through an account that is not of bank ${String(bankCode)}`;
    }
    return null;
  },
});

export const USER_PROBES = [USER];
export const PARTNER_PROBES = [PARTNER];
