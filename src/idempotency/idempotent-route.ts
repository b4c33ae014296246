import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { IdempotencyClaim, SoleOwner } from './claim.js';

export interface IdempotentRoute {
  /** Short name of the route in a scope. */
  readonly route: string;
  /**
   * Whose keys they are: a partner's, a user's, the wallet's own back end's, of which there is one, or the operators',
   * who share theirs: a request may be repeated with a newer API key.
   */
  readonly owner: 'partner' | 'user' | SoleOwner;
  /** The body's field that says which partner or user; null where only the handler can find out (see `ownedBy`). */
  readonly ownerField: string | null;
  readonly required: boolean;
  /** Payload or answer say who somebody is, or have a secret: Redis is not told of them, the database decides alone. */
  readonly isPersonal?: true;
}

/** Marks a handler with what the interceptor must know of it. */
export const rememberRoute = Reflector.createDecorator<IdempotentRoute>();

export interface RequestWithClaim extends FastifyRequest {
  idempotencyClaim?: IdempotencyClaim;
}
