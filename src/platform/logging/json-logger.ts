import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, destination, type Level, type Logger, pino } from 'pino';
import { type Config, ConfigError } from '../config/config.js';
import { errorForLog, framesOf } from './error-for-log.js';
import { LineBlocks } from './line-blocks.js';
import { scrub } from './mask.js';
import { currentRequestId } from './request-context.js';

/** What Nest says of each module and route while it starts. */
const CHATTY = new Set<unknown>(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** A line as it stands in the log; what is undefined is left out. */
export interface PlainLine {
  readonly level: 'debug' | 'info';
  readonly time: Date;
  readonly context: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/**
 * Nest's logger as JSON lines: `logger.log('text')`, or `logger.log({message: 'text', ...fields})` for fields of one's
 * own; an error goes into the field `err`, never into the text: what it quotes is scrubbed there. Never log bodies,
 * names, e-mails, account numbers or keys.
 */
export class JsonLogger implements LoggerService {
  constructor(
    private readonly pino: Logger,
    private readonly to: DestinationStream,
  ) {}

  /** Writes a line as it is: for those of which there is one with each request, and which hold nothing to be scrubbed. */
  plain(line: PlainLine): void {
    if (this.pino.isLevelEnabled(line.level)) this.to.write(`${JSON.stringify(line)}\n`);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(CHATTY.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  /** A mistake in the environment is told in plain lines by whoever ends the process for it. */
  error(message: unknown, ...rest: unknown[]): void {
    if (!(message instanceof ConfigError)) this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest hands over the message, perhaps a stack or an error, and the context's name last. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const context = rest.at(-1);
    const err = rest.length > 1 || message instanceof Error ? [message, ...rest].find(isError) : undefined;
    if (typeof message === 'object' && message !== null && !isError(message)) {
      const { message: text, ...fields } = message as { message?: string; context?: unknown; err?: unknown };
      fields.context = context;
      if (err) fields.err ??= err;
      return this.pino[level](fields, text && scrub(text));
    }
    const stack = rest.length > 1 && typeof rest[0] === 'string' ? framesOf(rest[0]) : undefined;
    this.pino[level]({ context, err, stack }, isError(message) ? message.name : scrub(String(message)));
  }
}

const isError = (value: unknown): value is Error => value instanceof Error;

/** So much waits for a reader that has stopped reading; then lines are lost rather than memory. */
const WAITING_MAX = 8_388_608;

/** Writes in the background: a log line never makes a request wait. What is left is written when the process ends. */
export function createLogger(level: Config['logLevel'], to: DestinationStream = stdout()): JsonLogger {
  const options = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: errorForLog },
    mixin: () => ({ requestId: currentRequestId() }),
  };
  return new JsonLogger(pino(options, to), to);
}

let toStdout: LineBlocks | undefined;

/** There is one, whoever logs. */
function stdout(): LineBlocks {
  toStdout ??= new LineBlocks(destination({ dest: 1, sync: false, maxLength: WAITING_MAX }));
  return toStdout;
}
