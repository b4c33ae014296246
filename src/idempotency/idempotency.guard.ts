import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Answer, Refusal } from '../platform/http/answers.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { claimWithoutKey, fingerprint, type IdempotencyClaim } from './claim.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { type Claimed, IdempotencyStore } from './idempotency.store.js';
import { type ClaimingRequest, type IdempotentRoute, rememberRoute } from './idempotent-route.js';

/**
 * Binds a request to its `Idempotency-Key` before anything else happens, answers duplicates that Redis knows of, and
 * remembers an answer once it is durable.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly store: IdempotencyStore,
    private readonly metrics: Metrics,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const route = this.reflector.get(rememberRoute, context.getHandler());
    return from(this.guard(route, context.switchToHttp().getRequest<ClaimingRequest>(), next));
  }

  private async guard(route: IdempotentRoute, request: ClaimingRequest, next: CallHandler): Promise<unknown> {
    const payload = { params: request.params, body: request.body };
    const owner = ownerOf(route, request);
    const scope = `${route.owner}:${owner}:${route.route}`;
    const header = request.headers['idempotency-key'];
    if (header === undefined) {
      if (route.required) throw new Refusal('IdempotencyKeyMissing');
      request.idempotencyClaim = claimWithoutKey(scope, payload);
      return lastValueFrom(next.handle());
    }
    const claim: IdempotencyClaim = { scope, key: parseIdempotencyKey(header), hash: fingerprint(payload) };
    request.idempotencyClaim = claim;
    if (owner === NOBODY) return lastValueFrom(next.handle());

    const claimed = await this.store.claim(claim);
    // Under another payload's lease the key may be ours all the same, if Redis has forgotten: the database decides.
    const isContested = claimed.state === 'onGoing' && claimed.hash !== claim.hash.toString('hex');
    if (claimed.state !== 'first' && !isContested) throw this.duplicate(route, claim, claimed);
    const lease = claimed.state === 'first' ? claimed.lease : null;
    let answered: unknown;
    try {
      answered = await lastValueFrom(next.handle());
    } catch (error) {
      await this.store.release(lease);
      throw error;
    }
    if (answered instanceof Answer && answered.code === 'Success') {
      // Not awaited: forgetting is harmless, and it is on its way before this instance reads what a client sends after its answer.
      void this.store.complete(lease, claim, {
        detail: answered.detail as object,
        ...(answered.location !== undefined && { location: answered.location }),
      });
    } else {
      await this.store.release(lease);
    }
    return answered;
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
