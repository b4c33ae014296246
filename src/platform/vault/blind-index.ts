import { createHmac, randomBytes } from 'node:crypto';
import { ConfigError } from '../config/config.js';
import { RowVault, type SealedTable } from './row-vault.js';
import { derivedKey, SealBroken } from './vault.js';

/** What values are found by, and kept unique by. Only these are: a value for another one has another print. */
type Indexed = 'users.email' | 'bank_accounts.number' | 'keyed_requests.hash';

/** The one key of all indexes, encrypted as everything else is, and so re-encrypted with it. */
export const INDEX_KEY: SealedTable<'sealed_key'> = {
  table: 'index_keys',
  id: 'id',
  columns: ['sealed_key'],
  owner: "'index'",
};
const OWNER = 'index';
const KEY_BYTES = 32;

/** Runs SQL: a DataSource, or a migration's runner. */
interface Database {
  query(sql: string, values?: unknown[]): Promise<unknown>;
}

/**
 * Finds encrypted values again: equal ones have the same print (HMAC-SHA-256), which tells nothing of them without the
 * key. That is random, made once by a migration, and lies in the database under `DATA_KEYS`: it stays when those
 * change, as every print would have to change with it in one moment, else a value might be there twice.
 */
export class BlindIndex {
  private readonly keys = new Map<Indexed, Buffer>();

  constructor(private readonly key: Buffer) {}

  of(what: Indexed, value: string | Buffer): Buffer {
    return createHmac('sha256', this.keyFor(what)).update(value).digest();
  }

  private keyFor(what: Indexed): Buffer {
    const known = this.keys.get(what);
    if (known) return known;
    const key = derivedKey(this.key, `index ${what}`);
    this.keys.set(what, key);
    return key;
  }
}

/** @throws ConfigError when the key is sealed under one that is not among these: the service is of no use without */
export async function loadBlindIndex(database: Database, dataKeys: readonly string[]): Promise<BlindIndex> {
  const rows = await database.query('SELECT key_id AS keyId, sealed_key AS sealedKey FROM index_keys WHERE id = 1');
  const [row] = rows as { keyId: string; sealedKey: Buffer }[];
  if (!row) throw new Error('the key of the indexes is gone: restore the table index_keys');
  try {
    const hex = new RowVault(dataKeys, INDEX_KEY).openOne(row.keyId, 'sealed_key', row.sealedKey, OWNER);
    return new BlindIndex(Buffer.from(hex, 'hex'));
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw new ConfigError([`DATA_KEYS: the database needs the key with the id ${row.keyId}, which is not among them`]);
  }
}

/** Makes the key, where there is none yet. */
export async function makeIndexKey(database: Database, dataKeys: readonly string[]): Promise<void> {
  const vault = new RowVault(dataKeys, INDEX_KEY);
  const { sealed_key } = vault.seal({ sealed_key: randomBytes(KEY_BYTES).toString('hex') }, OWNER);
  await database.query('INSERT IGNORE INTO index_keys (id, key_id, sealed_key) VALUES (1, ?, ?)', [
    vault.keyId,
    sealed_key,
  ]);
}
