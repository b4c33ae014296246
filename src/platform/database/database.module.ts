import { Global, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Pool } from 'mysql2';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { Metrics } from '../metrics/metrics.js';
import { BatchTransactions } from './batch-transactions.js';
import { dataSourceOptions } from './data-source.js';
import { migrate } from './migrate.js';
import { poolCountsOf } from './pool-counts.js';
import { TransactionRunner } from './transaction-runner.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config, Metrics],
      useFactory: (config: Config, metrics: Metrics) => ({
        ...dataSourceOptions(config, (pool: Pool) => metrics.observePool('main', () => poolCountsOf(pool))),
        autoLoadEntities: true,
        retryAttempts: 20,
        retryDelay: 1_000,
        verboseRetryLog: false,
      }),
    }),
  ],
  providers: [TransactionRunner, BatchTransactions],
  exports: [TransactionRunner, BatchTransactions],
})
export class DatabaseModule implements OnModuleInit {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Several instances may start at once: one migrates, the others wait for it. */
  async onModuleInit(): Promise<void> {
    await migrate(this.dataSource);
  }
}
