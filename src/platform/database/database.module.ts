import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Pool } from 'mysql2';
import { Config } from '../config/config.js';
import { Metrics } from '../metrics/metrics.js';
import { BatchTransactions } from './batch-transactions.js';
import { dataSourceOptions } from './data-source.js';
import { openDatabase, type OpenOptions } from './open-database.js';
import { poolCountsOf } from './pool-counts.js';
import { TransactionRunner } from './transaction-runner.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config, Metrics],
      useFactory: (config: Config, metrics: Metrics) => {
        const options = dataSourceOptions(config, (pool: Pool) =>
          metrics.observePool('main', () => poolCountsOf(pool)),
        );
        const openOptions: OpenOptions = { ...options, config };
        return { ...openOptions, autoLoadEntities: true, toRetry: () => false };
      },
      dataSourceFactory: (options) => openDatabase(options as OpenOptions),
    }),
  ],
  providers: [TransactionRunner, BatchTransactions],
  exports: [TransactionRunner, BatchTransactions],
})
export class DatabaseModule {}
