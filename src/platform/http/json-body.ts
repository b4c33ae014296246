import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { invalid } from './validation.pipe.js';

/** 100 product items with names of 100 Hangul characters fit. */
export const BODY_BYTES_MAX = 64 * 1024;

/**
 * JSON in UTF-8 is the only body there is: every other content type is 415. An absent or empty body reaches the
 * validation as undefined.
 */
export function acceptOnlyJson(server: FastifyInstance): void {
  // Keys that would reach into prototypes (`__proto__`) are errors of the parser; a byte order mark is skipped.
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(invalid([{ field: 'body', reason: 'must be UTF-8' }]));
    const text = body.toString();
    void parse(request, text, (error, value) => {
      if (!error && holdsRoundedNumber(text)) {
        return done(invalid([{ field: 'body', reason: 'must not hold a number with more digits than can be kept' }]));
      }
      done(error, value);
    });
  });
}

/**
 * JSON.parse rounds `1.00000000000000001` to 1, but money is never rounded. Bodies of ours hold whole numbers only, so
 * the closer look is taken only where something looks like a fraction. Every step here is linear in the text.
 */
function holdsRoundedNumber(text: string): boolean {
  if (!/\d\.\d/.test(text)) return false;
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/\d[\d.eE+-]*/g) ?? [];
  return numbers.some((literal) => /^\d+\.\d*[1-9]\d*$/.test(literal) && Number.isInteger(Number(literal)));
}
