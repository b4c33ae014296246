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
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(String(error)) };
  const { code, errno } = error as NodeJS.ErrnoException;
  const isLast = error.cause === undefined || depth >= CAUSES_MAX;
  return {
    type: error.name,
    message: scrub(error.message),
    code,
    errno,
    stack: framesOf(error.stack),
    cause: isLast ? undefined : errorForLog(error.cause, depth + 1),
  };
}

/** `Duplicate entry 'hello@gmail' for key …`, `Incorrect string value: '…' for column …` */
function scrub(message: string): string {
  return message
    .replace(/(entry|value:?) (?:'.*'(?= for (?:key|column) )|'.*'$)/gs, "$1 '…'")
    .replace(/[^\s'"<>]+@[^\s'"<>]+/g, '…@…');
}

function framesOf(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.trim())
    .join('\n');
}
