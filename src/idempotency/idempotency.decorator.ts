import { applyDecorators, createParamDecorator, type ExecutionContext, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { IdempotencyClaim } from './claim.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { type RequestWithClaim, type IdempotentRoute, rememberRoute } from './idempotent-route.js';

/**
 * The route honours `Idempotency-Key`; the interceptor answers duplicates that Redis remembers before the handler runs.
 */
export const Idempotent = (route: IdempotentRoute) =>
  applyDecorators(
    rememberRoute(route),
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
  const { idempotencyClaim } = context.switchToHttp().getRequest<RequestWithClaim>();
  if (!idempotencyClaim) throw new Error('@Claim() needs @Idempotent() on the route');
  return idempotencyClaim;
});
