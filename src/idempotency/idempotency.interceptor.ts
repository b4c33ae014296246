import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Observable, tap } from 'rxjs';
import { actOf } from '../acts/index.js';
import { type Answer, Refusal } from '../platform/http/answers.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { claimOf, type IdempotencyClaim, scopeOf } from './claim.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { IdempotencyStore, type RememberedAnswer } from './idempotency.store.js';
import { type RequestWithClaim, type IdempotentRoute, rememberRoute } from './idempotent-route.js';

/**
 * The first of idempotency's two layers: binds a request to its `Idempotency-Key` before anything else happens, and
 * answers a duplicate that Redis remembers before a connection of the database's is used. It never lets anything happen
 * twice, and never says that something is under way: only the database knows that, and decides.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly store: IdempotencyStore,
    private readonly metrics: Metrics,
  ) {}

  /** @throws Refusal IdempotencyKeyMissing, IdempotencyKeyInvalid, IdempotencyKeyReused, and the route's 409 */
  async intercept(context: ExecutionContext, next: CallHandler<Answer<object>>): Promise<Observable<Answer<object>>> {
    const route = this.reflector.get(rememberRoute, context.getHandler());
    const request = context.switchToHttp().getRequest<RequestWithClaim>();
    const header = request.headers['idempotency-key'];
    if (header === undefined && route.required) throw new Refusal('IdempotencyKeyMissing');
    const key = header === undefined ? null : parseIdempotencyKey(header);
    const scope = knownScope(route, request);
    const act = actOf(this.reflector, context);
    const claimed = claimOf(scope ?? '', key, { params: request.params, body: request.body });
    const claim = act ? { ...claimed, act } : claimed;
    request.idempotencyClaim = claim;
    // Nobody can have used a key that was made here; and where only the handler knows the owner, or Redis must not know
    // it, the database decides alone.
    if (key === null || scope === null || route.isPersonal) return next.handle();
    // 1. Claim the key.
    const found = await this.store.claim(claim);
    if (found.kind === 'remembered') throw this.duplicate(route, claim, found);
    if (found.kind === 'contested') request.idempotencyClaim = { ...claim, isContested: true };
    const lease = found.kind === 'first' ? found.lease : null;
    // 2. Do what was asked.
    let answer: Answer<object> | undefined;
    const finalize = () => {
      // 3. Remember a success, which is durable by now; after anything else the key is free in this layer. Nobody waits
      //    for either: whoever comes before it has arrived meets a lease, and the database is asked.
      if (answer?.code === 'Success') this.store.remember(lease, claim, answer);
      else if (lease) this.store.release(lease);
    };
    return next.handle().pipe(tap({ next: (given) => (answer = given), finalize }));
  }

  private duplicate(route: IdempotentRoute, claim: IdempotencyClaim, { hash, answer }: RememberedAnswer): Refusal {
    const isReused = hash !== claim.hash.toString('hex');
    this.metrics.idempotencyTotal.inc({ layer: 'redis', outcome: isReused ? 'reused' : 'duplicate' });
    if (isReused) return new Refusal('IdempotencyKeyReused');
    return new Refusal(
      route.owner === 'partner' ? 'PaymentComplete' : 'RequestComplete',
      answer.detail,
      answer.location,
    );
  }
}

/** Null for an owner that only the handler can tell, or that is malformed, which validation refuses in a moment. */
function knownScope({ owner, ownerField, route }: IdempotentRoute, { body }: RequestWithClaim): string | null {
  if (owner === 'app' || owner === 'operator') return scopeOf(owner, null, route);
  const id = ownerField === null ? undefined : (body as Record<string, unknown> | null | undefined)?.[ownerField];
  return Number.isSafeInteger(id) && (id as number) > 0 ? scopeOf(owner, id as number, route) : null;
}
