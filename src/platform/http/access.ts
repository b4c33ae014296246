import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

/** Whose key it is: a merchant's, that of the wallet's own back end, or that of the people who run the service. */
export const ROLES = ['partner', 'app', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Who sent a request. */
export type Caller =
  | { readonly role: 'partner'; readonly keyId: number; readonly partnerId: number }
  | { readonly role: 'app' | 'operator'; readonly keyId: number }
  /** Nobody knows: it came without a key, which only `AUTH=optional` allows. */
  | { readonly role: 'anyone' };

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
}

export const ACCESS = Symbol('access');
/** The roles of an operation in the OpenAPI document. */
export const ACCESS_EXTENSION = 'x-access';

export type AccessRule = 'public' | readonly Role[];

/**
 * Who may call a route. Every route says it, with this or with `@Public()`: the service doesn't start otherwise.
 *
 * A partner may name no partner but itself: the guard compares every `partnerId` in path, query and body. A route that
 * names something of a partner's (a payment) takes `@OwnPartnerId()` and treats what is another's as not there.
 */
export const Access = (...roles: [Role, ...Role[]]) =>
  applyDecorators(SetMetadata(ACCESS, roles), ApiBearerAuth(), ApiExtension(ACCESS_EXTENSION, roles));

/** Anybody may call the route; a key is not even looked at, so that it answers without a store. */
export const Public = () => SetMetadata(ACCESS, 'public');

/** The partner that a request is confined to; null for callers that may see every partner's things. */
export const OwnPartnerId = createParamDecorator((_: unknown, context: ExecutionContext): number | null => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('nobody has looked at who calls this route');
  return caller.role === 'partner' ? caller.partnerId : null;
});
