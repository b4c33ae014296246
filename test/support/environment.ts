import { describe } from '@jest/globals';

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

/** `describe` for what can only be shown where these parts of the stack are ours; skipped, and reported so, elsewhere. */
export function describeWith(parts: readonly StackPart[], name: string, tests: () => void): void {
  const isOurs = parts.every((part) => STACK[part]);
  (isOurs ? describe : describe.skip)(name, tests);
}

/** The address of a part that `describeWith` has asked for. */
export function stackPart(part: StackPart): string {
  const value = STACK[part];
  if (!value) throw new Error(`ask for ${part} with describeWith`);
  return value;
}
