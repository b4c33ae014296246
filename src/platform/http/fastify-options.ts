import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Refusal } from './answers.js';
import { envelopeOf, sendRefusal } from './envelope.js';
import { BODY_BYTES_MAX } from './json-body.js';
import { refusalOf } from './refusal-of.js';
import { requestIdOf } from './request-id.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { invalid } from './validation.pipe.js';

/** Limits against slow or greedy clients, and the envelope for what fails before Nest hears of it. */
export const FASTIFY_OPTIONS = {
  bodyLimit: BODY_BYTES_MAX,
  /** Silence on a connection; longer than any answer takes. */
  connectionTimeout: 60_000,
  /** To receive a whole request. */
  requestTimeout: 10_000,
  /** Longer than the minute of common load balancers, so that they and not we close idle connections. */
  keepAliveTimeout: 72_000,
  /** Node would refuse a missing Host by itself, without the envelope. */
  http: { headersTimeout: 8_000, connectionsCheckingInterval: 2_000, requireHostHeader: false },
  routerOptions: { maxParamLength: 100 },
  return503OnClosing: false,
  requestIdHeader: false as const,
  genReqId: requestIdOf,
  /** No Nest middleware is used, and its engine would run for every request. */
  skipMiddie: true,
  frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    sendRefusal(reply, refusalOf(error));
  },
  clientErrorHandler: answerBrokenRequest,
};

const BROKEN: Readonly<Record<string, { status: number; refusal: Refusal }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, refusal: invalid([{ field: 'headers', reason: 'are too long' }]) },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    refusal: invalid([{ field: 'request', reason: 'took too long to arrive' }]),
  },
};
const MALFORMED = { status: 400, refusal: invalid([{ field: 'request', reason: 'must be valid HTTP' }]) };

/** What isn't HTTP has no request and no reply: the answer is written as text, and the connection closed. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { status, refusal } = BROKEN[error.code ?? ''] ?? MALFORMED;
  const body = JSON.stringify(envelopeOf(refusal));
  const headers = {
    ...SECURITY_HEADERS,
    'x-request-id': requestIdOf({ headers: {} }),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
