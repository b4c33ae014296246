import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Sealed } from '../platform/vault/vault.js';

/** An endpoint's secrets. Whoever changes them holds the lock of the endpoint's row. */
@Injectable()
export class WebhookSecretsRepository {
  /** Makes a secret the current one; what was current before has been retired. */
  async insert(tx: EntityManager, endpointId: number, { keyId, ciphertext }: Sealed): Promise<void> {
    await tx.query('INSERT INTO webhook_secrets (endpoint_id, key_id, ciphertext) VALUES (?)', [
      [endpointId, keyId, ciphertext],
    ]);
  }

  /** Has the current secret end after `overlapSeconds`. The ends of former ones stay as they are. */
  async retire(tx: EntityManager, endpointId: number, overlapSeconds: number): Promise<void> {
    await tx.query(
      `UPDATE webhook_secrets SET valid_until = UTC_TIMESTAMP(3) + INTERVAL ? SECOND
       WHERE endpoint_id = ? AND valid_until IS NULL`,
      [overlapSeconds, endpointId],
    );
  }

  /** Forgets the secrets that are over. */
  async deleteEnded(tx: EntityManager, endpointId: number): Promise<void> {
    await tx.query('DELETE FROM webhook_secrets WHERE endpoint_id = ? AND valid_until <= UTC_TIMESTAMP(3)', [
      endpointId,
    ]);
  }

  /** How many there are, and when the first of the former ones ends. */
  async count(tx: EntityManager, endpointId: number): Promise<{ count: number; firstEnd: Date | null }> {
    const [row]: { count: number | string; firstEnd: Date | null }[] = await tx.query(
      'SELECT COUNT(*) AS count, MIN(valid_until) AS firstEnd FROM webhook_secrets WHERE endpoint_id = ?',
      [endpointId],
    );
    return { count: Number(row?.count ?? 0), firstEnd: row?.firstEnd ?? null };
  }

  /** Forgets all of them. */
  async deleteAll(tx: EntityManager, endpointId: number): Promise<void> {
    await tx.query('DELETE FROM webhook_secrets WHERE endpoint_id = ?', [endpointId]);
  }
}
