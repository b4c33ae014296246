import { Module } from '@nestjs/common';
import { AuditHistory } from './audit-history.js';
import { LastAuditRepository } from './last-audit.repository.js';

/** What everybody may know of audits, apart from those who run them. */
@Module({ providers: [AuditHistory, LastAuditRepository], exports: [AuditHistory, LastAuditRepository] })
export class AuditHistoryModule {}
