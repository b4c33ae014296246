import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerBrokenRequest } from './broken-request.js';
import { sendRefusal } from './envelope.js';
import { BODY_BYTES_MAX } from './json-body.js';
import { refusalOf } from './refusal-of.js';
import { requestIdOf } from './request-id.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** Many more than balancers keep open, and few enough for the memory; one more is closed before it says anything. */
const SOCKETS_MAX = 4_096;

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
  /**
   * At the end of a stop: half of a request, or a connection that never said anything, would keep the process alive.
   */
  forceCloseConnections: true,
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

/** Connections are bounded, too; Fastify has no option for it. */
export function boundSockets({ server }: FastifyInstance): void {
  server.maxConnections = SOCKETS_MAX;
  server.once('drop', () => new Logger('Http').warn(`Connections are turned away: ${SOCKETS_MAX} are open`));
}
