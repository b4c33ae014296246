import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type AccessRule } from '../platform/http/access.js';
import { digitsToNumber } from '../platform/http/query-fields.js';
import type { ActSubject, OperatorAct } from './operator-act.entity.js';

/** What is recorded of a route when an operator calls it. */
export interface ActRoute {
  /** The operation's name in the OpenAPI document. */
  readonly action: string;
  readonly on: ActSubject;
  /** The path's parameter with its id; absent: the act makes it, or there is only one. */
  readonly id?: string;
  /** The field that says why. */
  readonly reason?: string;
  /** It is a field of the query: for calls that have no body. */
  readonly reasonInQuery?: true;
}

/**
 * Says what is recorded of a route that operators may call. Whoever carries the call out writes it in the transaction
 * of the act: keyed calls and movements find it on their claim, others take `@ActOfCall()`.
 */
export const Act = Reflector.createDecorator<ActRoute>();

/** An act, as far as it is known before it is done. */
export type PlannedAct = Omit<OperatorAct, 'id' | 'actedAt'>;

/** Null for a call that is no operator's. */
export function actOf(reflector: Reflector, context: ExecutionContext): PlannedAct | null {
  const handler = context.getHandler();
  const route = reflector.get(Act, handler);
  if (!route) return null;
  const rule = reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [handler, context.getClass()]);
  const { caller, params, query, body, ip, id } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller || !isOperators(caller.role, rule)) return null;
  const reason = fieldOf(route.reasonInQuery ? query : body, route.reason);
  const subjectId = digitsToNumber(fieldOf(params, route.id));
  return {
    action: route.action,
    keyId: caller.role === 'anyone' ? null : caller.keyId,
    role: caller.role,
    address: ip,
    requestId: String(id),
    // What is no text is refused before anything is done.
    reason: typeof reason === 'string' ? reason : null,
    subject: route.on,
    subjectId: typeof subjectId === 'number' ? subjectId : null,
  };
}

const fieldOf = (fields: unknown, name: string | undefined): unknown =>
  name === undefined ? undefined : (fields as Record<string, unknown> | null | undefined)?.[name];

/** For a call that carries no claim: its act, to be written by whoever carries it out. */
export const ActOfCall = createParamDecorator((_: unknown, context: ExecutionContext) =>
  actOf(new Reflector(), context),
);

/** Where keys are optional, whoever calls what is for operators alone is taken for one. */
function isOperators(role: string, rule: AccessRule | undefined): boolean {
  return role === 'operator' || (role === 'anyone' && Array.isArray(rule) && rule.every((one) => one === 'operator'));
}
