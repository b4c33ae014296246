export { claimWithoutKey, fingerprint, type IdempotencyClaim, ownedBy } from './claim.js';
export { Claim, Idempotent } from './idempotency.decorator.js';
export { parseIdempotencyKey } from './idempotency-key.js';
export { IdempotencyModule } from './idempotency.module.js';
export type { IdempotentRoute } from './idempotent-route.js';
