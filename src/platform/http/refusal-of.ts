import { HttpException } from '@nestjs/common';
import { CommitUnknown } from '../database/database-errors.js';
import { type AnswerName, Refusal } from './answers.js';
import { BODY_BYTES_MAX } from './json-body.js';
import type { FieldError } from './validation.pipe.js';

const REASONS: Readonly<Record<string, FieldError>> = {
  FST_ERR_BAD_URL: { field: 'path', reason: 'must be a valid URL' },
  FST_ERR_MAX_PARAM_LENGTH: { field: 'path', reason: 'is too long' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { field: 'Content-Type', reason: 'must be application/json' },
  FST_ERR_CTP_BODY_TOO_LARGE: { field: 'body', reason: `must be at most ${BODY_BYTES_MAX} bytes` },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { field: 'body', reason: 'must have the length that Content-Length says' },
};
const UNREADABLE: FieldError = { field: 'body', reason: 'must be valid JSON' };

/**
 * What a client is told of an error: a refusal as it is; a request that Nest or Fastify couldn't read as what is wrong
 * with it; a lost COMMIT as 503; anything else as Fail. The error itself is the cause, for the log only.
 */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const answer = answerTo(statusOf(error));
  const unreadable = answer === 'InvalidRequest' || answer === 'PayloadTooLarge' || answer === 'UnsupportedMediaType';
  const detail = unreadable ? { errors: [REASONS[codeOf(error)] ?? UNREADABLE] } : undefined;
  return new Refusal(answer, detail, undefined, { cause: error });
}

function answerTo(status: number): AnswerName {
  switch (status) {
    case 401:
      return 'Unauthorized';
    case 403:
      return 'Forbidden';
    case 404:
    case 405:
      return 'NotFound';
    case 413:
      return 'PayloadTooLarge';
    case 415:
      return 'UnsupportedMediaType';
    case 503:
      return 'TemporarilyUnavailable';
    default:
      return status >= 400 && status < 500 ? 'InvalidRequest' : 'Fail';
  }
}

/** Only Nest's and Fastify's own errors speak of this request; a status on any other error is somebody else's. */
function statusOf(error: unknown): number {
  // Calls that move money find out what became of theirs; what comes here moves none, and may be sent again.
  if (error instanceof CommitUnknown) return 503;
  if (error instanceof HttpException) return error.getStatus();
  const { code, statusCode } = error as { code?: unknown; statusCode?: number };
  const isFastify = typeof code === 'string' && code.startsWith('FST_ERR_');
  // The client hung up in the middle of its body.
  const isAborted = code === 'ECONNRESET' && statusCode === 400;
  return (isFastify || isAborted ? statusCode : undefined) ?? 500;
}

function codeOf(error: unknown): string {
  const { code } = ((error as Error).cause ?? error) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
