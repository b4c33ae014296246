import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { Refusal } from './answers.js';
import { findHiddenErrors } from './json-text.js';
import type {} from './form-body.js';
import { invalid } from './validation.pipe.js';

/** 100 product items with names of 100 Hangul characters fit. */
export const BODY_BYTES_MAX = 64 * 1024;

type Done = (error: Error | null, body?: unknown) => void;

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/**
 * JSON in UTF-8 is the only body there is, but for the forms of the console: every other content type is 415. An absent
 * or empty body, of whatever type, reaches the validation as undefined.
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
      const errors = error ? [] : findHiddenErrors(text, value);
      if (errors.length > 0) return done(invalid(errors));
      done(error, value);
    });
  });
  server.addContentTypeParser('*', takeNothing);
  // Fastify would refuse a type that is no type, or one of an empty body, unread.
  server.addHook('onRequest', ({ headers, routeOptions }, _reply, done) => {
    const type = headers['content-type'];
    const isWanted = (it: string) => (routeOptions.config.takesForm ? FORM_TYPE : JSON_TYPE).test(it);
    if (type !== undefined && !isWanted(type)) headers['content-type'] = undefined;
    done();
  });
}

/** What isn't JSON may be empty, which shows only when it ends: it may come in chunks. */
function takeNothing(request: FastifyRequest, payload: Readable, done: Done): void {
  const end = (error: Error | null) => {
    payload.off('data', refuse).off('end', accept).off('error', fail).resume();
    done(error);
  };
  const accept = () => end(null);
  // The client hung up.
  const fail = (error: Error) => end(Object.assign(error, { statusCode: 400 }));
  const refuse = () => {
    const errors = [{ field: 'Content-Type', reason: 'must be application/json' }];
    end(request.is404 ? null : new Refusal('UnsupportedMediaType', { errors }));
  };
  payload.on('data', refuse).on('end', accept).on('error', fail);
}
