import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Role } from '../platform/http/access.js';
import type { KeyPrint } from './api-key.js';

export interface StoredKey extends KeyPrint {
  readonly id: number;
  readonly role: Role;
  /** Not null for the roles of partners. */
  readonly partnerId: number | null;
  readonly label: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export type NewKey = Omit<StoredKey, 'id' | 'revokedAt' | 'lastUsedAt'>;

const KEYS = `SELECT id, role, partner_id AS partnerId, prefix, hash, label, created_at AS createdAt,
    expires_at AS expiresAt, revoked_at AS revokedAt, last_used_at AS lastUsedAt FROM api_keys`;

const GOOD = 'role = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)';

@Injectable()
export class ApiKeysRepository {
  async insert(tx: EntityManager, key: NewKey): Promise<number> {
    const { insertId }: { insertId: number } = await tx.query(
      'INSERT INTO api_keys (role, partner_id, prefix, hash, label, created_at, expires_at) VALUES (?)',
      [[key.role, key.partnerId, key.prefix, key.hash, key.label, key.createdAt, key.expiresAt]],
    );
    return insertId;
  }

  async findByHash(reader: EntityManager, hash: Buffer): Promise<StoredKey | null> {
    const [key]: StoredKey[] = await reader.query(`${KEYS} WHERE hash = ?`, [hash]);
    return key ?? null;
  }

  /** By id, or by how it begins. */
  async findByName(reader: EntityManager, idOrPrefix: string): Promise<StoredKey[]> {
    return reader.query(`${KEYS} WHERE id = ? OR prefix = ?`, [
      /^\d{1,15}$/.test(idOrPrefix) ? idOrPrefix : 0,
      idOrPrefix,
    ]);
  }

  async find(reader: EntityManager, id: number): Promise<StoredKey | null> {
    const [key]: StoredKey[] = await reader.query(`${KEYS} WHERE id = ?`, [id]);
    return key ?? null;
  }

  async listAll(reader: EntityManager): Promise<StoredKey[]> {
    return reader.query(`${KEYS} ORDER BY id`);
  }

  /** Those before an id, newest first. */
  async list(reader: EntityManager, before: number, limit: number): Promise<StoredKey[]> {
    return reader.query(`${KEYS} WHERE id < ? ORDER BY id DESC LIMIT ?`, [before, limit]);
  }

  /** Locks a key. */
  async lock(tx: EntityManager, id: number): Promise<StoredKey | null> {
    const [key]: StoredKey[] = await tx.query(`${KEYS} WHERE id = ? FOR UPDATE`, [id]);
    return key ?? null;
  }

  /** Locks the good keys of a role, ascending, and returns their ids. */
  async lockGood(tx: EntityManager, role: Role, at: Date): Promise<number[]> {
    const rows: { id: number }[] = await tx.query(`SELECT id FROM api_keys WHERE ${GOOD} ORDER BY id FOR UPDATE`, [
      role,
      at,
    ]);
    return rows.map(({ id }) => id);
  }

  async existsGood(reader: EntityManager, role: Role, at: Date): Promise<boolean> {
    const rows: unknown[] = await reader.query(`SELECT 1 FROM api_keys WHERE ${GOOD} LIMIT 1`, [role, at]);
    return rows.length > 0;
  }

  async revoke(tx: EntityManager, id: number, at: Date): Promise<void> {
    await tx.query('UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', [at, id]);
  }

  async markUsed(tx: EntityManager, id: number, at: Date): Promise<void> {
    await tx.query('UPDATE api_keys SET last_used_at = ? WHERE id = ?', [at, id]);
  }
}
