import { Module } from '@nestjs/common';
import { BankModule } from '../bank/index.js';
import { AuditWorker } from './audit.worker.js';
import { Auditor } from './auditor.js';
import { LastAuditRepository } from './last-audit.repository.js';

@Module({ imports: [BankModule], providers: [Auditor, LastAuditRepository, AuditWorker] })
export class AuditModule {}
