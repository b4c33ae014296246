import type { FastifyInstance } from 'fastify';
import { Answer } from '../platform/http/answers.js';
import type { IdempotencyStore } from './idempotency.store.js';
import type { ClaimingRequest } from './idempotent-route.js';

/**
 * Ends what the guard has claimed, before the answer is written: a success, which is durable by now, is remembered; after anything
 * else the key is free in Redis, whoever answers and however. A hook of the server, added before the one that writes envelopes.
 */
export function endClaims(server: FastifyInstance, store: IdempotencyStore): void {
  server.addHook('preSerialization', (request: ClaimingRequest, _reply, payload, done) => {
    const { idempotencyClaim: claim, idempotencyLease: lease } = request;
    if (!claim || lease === undefined) return done(null, payload);
    request.idempotencyLease = undefined;
    if (payload instanceof Answer && payload.code === 'Success') {
      const { detail, location } = payload as Answer<object>;
      // Not awaited: forgetting is harmless, and it is on its way before this instance reads what a client sends after its answer.
      void store.complete(lease, claim, { detail, ...(location !== undefined && { location }) });
      return done(null, payload);
    }
    void store.release(lease).then(() => done(null, payload));
  });
}
