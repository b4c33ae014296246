import { applyDecorators, createParamDecorator, type ExecutionContext, UseGuards } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { IdempotencyClaim } from './claim.js';
import { IdempotencyGuard } from './idempotency.guard.js';
import { type ClaimingRequest, type IdempotentRoute, rememberRoute } from './idempotent-route.js';

/** The route honours `Idempotency-Key`; the guard answers duplicates before the handler runs. */
export const Idempotent = (route: IdempotentRoute) =>
  applyDecorators(
    rememberRoute(route),
    UseGuards(IdempotencyGuard),
    ApiHeader({
      name: 'Idempotency-Key',
      required: route.required,
      description:
        '1–255 visible ASCII characters, bare or as a quoted string; bound to the payload it first came with',
      schema: { type: 'string', minLength: 1, maxLength: 257 },
      example: 'test-idempotency-key',
    }),
  );

/** The claim that the guard made for this request. */
export const Claim = createParamDecorator((_: unknown, context: ExecutionContext): IdempotencyClaim => {
  const { idempotencyClaim } = context.switchToHttp().getRequest<ClaimingRequest>();
  if (!idempotencyClaim) throw new Error('@Claim() needs @Idempotent() on the route');
  return idempotencyClaim;
});
