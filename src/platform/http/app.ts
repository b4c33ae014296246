import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { createLogger, type JsonLogger } from '../logging/json-logger.js';
import { outsideRequests, runInRequest } from '../logging/request-context.js';
import { Metrics } from '../metrics/metrics.js';
import { answerWhatWasTakenIn } from './broken-request.js';
import { sendAnswersAsEnvelopes } from './envelope.js';
import { boundSockets, FASTIFY_OPTIONS } from './fastify-options.js';
import { countInFlight, InFlight } from './in-flight.js';
import { acceptOnlyJson } from './json-body.js';
import { trustOf, warnOfUnknownProxy } from './proxies.js';
import { observeRequests } from './request-log.js';
import { DOCS_SECURITY_POLICY, SECURITY_HEADERS } from './security-headers.js';

/** The service as it is in production, not yet listening. */
export async function createApp(
  root: Type | DynamicModule,
  config: Config,
  logger = createLogger(config.logLevel),
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ ...FASTIFY_OPTIONS, trustProxy: trustOf(config) });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  prepareServer(app, config, logger);
  return app;
}

/** What Nest has no word for is set on Fastify itself, before the routes are. */
function prepareServer(app: INestApplication, config: Config, logger: JsonLogger): void {
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  const inFlight = app.get(InFlight);
  const metrics = app.get(Metrics);
  metrics.observeInFlight(() => inFlight.count);
  // Node would answer an unknown Expect header by itself, without the envelope.
  server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
  answerWhatWasTakenIn(server);
  boundSockets(server);
  acceptOnlyJson(server);
  observeRequests(server, metrics, logger);
  warnOfUnknownProxy(server, config);
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('x-request-id', request.id);
    if (request.url.startsWith('/docs')) reply.header('content-security-policy', DOCS_SECURITY_POLICY);
    done();
  });
  countInFlight(server, inFlight);
  sendAnswersAsEnvelopes(server);
  // After the body was read: the events that carry a body would lose the context.
  server.addHook('preHandler', (request, _reply, done) => runInRequest(request.id, done));
  server.addHook('onSend', (_request, _reply, payload, done) => outsideRequests(done, null, payload));
}
