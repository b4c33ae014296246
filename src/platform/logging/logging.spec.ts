import { describe, expect, it } from '@jest/globals';
import { createLogger, type JsonLogger } from './json-logger.js';
import { LineBlocks } from './line-blocks.js';
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

describe('lines on their way out', () => {
  const opened = () => {
    const written: string[] = [];
    const to = { write: (text: string) => void written.push(text), flushSync: () => void written.push('flushed') };
    return { written, lines: new LineBlocks(to) };
  };

  it('go together, in order, and soon', async () => {
    const { written, lines } = opened();
    for (const line of ['one\n', 'two\n']) lines.write(line);
    expect(written).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(written).toEqual(['one\ntwo\n']);
  });

  it('go at once when they are many, or the process may end behind them', () => {
    const { written, lines } = opened();
    lines.write('x'.repeat(20_000));
    lines.write('last\n');
    lines.flushSync();
    expect(written).toEqual(['x'.repeat(20_000), 'last\n', 'flushed']);
  });
});

describe('what is scrubbed of a line', () => {
  it.each([
    ["Duplicate entry 'it's me' for key 'uq_users'", "Duplicate entry '…' for key 'uq_users'"],
    ["error in your SQL syntax near '홍길동')' at line 2", "error in your SQL syntax near '…' at line 2"],
    [`Unexpected token '홍', ..."{"name":홍길동"... is not valid JSON`, 'Unexpected token … is not valid JSON'],
    [`"홍길동" is not valid JSON`, `"…" is not valid JSON`],
    ['the mail to hong@gmail came back', 'the mail to …@… came back'],
    ['no account 110-123-456789 at 088', 'no account ***-***-**6789 at 088'],
    ['payment 4711 of M202600001U123456789 at 2026-11-27', 'payment 4711 of M202600001U123456789 at 2026-11-27'],
  ])('%s', (message, scrubbed) => {
    const line = logged((logger) => logger.error({ message: 'failed', err: new Error(message) }, 'C'));
    expect((line.err as { message: string }).message).toBe(scrubbed);
  });

  it('is scrubbed too in the text of a line, in a stack and in what is thrown without being an error', () => {
    const secret = 'hong@gmail';
    for (const write of [
      (logger: JsonLogger) => logger.warn(`it goes on later: ${secret}`, 'C'),
      (logger: JsonLogger) => logger.warn({ message: `it goes on later: ${secret}` }, 'C'),
      (logger: JsonLogger) => logger.error('it broke', `Error: ${secret}\n    at here (file.ts:1:1)`, 'C'),
      (logger: JsonLogger) => logger.error({ message: 'it broke', err: `${secret} 1234567890` }, 'C'),
    ]) {
      const text = JSON.stringify(logged(write));
      expect(text).not.toMatch(/hong|123456/);
      expect(text).toMatch(/it (broke|goes on later)/);
    }
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
