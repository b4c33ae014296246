import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Check, Violation } from './checks.js';

/** So many audits are kept; with one in ten minutes, a day and a half. */
export const AUDITS_KEPT = 200;
/** So many wrong rows of each check are kept by name. */
export const FINDINGS_KEPT = 100;
const KEY_LENGTH_MAX = 500;
const PROBLEM_LENGTH_MAX = 1_000;
/** A finding is two kilobytes at most. */
const FINDINGS_AT_ONCE = 200;

/** What an audit that is over has found. */
export interface AuditFound {
  /** How many rows each check found wrong. */
  readonly violations: Partial<Record<Check, number>>;
  readonly bankUnanswered: number;
  /** The first of them, by name. */
  readonly findings?: readonly Violation[];
}

export interface AuditRecord {
  readonly id: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Of the checks that found something. */
  readonly checks: Partial<Record<Check, number>>;
  readonly bankUnanswered: number;
  /** How many of the wrong rows are kept. */
  readonly findingCount: number;
}

export interface FindingRecord extends Violation {
  readonly id: number;
}

type Row = Omit<AuditRecord, 'checks'> & { checks: string };

const COLUMNS = `id, started_at AS startedAt, ended_at AS endedAt, checks, bank_unanswered AS bankUnanswered,
  finding_count AS findingCount`;

/**
 * Writes an audit down that ends now, in the transaction in which it does and before `last_audit` forgets when it began,
 * and deletes what is older than the last ones.
 */
export async function writeAudit(tx: EntityManager, found: AuditFound): Promise<void> {
  const { violations, bankUnanswered, findings = [] } = found;
  const wrong = Object.fromEntries(Object.entries(violations).filter(([, count]) => count > 0));
  const { insertId }: { insertId: number } = await tx.query(
    `INSERT INTO audits (started_at, ended_at, checks, bank_unanswered, finding_count)
     SELECT COALESCE(running_since, UTC_TIMESTAMP(3)), UTC_TIMESTAMP(3), ?, ?, ? FROM last_audit WHERE id = 1`,
    [JSON.stringify(wrong), bankUnanswered, findings.length],
  );
  for (let from = 0; from < findings.length; from += FINDINGS_AT_ONCE) {
    const rows = findings.slice(from, from + FINDINGS_AT_ONCE).map(({ check, table, key, problem }) => {
      return [
        insertId,
        check,
        table,
        JSON.stringify(key).slice(0, KEY_LENGTH_MAX),
        problem.slice(0, PROBLEM_LENGTH_MAX),
      ];
    });
    await tx.query('INSERT INTO audit_findings (audit_id, check_name, table_name, row_key, problem) VALUES ?', [rows]);
  }
  const [oldest]: { id: number }[] = await tx.query('SELECT id FROM audits ORDER BY id DESC LIMIT 1 OFFSET ?', [
    AUDITS_KEPT,
  ]);
  if (!oldest) return;
  await tx.query('DELETE FROM audit_findings WHERE audit_id <= ?', [oldest.id]);
  await tx.query('DELETE FROM audits WHERE id <= ?', [oldest.id]);
}

/** The last audits, whichever instance ran them. */
@Injectable()
export class AuditHistory {
  /** Audits before this one, newest first. */
  async list(reader: EntityManager, before: number, limit: number): Promise<AuditRecord[]> {
    const rows: Row[] = await reader.query(`SELECT ${COLUMNS} FROM audits WHERE id < ? ORDER BY id DESC LIMIT ?`, [
      before,
      limit,
    ]);
    return rows.map(recordOf);
  }

  async find(reader: EntityManager, auditId: number): Promise<AuditRecord | null> {
    const [row]: Row[] = await reader.query(`SELECT ${COLUMNS} FROM audits WHERE id = ?`, [auditId]);
    return row ? recordOf(row) : null;
  }

  /** The wrong rows of an audit after this finding: check by check, and of each in the order of their keys. */
  async listFindings(reader: EntityManager, auditId: number, after: number, limit: number): Promise<FindingRecord[]> {
    const rows: (Omit<FindingRecord, 'key'> & { key: string })[] = await reader.query(
      `SELECT id, check_name AS \`check\`, table_name AS \`table\`, row_key AS \`key\`, problem
       FROM audit_findings WHERE audit_id = ? AND id > ? ORDER BY id LIMIT ?`,
      [auditId, after, limit],
    );
    return rows.map((row) => ({ ...row, key: keyOf(row.key) }));
  }
}

function recordOf({ checks, ...row }: Row): AuditRecord {
  return { ...row, checks: JSON.parse(checks) as AuditRecord['checks'] };
}

/** One that was too long to be kept whole is shown as it is. */
function keyOf(text: string): Violation['key'] {
  return text.endsWith('}') ? (JSON.parse(text) as Violation['key']) : { key: text };
}
