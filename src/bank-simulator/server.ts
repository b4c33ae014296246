import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { Bank } from './bank.js';
import { type SimulatorConfig } from './config.js';
import { controlRoutes } from './control.routes.js';
import { hangUp } from './delivery.js';
import { Lies } from './lies.js';
import { head, Refused } from './messages.js';
import { protocolRoutes } from './protocol.routes.js';
import { Tokens } from './tokens.js';

const BODY_BYTES_MAX = 64 * 1024;

/** The simulator, ready to listen. Closing it cuts every connection: a hanging answer would keep it open for ever. */
export function buildSimulator(config: SimulatorConfig): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } },
  });
  const closing = new AbortController();
  const bank = new Bank(config.dataFile);
  const desk = {
    config,
    bank,
    lies: new Lies(),
    tokens: new Tokens(config.clientSecret, config.tokenSeconds),
    asked: { token: 0, withdraw: 0, deposit: 0, inquiry: 0, statement: 0, repeated: 0 },
    latencyMs: config.latencyMs,
    closing: closing.signal,
  };
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  answerErrors(app);
  app.addHook('preClose', (done) => {
    closing.abort();
    done();
  });
  app.addHook('onClose', (_app, done) => {
    bank.close();
    done();
  });
  protocolRoutes(app, desk);
  controlRoutes(app, desk);
  return app;
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Refused, request, reply) => {
    if (error instanceof Refused) return reply.code(200).send(head(error.code, error.message));
    if (error.name === 'AbortError') return hangUp(reply);
    const status = error.statusCode ?? 500;
    if (status >= 500) console.error(error);
    const isControl = request.url.startsWith('/simulator/');
    return reply.code(status).send(isControl ? { error: error.message } : head('A0011', error.message));
  });
}
