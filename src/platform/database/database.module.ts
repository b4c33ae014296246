import { Global, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Pool } from 'mysql2';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { Metrics } from '../metrics/metrics.js';
import { dataSourceOptions } from './data-source.js';
import { migrate } from './migrate.js';
import { TransactionRunner } from './transaction-runner.js';

interface PoolCounts {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config, Metrics],
      useFactory: (config: Config, metrics: Metrics) => ({
        ...dataSourceOptions(config, (pool: Pool) => {
          const counts = pool as unknown as PoolCounts;
          metrics.observePool(() => ({
            open: counts._allConnections.length,
            free: counts._freeConnections.length,
            waiting: counts._connectionQueue.length,
          }));
        }),
        autoLoadEntities: true,
        retryAttempts: 20,
        retryDelay: 1_000,
        verboseRetryLog: false,
      }),
    }),
  ],
  providers: [TransactionRunner],
  exports: [TransactionRunner],
})
export class DatabaseModule implements OnModuleInit {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Several instances may start at once: one migrates, the others wait for it. */
  async onModuleInit(): Promise<void> {
    await migrate(this.dataSource);
  }
}
