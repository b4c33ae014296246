import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { IdempotencyClaim } from './claim.js';
import type { Lease } from './idempotency.store.js';

export interface IdempotentRoute {
  /** Short name of the route in a scope. */
  readonly route: string;
  /** Whose keys they are, and the body's field that says who; null where only the handler can find out. */
  readonly owner: 'partner' | 'user';
  readonly ownerField: string | null;
  readonly required: boolean;
}

/** Marks a handler with what the guard must know of it. */
export const rememberRoute = Reflector.createDecorator<IdempotentRoute>();

export interface ClaimingRequest extends FastifyRequest {
  idempotencyClaim?: IdempotencyClaim;
  /** There while Redis may hold something for the request; null when what it holds is another's. */
  idempotencyLease?: Lease | null | undefined;
}
