export { runAudit } from './audit.cli.js';
export { AuditHistory, type AuditRecord, type FindingRecord } from './audit-history.js';
export { AuditHistoryModule } from './audit-history.module.js';
export { AuditModule } from './audit.module.js';
export { CHECKS } from './checks.js';
export type { Books, Probe, RoomBooks, Within } from './checks.js';
export { type AuditState, LastAuditRepository } from './last-audit.repository.js';
