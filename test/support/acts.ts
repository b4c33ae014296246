import { sql } from './stores.js';

/** What operators did, as it is stored. */
export interface StoredAct {
  readonly action: string;
  readonly keyId: number | null;
  readonly role: string;
  readonly address: string;
  readonly requestId: string | null;
  readonly reason: string | null;
  readonly subject: string;
  readonly subjectId: number | null;
}

const ACTS = `SELECT action, key_id AS keyId, role, address, request_id AS requestId, reason, subject,
  subject_id AS subjectId FROM operator_acts`;

/** By the `X-Request-Id` of the request that did it. */
export const actsOfRequests = (requestIds: readonly (string | undefined)[]) =>
  sql<StoredAct>(`${ACTS} WHERE request_id IN (?) ORDER BY id`, [requestIds]);

export const actsOn = (subject: string, subjectId: number) =>
  sql<StoredAct>(`${ACTS} WHERE subject = ? AND subject_id = ? ORDER BY id`, [subject, subjectId]);

/** The id of a key, by how it begins. */
export async function keyIdOf(key: string): Promise<number> {
  const [row] = await sql<{ id: number }>('SELECT id FROM api_keys WHERE prefix = ?', [key.slice(0, 16)]);
  if (!row) throw new Error('there is no such key');
  return row.id;
}
