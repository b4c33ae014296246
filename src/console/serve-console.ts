import fastifyStatic from '@fastify/static';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { acceptForms } from '../platform/http/form-body.js';
import { ASSETS } from './shell/assets.js';
import { writePages } from './shell/page.js';

/** Nothing of another origin, no script or style within a page, and no page within another one. */
const SECURITY_POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/** A new build has new addresses for what it changes. */
const ASSETS_FRESH_MS = 365 * 86_400_000;

/** What the console needs of the server, for its own routes alone: payments must not pass through it. */
export function serveConsole(app: INestApplication): void {
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  acceptForms(server);
  server.addHook('onRoute', (route) => {
    if (!/^\/console(\/|$)/.test(route.url)) return;
    route.onRequest = dressAnswer;
    route.preSerialization = writePages;
  });
  void server.register(serveAssets);
}

/** Each file is a route of its own: nothing else of their folders is served. */
async function serveAssets(server: FastifyInstance): Promise<void> {
  await server.register(fastifyStatic, { serve: false });
  for (const { url, folder, file } of ASSETS) {
    server.get(url, (_request, reply) => reply.sendFile(file, folder, { maxAge: ASSETS_FRESH_MS, immutable: true }));
  }
}

function dressAnswer({ headers }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.headers({
    'content-security-policy': SECURITY_POLICY,
    // With none, browsers would not say of a form which origin it is of.
    'referrer-policy': 'same-origin',
    vary: headers['hx-request'] === undefined ? 'accept-language' : 'accept-language, hx-request',
  });
  done();
}
