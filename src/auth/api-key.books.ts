import type { RoomBooks } from '../audit/index.js';

/** What the auditor checks of keys: whom they belong to, and that what was done with one names one that is there. */
export const API_KEY_BOOKS: RoomBooks = {
  tables: [],
  uniqueKeys: [['api_keys', 'uq_api_keys_hash', 'hash']],
  constraints: [['ck_api_keys_partner', "(role IN ('partner','partner-read')) = (partner_id IS NOT NULL)"]],
  references: [
    { table: 'api_keys', column: 'partner_id', to: 'partners' },
    { table: 'operator_acts', column: 'key_id', to: 'api_keys' },
  ],
  walks: [{ table: 'operator_acts', key: 'id', alsoUpTo: [], probes: [], seals: { pending: null } }],
  probes: [],
};
