import { describeIf } from './describe-if.js';

/**
 * Where the tests find what they talk to. `BASE_URL` is any running deployment; the others are known only where
 * `npm test` has started everything itself.
 */
function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must say where the service runs, for example http://localhost:3000`);
  return value.replace(/\/$/, '');
}

export const BASE_URL = required('BASE_URL');
export const STACK = {
  simulatorUrl: process.env['SIMULATOR_URL'],
  databaseUrl: process.env['DATABASE_URL'],
  redisUrl: process.env['REDIS_URL'],
  serviceLog: process.env['SERVICE_LOG'],
  clockOffsetFile: process.env['CLOCK_OFFSET_FILE'],
};
type StackPart = keyof typeof STACK;

/** Keys for a deployment that requires them, by role; and the partner that the partner's key is of. */
export const KEYS: Readonly<Record<string, string | undefined>> = {
  app: process.env['APP_KEY'],
  operator: process.env['OPERATOR_KEY'],
  partner: process.env['PARTNER_KEY'],
};
/** The key that opens a route to one of these roles; nothing where no keys are needed. */
export function keyFor(roles: readonly string[], keys = KEYS): string | undefined {
  return PREFERRED.filter((role) => roles.includes(role)).map((role) => keys[role]).find(Boolean); // prettier-ignore
}
/** Whose key is used where several are good: a partner's names one partner alone. */
const PREFERRED = ['app', 'operator', 'partner'];

export const PARTNER_ID = Number(process.env['PARTNER_ID'] ?? 100);

const VARIABLES: Readonly<Record<StackPart, string>> = {
  simulatorUrl: 'SIMULATOR_URL',
  databaseUrl: 'DATABASE_URL',
  redisUrl: 'REDIS_URL',
  serviceLog: 'SERVICE_LOG',
  clockOffsetFile: 'CLOCK_OFFSET_FILE',
};

/**
 * `describe` for what can only be shown where these parts of the stack are ours; skipped, and reported so, elsewhere.
 */
export function describeWith(parts: readonly StackPart[], name: string, tests: () => void): void {
  const missing = parts.filter((part) => !STACK[part]).map((part) => VARIABLES[part]);
  describeIf(missing.length === 0, missing.join(', '), name, tests);
}

/** `describe` for what pays as partners of its own: where keys are required there is one for a single partner. */
export function describeKeyless(name: string, tests: () => void): void {
  describeIf(!KEYS['partner'], 'a deployment that requires no keys', name, tests);
}

/** The address of a part that `describeWith` has asked for. */
export function stackPart(part: StackPart): string {
  const value = STACK[part];
  if (!value) throw new Error(`ask for ${part} with describeWith`);
  return value;
}
