import { scrub, scrubWithNumbers } from './mask.js';

const CAUSES_MAX = 5;

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError | undefined;
}

/**
 * What is logged of an error: where it comes from and what it says, less the values that drivers quote in their
 * messages. Its other properties stay out: a driver's error carries the statement with all its parameters.
 */
export function errorForLog(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: scrubWithNumbers(String(error)) };
  const { code, errno } = error as NodeJS.ErrnoException;
  const isLast = error.cause === undefined || depth >= CAUSES_MAX;
  return {
    type: error.name,
    message: scrubWithNumbers(error.message),
    code,
    errno,
    stack: framesOf(error.stack),
    cause: isLast ? undefined : errorForLog(error.cause, depth + 1),
  };
}

/** Without its head, which repeats the message. */
export function framesOf(stack: string | undefined): string | undefined {
  const frames = stack?.split('\n').filter((line) => line.startsWith('    at '));
  return frames?.map((line) => scrub(line.trim())).join('\n');
}
