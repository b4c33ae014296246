import { Injectable } from '@nestjs/common';
import { AuditHistory, type AuditRecord, type FindingRecord, LastAuditRepository } from '../audit/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';

/** An audit that has begun and not ended. */
export interface AuditUnderWay {
  readonly begunAt: Date;
  /** Null before it has told how far it is. */
  readonly progress: Awaited<ReturnType<LastAuditRepository['find']>>['progress'];
}

interface AuditsPage {
  readonly running: AuditUnderWay | null;
  readonly audits: readonly AuditRecord[];
  /** The audit before which the next page begins; null when this is the last one. */
  readonly nextBefore: number | null;
}

interface FindingsPage {
  readonly audit: AuditRecord;
  readonly findings: readonly FindingRecord[];
  /** The finding after which the next page begins; null when this is the last one. */
  readonly nextAfter: number | null;
}

/** The last audits for people who look after the service. */
@Injectable()
export class AuditsService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly history: AuditHistory,
    private readonly lastAudit: LastAuditRepository,
  ) {}

  /** Audits before this one, newest first, and the one under way. */
  list(before: number, limit: number): Promise<AuditsPage> {
    return this.transactions.read('list-audits', async (reader) => {
      const found = await this.history.list(reader, before, limit + 1);
      const { begunAt, progress } = await this.lastAudit.find(reader);
      const audits = found.slice(0, limit);
      const nextBefore = found.length > limit ? (audits.at(-1)?.id ?? null) : null;
      return { running: begunAt && { begunAt, progress }, audits, nextBefore };
    });
  }

  /** An audit with what it found after this finding. @throws Refusal NotFound, also of one that is not kept any more */
  get(auditId: number, after: number, limit: number): Promise<FindingsPage> {
    return this.transactions.read('get-audit', async (reader) => {
      const audit = await this.history.find(reader, auditId);
      if (!audit) throw new Refusal('NotFound');
      const found = await this.history.listFindings(reader, auditId, after, limit + 1);
      const findings = found.slice(0, limit);
      return { audit, findings, nextAfter: found.length > limit ? (findings.at(-1)?.id ?? null) : null };
    });
  }
}
