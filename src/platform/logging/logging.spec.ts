import { describe, expect, it } from '@jest/globals';
import { createLogger, type JsonLogger } from './json-logger.js';
import { maskAccountNumber } from './mask.js';
import { currentRequestId, outsideRequests, runInRequest } from './request-context.js';

function logged(write: (logger: JsonLogger) => void): Record<string, unknown> {
  const lines: string[] = [];
  write(createLogger('debug', { write: (line) => void lines.push(line) }));
  return JSON.parse(lines.join('')) as Record<string, unknown>;
}

describe('a log line', () => {
  it('is JSON with time, level, context and message', () => {
    const line = logged((logger) => logger.log('started', 'Boot'));
    expect(line).toMatchObject({ level: 'info', context: 'Boot', message: 'started' });
    expect(Date.parse(line.time as string)).toBeGreaterThan(0);
  });

  it('takes fields of its own', () => {
    const line = logged((logger) => logger.warn({ message: 'away', attempt: 3 }, 'Redis'));
    expect(line).toMatchObject({ level: 'warn', context: 'Redis', message: 'away', attempt: 3 });
  });

  it('carries the request id of the request it belongs to', async () => {
    const inside = await new Promise<unknown>((resolve) => {
      runInRequest('req-1', () => setImmediate(() => resolve(logged((logger) => logger.log('x', 'C')))));
    });
    expect(inside).toMatchObject({ requestId: 'req-1' });
    expect(logged((logger) => logger.log('x', 'C'))).not.toHaveProperty('requestId');
  });

  it('carries none outside of requests, nor does what is begun there', async () => {
    const [now, later] = await new Promise<[unknown, unknown]>((resolve) => {
      const begin = () => {
        const now = currentRequestId();
        setImmediate(() => resolve([now, currentRequestId()]));
      };
      runInRequest('req-1', () => outsideRequests(begin));
    });
    expect([now, later]).toEqual([undefined, undefined]);
  });

  it.each([
    (logger: JsonLogger, error: Error) => logger.error(error, 'C'),
    (logger: JsonLogger, error: Error) => logger.error('it broke', error, 'C'),
    (logger: JsonLogger, error: Error) => logger.error({ message: 'it broke', err: error }, 'C'),
  ])('tells where an error comes from, with its causes (%#)', (write) => {
    const line = logged((logger) => write(logger, new Error('outer', { cause: new TypeError('inner') })));
    expect(line.err).toMatchObject({ type: 'Error', message: 'outer', cause: { type: 'TypeError', message: 'inner' } });
    expect((line.err as { stack: string }).stack).toContain('logging.spec');
  });

  it('keeps personal data that a driver quotes out of the log', () => {
    const error = Object.assign(new Error("Duplicate entry 'hong@gmail' for key 'users.email'"), {
      code: 'ER_DUP_ENTRY',
      sql: "INSERT INTO users VALUES ('홍길동', 'hong@gmail')",
      parameters: ['홍길동', '1234567890'],
    });
    const line = logged((logger) => logger.error({ message: 'failed', err: error }, 'C'));
    expect(line.err).toMatchObject({ code: 'ER_DUP_ENTRY', message: "Duplicate entry '…' for key 'users.email'" });
    expect(JSON.stringify(line)).not.toMatch(/hong|홍길동|1234567890/);
  });
});

describe('a masked account number', () => {
  it.each([
    ['1234567890', '******7890'],
    ['110-123-456789', '***-***-**6789'],
    ['12345678', '****5678'],
    ['12345', '***45'],
    ['1-2-3', '*-2-3'],
  ])('of %s is %s', (number, masked) => {
    expect(maskAccountNumber(number)).toBe(masked);
  });
});
