export { claimOf, type IdempotencyClaim, ownedBy, scopeOf } from './claim.js';
export { Claim, Idempotent } from './idempotency.decorator.js';
export { parseIdempotencyKey } from './idempotency-key.js';
export { IdempotencyModule, KeyedWritesModule } from './idempotency.module.js';
export { answerKeyed, REQUEST_REFUSALS } from './keyed-answers.js';
export { type KeyedOutcome, KeyedWrites } from './keyed-writes.js';
