import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Check } from './checks.js';

/** What the last audit found, whichever instance ran it. */
export interface LastAudit {
  readonly endedAt: Date;
  readonly durationSeconds: number;
  readonly violations: Partial<Record<Check, number>>;
  readonly bankUnanswered: number;
  /** Up to when settled withdrawals were compared with the bank's record; null when never. */
  readonly settledUntil: Date | null;
}

/** A row of the table, with how long ago it was written by the database's clock, which all instances share. */
export interface StoredAudit extends LastAudit {
  readonly ageMs: number;
}

interface Row extends Omit<LastAudit, 'violations'> {
  readonly violations: string;
  readonly ageMs: number | string;
}

@Injectable()
export class LastAuditRepository {
  async find(reader: EntityManager): Promise<StoredAudit | null> {
    const [row]: Row[] = await reader.query(
      `SELECT ended_at AS endedAt, duration_seconds AS durationSeconds, violations, bank_unanswered AS bankUnanswered,
         settled_until AS settledUntil, TIMESTAMPDIFF(MICROSECOND, ended_at, UTC_TIMESTAMP(3)) / 1000 AS ageMs
       FROM last_audit WHERE id = 1`,
    );
    if (!row) return null;
    const violations = JSON.parse(row.violations) as LastAudit['violations'];
    return { ...row, violations, ageMs: Number(row.ageMs) };
  }

  async save(tx: EntityManager, audit: Omit<LastAudit, 'endedAt'>): Promise<void> {
    await tx.query(
      `REPLACE INTO last_audit (id, ended_at, duration_seconds, violations, bank_unanswered, settled_until)
       VALUES (1, UTC_TIMESTAMP(3), ?, ?, ?, ?)`,
      [audit.durationSeconds, JSON.stringify(audit.violations), audit.bankUnanswered, audit.settledUntil],
    );
  }
}
