import { Global, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { endClaims } from './end-claims.js';
import { IdempotencyStore } from './idempotency.store.js';

@Global()
@Module({ providers: [IdempotencyStore], exports: [IdempotencyStore] })
export class IdempotencyModule {
  constructor(host: HttpAdapterHost, store: IdempotencyStore) {
    endClaims(host.httpAdapter.getInstance<FastifyInstance>(), store);
  }
}
