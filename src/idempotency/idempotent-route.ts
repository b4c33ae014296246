import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { IdempotencyClaim } from './claim.js';

export interface IdempotentRoute {
  /** Short name of the route in a scope. */
  readonly route: string;
  /** Whose keys they are, and the body's field that says who; null where only the handler can find out. */
  readonly owner: 'partner' | 'user';
  readonly ownerField: string | null;
  readonly required: boolean;
}

/** Marks a handler with what the interceptor must know of it. */
export const rememberRoute = Reflector.createDecorator<IdempotentRoute>();

export interface ClaimingRequest extends FastifyRequest {
  idempotencyClaim?: IdempotencyClaim;
}
