export { runAudit } from './audit.cli.js';
export { AuditModule } from './audit.module.js';
export type { Books, Probe, RoomBooks, Within } from './checks.js';
