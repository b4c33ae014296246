import { parseArgs } from 'node:util';
import { REASON_LENGTH_MAX } from '../acts/index.js';
import { isOfPartner, PARTNER_ROLES, type Role, ROLES } from '../platform/http/access.js';
import { isLine } from '../platform/http/line.js';
import { LABEL_LENGTH_MAX } from './api-key.js';
import type { KeyRequest } from './api-keys.service.js';

const USAGE = `npm run keys -- create --role <role> [--partner <id>] [--label <text>] [--days <good for>]
npm run keys -- create --role operator --first …  (does nothing when an operator has a key)
npm run keys -- revoke <id or prefix>
npm run keys -- list

create and revoke take --reason <text>, and are on record: GET /operations/acts.

Roles: partner and partner-read (with --partner), app, operator, auditor (reads what operators may read), metrics (GET /metrics).

It works on the database of DATABASE_URL. A new key is printed once, on standard output and alone.`;

/** Something that whoever typed the command can put right. */
export class Mistake extends Error {}

export type KeysCommand =
  | {
      readonly command: 'create';
      readonly first: boolean;
      readonly request: KeyRequest;
      readonly reason: string | null;
    }
  | { readonly command: 'revoke'; readonly name: string; readonly reason: string | null }
  | { readonly command: 'list' };

/**
 * What was asked for.
 *
 * @throws Mistake
 */
export function keysCommandOf(args: string[]): KeysCommand {
  const text = { type: 'string' } as const;
  const options = {
    role: text,
    partner: text,
    label: text,
    days: text,
    reason: text,
    first: { type: 'boolean' },
  } as const;
  try {
    const { values: allValues, positionals } = parseArgs({ args, options, allowPositionals: true });
    const { first = false, ...values } = allValues;
    const [command, name, ...rest] = positionals;
    if (rest.length > 0) throw new Mistake(USAGE);
    if (first && values.role !== 'operator') throw new Mistake('--first goes with --role operator');
    const reason = reasonOf(values.reason);
    if (command === 'create' && name === undefined) return { command, first, request: requestOf(values), reason };
    if (command === 'list' && name === undefined) return { command };
    if (command === 'revoke' && name !== undefined) return { command, name, reason };
    throw new Mistake(USAGE);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code?.startsWith('ERR_PARSE_ARGS') ? new Mistake(`${message}\n\n${USAGE}`) : error;
  }
}

function reasonOf(reason: string | undefined): string | null {
  if (reason !== undefined && !isLine(reason, REASON_LENGTH_MAX)) {
    throw new Mistake(
      `--reason must be a visible text of 1 to ${REASON_LENGTH_MAX} characters, without invisible ones`,
    );
  }
  return reason ?? null;
}

function requestOf({ role = 'partner', partner, label, days }: Record<string, string | undefined>): KeyRequest {
  if (!ROLES.includes(role as Role)) throw new Mistake(`--role must be one of ${ROLES.join(', ')}`);
  if (isOfPartner(role as Role) !== (partner !== undefined)) {
    throw new Mistake(`--partner <id> goes with --role ${PARTNER_ROLES.join(' or ')}, and only with that`);
  }
  if (partner !== undefined && !/^[1-9]\d{0,14}$/.test(partner))
    throw new Mistake('--partner must be the id of a partner');
  if (label !== undefined && !isLine(label, LABEL_LENGTH_MAX)) {
    throw new Mistake(`--label must be a visible text of 1 to ${LABEL_LENGTH_MAX} characters, without invisible ones`);
  }
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) throw new Mistake('--days must be a number from 1 to 9999');
  return {
    role: role as Role,
    partnerId: partner === undefined ? null : Number(partner),
    label: label ?? null,
    days: days === undefined ? null : Number(days),
  };
}
