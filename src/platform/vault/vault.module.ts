import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { BlindIndex, INDEX_KEY, loadBlindIndex } from './blind-index.js';
import { ResealWorker } from './reseal.worker.js';
import type { SealedTable } from './row-vault.js';

@Global()
@Module({})
export class VaultModule {
  /** @param tables all that are encrypted */
  static of(tables: readonly SealedTable[]): DynamicModule {
    const index = {
      provide: BlindIndex,
      useFactory: (dataSource: DataSource, config: Config) => loadBlindIndex(dataSource, config.dataKeys),
      inject: [DataSource, Config],
    };
    const worker = {
      provide: ResealWorker,
      // The index's key is moved last: once it is, a start without the former key says what is missing.
      useFactory: (dataSource: DataSource, config: Config) =>
        new ResealWorker([...tables, INDEX_KEY], dataSource, config),
      inject: [DataSource, Config],
    };
    return { module: VaultModule, providers: [index, worker], exports: [BlindIndex] };
  }
}
