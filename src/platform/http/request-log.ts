import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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
export function observeRequests(server: FastifyInstance, metrics: Metrics): void {
  const logger = new Logger('Http');
  server.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const { method } = request;
    const route = request.routeOptions.url ?? UNKNOWN_ROUTE;
    const status = reply.statusCode;
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    metrics.httpRequestSeconds.observe({ method, route, status }, reply.elapsedTime / 1000);
    const who = request.caller && 'keyId' in request.caller ? { key: request.caller.keyId } : {};
    const line = {
      message: 'request',
      requestId: request.id,
      ...who,
      method,
      route,
      status,
      code: reply.answerCode,
      ...subjectsIn(request.params, reply.answerSubjects),
      ms,
    };
    if (QUIET_ROUTES.has(route)) logger.debug(line);
    else logger.log(line);
    done();
  });
}
