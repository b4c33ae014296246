import type { LinkVault } from '../../bank/index.js';
import type { Books, Plan, Reference, Walk } from '../checks.js';
import { accountProbes, LINKED_ACCOUNT_PROBES } from './account.probes.js';
import { journalProbes } from './journal.probes.js';
import { movementProbes } from './movement.probes.js';
import { handleProbe, PARTNER_PROBES, REFERENCES, referenceProbe, USER_PROBES } from './reference.probes.js';
import { schemaProbes } from './schema.probes.js';

/** All that an audit looks at, written from the declarations and from what rooms keep beside. */
export function planOf(books: Books, links: LinkVault): Plan {
  const { declarations, rooms } = books;
  const besideMovements = ['entries', 'withdrawals', 'payouts', ...rooms.flatMap(({ tables }) => tables)];
  const references = [...REFERENCES, ...rooms.flatMap((room) => room.references ?? [])];
  const movements: Walk = {
    table: 'movements',
    key: 'id',
    alsoUpTo: besideMovements.map((table) => [table, 'movement_id'] as const),
    probes: [...journalProbes(declarations), ...movementProbes(declarations), ...rooms.flatMap(({ probes }) => probes)],
    seals: { pending: (within) => `SELECT m.id FROM movements m WHERE ${within('m.id')} AND m.status = 'PENDING'` },
  };
  const known: readonly Walk[] = [
    movements,
    ...rooms.flatMap((room) => room.walks ?? []),
    { table: 'accounts', key: 'id', alsoUpTo: [], probes: accountProbes(rooms) },
    {
      table: 'linked_accounts',
      key: 'id',
      alsoUpTo: [
        ['withdrawals', 'linked_account_id'],
        ['payouts', 'linked_account_id'],
      ],
      probes: [...LINKED_ACCOUNT_PROBES, handleProbe(links)],
    },
    { table: 'users', key: 'id', alsoUpTo: [], probes: USER_PROBES },
    { table: 'partners', key: 'id', alsoUpTo: [], probes: PARTNER_PROBES },
  ];
  return { once: schemaProbes(books), walks: withReferences(known, references) };
}

/** A table that only has references to check is walked for their sake. */
function withReferences(walks: readonly Walk[], references: readonly Reference[]): readonly Walk[] {
  const tables = new Set([...walks.map(({ table }) => table), ...references.map(({ table }) => table)]);
  return [...tables].map((table) => {
    const walk = walks.find((known) => known.table === table) ?? { table, key: 'id', alsoUpTo: [], probes: [] };
    const added = references.filter((reference) => reference.table === table).map(referenceProbe);
    return { ...walk, probes: [...walk.probes, ...added] };
  });
}
