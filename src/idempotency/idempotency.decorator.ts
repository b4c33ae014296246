import { applyDecorators, createParamDecorator, type ExecutionContext, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { IdempotencyClaim } from './claim.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { type ClaimingRequest, type IdempotentRoute, rememberRoute } from './idempotent-route.js';

/** The route honours `Idempotency-Key`; the interceptor answers duplicates before the handler runs. */
export const Idempotent = (route: IdempotentRoute) =>
  applyDecorators(
    rememberRoute(route),
    // Of these routes alone: what Nest builds around an interceptor is a third of what a request allocates.
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: route.required,
      description:
        '1–255 visible ASCII characters, bare or as a quoted string; bound to the payload it first came with',
      schema: { type: 'string', minLength: 1, maxLength: 257 },
      example: 'test-idempotency-key',
    }),
  );

/** The claim that the interceptor made for this request. */
export const Claim = createParamDecorator((_: unknown, context: ExecutionContext): IdempotencyClaim => {
  const { idempotencyClaim } = context.switchToHttp().getRequest<ClaimingRequest>();
  if (!idempotencyClaim) throw new Error('@Claim() needs @Idempotent() on the route');
  return idempotencyClaim;
});
