import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Refusal } from '../platform/http/answers.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { claimWithoutKey, fingerprint, type IdempotencyClaim } from './claim.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { type Claimed, IdempotencyStore, type Lease } from './idempotency.store.js';
import { type ClaimingRequest, type IdempotentRoute, rememberRoute } from './idempotent-route.js';

/**
 * Binds a request to its `Idempotency-Key` before anything else happens, and answers duplicates that Redis knows of. What it
 * claims ends with the answer: see `endClaims`. (The two were one Nest interceptor: the observables that Nest 12 builds
 * around one cost a sixth of all payments per second.)
 */
@Injectable()
export class IdempotencyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly store: IdempotencyStore,
    private readonly metrics: Metrics,
  ) {}

  /** @throws Refusal IdempotencyKeyMissing, IdempotencyKeyInvalid, IdempotencyKeyReused, and the route's two for duplicates */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = this.reflector.get(rememberRoute, context.getHandler());
    const request = context.switchToHttp().getRequest<ClaimingRequest>();
    const payload = { params: request.params, body: request.body };
    const owner = ownerOf(route, request);
    const scope = `${route.owner}:${owner}:${route.route}`;
    const header = request.headers['idempotency-key'];
    if (header === undefined) {
      if (route.required) throw new Refusal('IdempotencyKeyMissing');
      request.idempotencyClaim = claimWithoutKey(scope, payload);
      return true;
    }
    const claim: IdempotencyClaim = { scope, key: parseIdempotencyKey(header), hash: fingerprint(payload) };
    request.idempotencyClaim = claim;
    if (owner !== NOBODY) request.idempotencyLease = await this.lease(route, claim);
    return true;
  }

  /** Null when the database alone has to decide. */
  private async lease(route: IdempotentRoute, claim: IdempotencyClaim): Promise<Lease | null> {
    const claimed = await this.store.claim(claim);
    if (claimed.state === 'first') return claimed.lease;
    // Under another payload's lease the key may be ours all the same, if Redis has forgotten: the database decides.
    const isContested = claimed.state === 'onGoing' && claimed.hash !== claim.hash.toString('hex');
    if (!isContested) throw this.duplicate(route, claim, claimed);
    return null;
  }

  private duplicate(
    route: IdempotentRoute,
    claim: IdempotencyClaim,
    found: Exclude<Claimed, { state: 'first' }>,
  ): Refusal {
    const reused = found.hash !== claim.hash.toString('hex');
    this.metrics.idempotencyTotal.inc({ layer: 'redis', outcome: reused ? 'reused' : found.state });
    if (reused) return new Refusal('IdempotencyKeyReused');
    const isPayment = route.owner === 'partner';
    if (found.state === 'onGoing') return new Refusal(isPayment ? 'PaymentOnGoing' : 'RequestOnGoing');
    const { detail, location } = found.answer;
    return new Refusal(isPayment ? 'PaymentComplete' : 'RequestComplete', detail, location);
  }
}

/**
 * The owner of a malformed request, which validation refuses in a moment, or of one whose owner only the handler can tell
 * (see `ownedBy`): it claims nothing here, so that the database alone decides.
 */
const NOBODY = 0;

function ownerOf(route: IdempotentRoute, request: ClaimingRequest): number {
  const body = request.body as Record<string, unknown> | null | undefined;
  const owner = route.ownerField === null ? undefined : body?.[route.ownerField];
  return Number.isSafeInteger(owner) && (owner as number) > 0 ? (owner as number) : NOBODY;
}
