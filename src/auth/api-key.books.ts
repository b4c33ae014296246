import type { RoomBooks } from '../audit/index.js';

/** What the auditor checks of keys: whom they belong to. */
export const API_KEY_BOOKS: RoomBooks = {
  tables: [],
  uniqueKeys: [['api_keys', 'uq_api_keys_hash', 'hash']],
  constraints: [['ck_api_keys_partner', "(role IN ('partner','partner-read')) = (partner_id IS NOT NULL)"]],
  references: [{ table: 'api_keys', column: 'partner_id', to: 'partners' }],
  probes: [],
};
