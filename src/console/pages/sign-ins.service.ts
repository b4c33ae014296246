import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONSOLE_ROLES, type ConsoleRole, type Member } from '../session/session.js';
import { ConsoleApi } from '../shell/console-api.js';
import type { Schemas } from '../shell/schemas.js';
import type { SignInProblem } from './sign-in.page.js';

const PROBLEMS: Readonly<Record<number, SignInProblem['problem']>> = { 401: 'keyWrong', 403: 'keyOfOther' };

/** Finds out whose key somebody signs in with: by asking the API with it, which also counts the wrong ones. */
@Injectable()
export class SignIns {
  constructor(private readonly api: ConsoleApi) {}

  /** @param key null: without one, which only works where none is needed */
  async memberWith(key: string | null, request: FastifyRequest): Promise<Member | SignInProblem> {
    if (key === '') return { problem: 'keyNeeded', status: 400 };
    // What can be no header is no key; what is one is left to the API.
    if (key !== null && !/^[!-~]{1,200}$/.test(key)) return { problem: 'keyWrong', status: 401 };
    const asking = { request, key };
    const answer = await this.api.call<Schemas['OwnKeyDto']>(asking, { method: 'GET', path: '/operations/me' });
    if (answer.status === 200) return { role: consoleRoleOf(answer.detail.role), key };
    const { status, message, retryAfterSeconds } = answer;
    const problem = key === null && status === 401 ? 'keyNeeded' : PROBLEMS[status];
    return { problem: problem ?? { message, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }, status };
  }
}

function consoleRoleOf(role: string): ConsoleRole {
  const known = CONSOLE_ROLES.find((it) => it === role);
  if (!known) throw new Error(`a key with the role ${role} may not read what operators may`);
  return known;
}
