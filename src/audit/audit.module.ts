import { type DynamicModule, Module } from '@nestjs/common';
import { BankClient, BankModule, LinkVault } from '../bank/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { AuditHistoryModule } from './audit-history.module.js';
import { AuditMemory } from './audit-memory.js';
import { AuditWorker } from './audit.worker.js';
import type { Books } from './checks.js';
import { planOf } from './probes/index.js';
import { RollingAudit } from './rolling-audit.js';

@Module({})
export class AuditModule {
  static of(books: Books): DynamicModule {
    const memory = {
      provide: AuditMemory,
      useFactory: (transactions: TransactionRunner) => new AuditMemory(transactions),
      inject: [TransactionRunner],
    };
    const audit = {
      provide: RollingAudit,
      useFactory: (transactions: TransactionRunner, bank: BankClient, links: LinkVault, remembered: AuditMemory) =>
        new RollingAudit(transactions, bank, planOf(books, links), remembered),
      inject: [TransactionRunner, BankClient, LinkVault, AuditMemory],
    };
    return { module: AuditModule, imports: [BankModule, AuditHistoryModule], providers: [memory, audit, AuditWorker] };
  }
}
