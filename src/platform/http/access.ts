import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBasicAuth, ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

/**
 * Whose key it is: a merchant's, that of the wallet's own back end, or that of the people who run the service; of who
 * reads what operators, or one merchant, may read, and does nothing; or of what collects the metrics.
 */
export const ROLES = ['partner', 'app', 'operator', 'auditor', 'partner-read', 'metrics'] as const;
export type Role = (typeof ROLES)[number];
/** The roles of keys that belong to a partner. */
export const PARTNER_ROLES = ['partner', 'partner-read'] as const;
export type PartnerRole = (typeof PARTNER_ROLES)[number];

export function isOfPartner(role: Role): role is PartnerRole {
  return (PARTNER_ROLES as readonly Role[]).includes(role);
}

/** Who sent a request. */
export type Caller =
  | { readonly role: PartnerRole; readonly keyId: number; readonly partnerId: number }
  | { readonly role: Exclude<Role, PartnerRole>; readonly keyId: number }
  /** Nobody knows: it came without a key, which only `AUTH=optional` allows. */
  | { readonly role: 'anyone' };

/** Why a request without a good key is refused. Whether there is, or was, such a key is not told. */
export const UNAUTHORIZED_REASONS = ['missing', 'malformed', 'unknown-or-revoked'] as const;
export type UnauthorizedReason = (typeof UNAUTHORIZED_REASONS)[number];

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
}

export const ACCESS = Symbol('access');
/** The roles of an operation in the OpenAPI document. */
export const ACCESS_EXTENSION = 'x-access';

export type AccessRule = 'public' | readonly Role[];

/** Who may read what others may read. */
const READS_AS: Partial<Record<Role, Role>> = { operator: 'auditor', partner: 'partner-read' };

/** All roles that a route is open to: the readers are let in where it only reads. */
export function rolesOf(declared: readonly Role[], method: string): readonly Role[] {
  if (!['GET', 'HEAD'].includes(method.toUpperCase())) return declared;
  const readers = declared.flatMap((role) => READS_AS[role] ?? []);
  return [...declared, ...readers];
}

/**
 * Who may call a route. Every route says it, with this or with `@Public()`: the service doesn't start otherwise.
 * Auditors and `partner-read` need no mention: `rolesOf` adds them to what only reads.
 *
 * A partner may name no partner but itself: the guard compares every `partnerId` in path, query and body. A route that
 * names something of a partner's (a payment) takes `@OwnPartnerId()` and treats what is another's as not there.
 */
export const Access = (...roles: [Role, ...Role[]]) =>
  applyDecorators(SetMetadata(ACCESS, roles), ApiBearerAuth(), ApiBasicAuth(), ApiExtension(ACCESS_EXTENSION, roles));

/** Anybody may call the route; a key is not even looked at, so that it answers without a store. */
export const Public = () => SetMetadata(ACCESS, 'public');

/** The partner that a request is confined to; null for callers that may see every partner's things. */
export const OwnPartnerId = createParamDecorator((_: unknown, context: ExecutionContext): number | null => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('nobody has looked at who calls this route');
  return 'partnerId' in caller ? caller.partnerId : null;
});
