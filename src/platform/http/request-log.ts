import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JsonLogger } from '../logging/json-logger.js';
import type { Metrics } from '../metrics/metrics.js';
import type {} from './access.js';
import type {} from './envelope.js';
import { subjectsIn } from './subjects.js';

/** Asked every few seconds by machines. */
const QUIET_ROUTES = new Set(['/health/live', '/health/ready', '/metrics']);
const UNKNOWN_ROUTE = 'unknown';

/**
 * One line and one measurement per request, when it is over: who asked (the id of the key), for what, which movement it
 * is about, where that is known. The pattern of the route is logged, never the URL: that may hold keys.
 */
export function observeRequests(server: FastifyInstance, metrics: Metrics, logger: JsonLogger): void {
  server.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const { method, caller } = request;
    const route = request.routeOptions.url ?? UNKNOWN_ROUTE;
    const { statusCode: status, elapsedTime } = reply;
    metrics.httpRequestSeconds.observe({ method, route, status }, elapsedTime / 1000);
    const { paymentId, cancelId, transactionId } = subjectsIn(request.params, reply.answerSubjects);
    // Past Nest's logger and pino, which take three times as long: docs/decisions/0013-cpu-of-a-payment.md
    logger.plain({
      level: QUIET_ROUTES.has(route) ? 'debug' : 'info',
      time: new Date(),
      requestId: request.id,
      key: caller && 'keyId' in caller ? caller.keyId : undefined,
      method,
      route,
      status,
      code: reply.answerCode,
      paymentId,
      cancelId,
      transactionId,
      ms: Math.round(elapsedTime * 10) / 10,
      context: 'Http',
      message: 'request',
    });
    done();
  });
}
