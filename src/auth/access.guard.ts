import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type AccessRule, type Caller, type Role, rolesOf } from '../platform/http/access.js';
import { Refusal } from '../platform/http/answers.js';
import { isId } from '../platform/http/fields.js';
import { digitsToNumber } from '../platform/http/query-fields.js';
import { networkOf } from './address.js';
import { Authenticator } from './authenticator.js';

/**
 * Decides before anything else looks at a request: before its idempotency key claims anything, and before validation
 * says what a right request would be.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  /** @throws Refusal Unauthorized, Forbidden, TooManyRequests */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.ruleOf(context);
    if (rule === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const address = networkOf(request.ip);
    const { authorization } = request.headers;
    const known = this.authenticator.recognize(authorization);
    const caller = known ?? (await this.authenticator.identify(authorization, address));
    request.caller = caller;
    if (!this.authenticator.limitAtOnce(caller, address)) await this.authenticator.limit(caller, address);
    if (!isAllowed(rule, caller, request)) throw new Refusal('Forbidden');
    return true;
  }

  private ruleOf(context: ExecutionContext): AccessRule {
    const targets = [context.getHandler(), context.getClass()];
    // Nobody gets in where nothing is declared; see `EveryRouteSaysWho` for why this can't happen.
    return this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, targets) ?? [];
  }
}

function isAllowed(rule: readonly Role[], caller: Caller, request: FastifyRequest): boolean {
  if (caller.role === 'anyone') return rule.length > 0;
  if (!rolesOf(rule, request.method).includes(caller.role)) return false;
  return !('partnerId' in caller) || namesNoOther(caller.partnerId, request);
}

/**
 * Wherever a request names a partner, it is the caller itself. What is no id names nobody: validation refuses it later.
 */
function namesNoOther(partnerId: number, { params, query, body }: FastifyRequest): boolean {
  const named = [digitsToNumber(partnerIdIn(params)), digitsToNumber(partnerIdIn(query)), partnerIdIn(body)];
  return named.every((id) => id === partnerId || !isId(id));
}

const partnerIdIn = (fields: unknown): unknown =>
  typeof fields === 'object' && fields !== null ? (fields as { partnerId?: unknown }).partnerId : undefined;
