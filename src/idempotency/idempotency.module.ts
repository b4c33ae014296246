import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyStore } from './idempotency.store.js';
import { KeyedRequest } from './keyed-request.entity.js';
import { KeyedWrites } from './keyed-writes.js';

/** What the database knows of keys, also for programs that serve no HTTP and have no Redis. */
@Global()
@Module({ imports: [TypeOrmModule.forFeature([KeyedRequest])], providers: [KeyedWrites], exports: [KeyedWrites] })
export class KeyedWritesModule {}

@Global()
@Module({ imports: [KeyedWritesModule], providers: [IdempotencyStore], exports: [IdempotencyStore] })
export class IdempotencyModule {}
