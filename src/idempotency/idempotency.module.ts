import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyStore } from './idempotency.store.js';
import { KeyedRequest } from './keyed-request.entity.js';
import { KeyedWrites } from './keyed-writes.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([KeyedRequest])],
  providers: [IdempotencyStore, KeyedWrites],
  exports: [IdempotencyStore, KeyedWrites],
})
export class IdempotencyModule {}
