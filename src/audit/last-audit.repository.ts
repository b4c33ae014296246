import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Check } from './checks.js';
import type { ProgressNow } from './progress.js';

/** What the last audit found, whichever instance ran it. */
export interface LastAudit {
  readonly endedAt: Date;
  readonly durationSeconds: number;
  readonly violations: Partial<Record<Check, number>>;
  readonly bankUnanswered: number;
  /** By the database's clock, which all instances share. */
  readonly ageMs: number;
}

/** How far one table's rows are proven for good. */
export interface Sealed {
  readonly name: string;
  readonly sealedUpTo: number;
  readonly againEndedAt: Date | null;
}

export interface AuditState {
  /** Null when none has ended yet. */
  readonly last: LastAudit | null;
  /** One is under way, here or elsewhere, or was interrupted. */
  readonly isBegun: boolean;
  /** When it began, by the database's clock. */
  readonly begunAt: Date | null;
  readonly progress: ProgressNow | null;
  readonly sealed: readonly Sealed[];
}

interface Row {
  readonly endedAt: Date | null;
  readonly durationSeconds: number;
  readonly violations: string;
  readonly bankUnanswered: number;
  readonly ageMs: number | string;
  readonly begunAt: Date | null;
  readonly progress: string | null;
}

/** What everybody may know of audits; `AuditMemory` writes it. */
@Injectable()
export class LastAuditRepository {
  async find(reader: EntityManager): Promise<AuditState> {
    const [row]: Row[] = await reader.query(
      `SELECT ended_at AS endedAt, duration_seconds AS durationSeconds, violations, bank_unanswered AS bankUnanswered,
         TIMESTAMPDIFF(MICROSECOND, ended_at, UTC_TIMESTAMP(3)) / 1000 AS ageMs, running_since AS begunAt, progress
       FROM last_audit WHERE id = 1`,
    );
    if (!row) throw new Error('the row of the last audit is missing');
    const sealed: Sealed[] = await reader.query(
      'SELECT name, sealed_up_to AS sealedUpTo, again_ended_at AS againEndedAt FROM audit_walks WHERE sealed_up_to > 0',
    );
    const { endedAt, durationSeconds, bankUnanswered } = row;
    const violations = JSON.parse(row.violations) as LastAudit['violations'];
    return {
      last: endedAt && { endedAt, durationSeconds, violations, bankUnanswered, ageMs: Number(row.ageMs) },
      isBegun: row.begunAt !== null,
      begunAt: row.begunAt,
      progress: row.progress === null ? null : (JSON.parse(row.progress) as ProgressNow),
      sealed,
    };
  }
}
