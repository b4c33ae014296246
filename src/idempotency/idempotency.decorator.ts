import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { IdempotencyClaim } from './claim.js';

export interface IdempotentRoute {
  /** Short name of the route in a scope. */
  readonly route: string;
  /** Whose keys they are, and the body's field that says who; null where only the handler can find out. */
  readonly owner: 'partner' | 'user';
  readonly ownerField: string | null;
  readonly required: boolean;
}

export const IDEMPOTENT = Symbol('idempotent');

/** The route honours `Idempotency-Key`; the interceptor answers duplicates before the handler runs. */
export const Idempotent = (route: IdempotentRoute) =>
  applyDecorators(
    SetMetadata(IDEMPOTENT, route),
    ApiHeader({
      name: 'Idempotency-Key',
      required: route.required,
      description:
        '1–255 visible ASCII characters, bare or as a quoted string; bound to the payload it first came with',
      schema: { type: 'string', minLength: 1, maxLength: 257 },
      example: 'test-idempotency-key',
    }),
  );

export interface ClaimingRequest extends FastifyRequest {
  idempotencyClaim?: IdempotencyClaim;
}

/** The claim that the interceptor made for this request. */
export const Claim = createParamDecorator((_: unknown, context: ExecutionContext): IdempotencyClaim => {
  const { idempotencyClaim } = context.switchToHttp().getRequest<ClaimingRequest>();
  if (!idempotencyClaim) throw new Error('@Claim() needs @Idempotent() on the route');
  return idempotencyClaim;
});
