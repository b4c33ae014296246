import { LINKED_ACCOUNTS_SEALED } from './bank/index.js';
import { MEMOS_SEALED } from './movements/index.js';
import type { SealedTable } from './platform/vault/row-vault.js';
import { USERS_SEALED } from './users/index.js';
import { WEBHOOK_SECRETS_SEALED } from './webhooks/index.js';

/** All that is encrypted in the database: what `DATA_KEYS` are for. */
export const SEALED_TABLES: readonly SealedTable[] = [
  USERS_SEALED,
  LINKED_ACCOUNTS_SEALED,
  MEMOS_SEALED,
  WEBHOOK_SECRETS_SEALED,
];
