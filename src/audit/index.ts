export { runAudit } from './audit.cli.js';
export { AuditModule } from './audit.module.js';
export { type AuditState, LastAuditRepository } from './last-audit.repository.js';
export type { Books, Probe, RoomBooks, Within } from './checks.js';
