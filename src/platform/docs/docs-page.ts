import type { INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { STYLES } from './docs-styles.js';
import { openApiDocument } from './openapi.js';

const PAGE = '/docs';
const DOCUMENT = '/openapi.json';
/** The scripts and styles of Swagger UI; the document, which changes with a deployment, is not among them. */
const ASSET = /\/(?:swagger-ui(?:-bundle|-standalone-preset)?\.(?:js|css)|favicon-\d+x\d+\.png)(?:\?|$)/;
const ASSETS_FRESH_SECONDS = 86_400;
const VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">';

/** `GET /docs` (Swagger UI) and `GET /openapi.json`. */
export function serveDocs(app: INestApplication, document: () => OpenAPIObject = () => openApiDocument(app)): void {
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  // A hook of these routes alone: payments must not pass through it.
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith(PAGE) || route.url === DOCUMENT) route.onSend = [dressPage, sendOnce];
  });
  SwaggerModule.setup(PAGE.slice(1), app, document, {
    jsonDocumentUrl: DOCUMENT.slice(1),
    raw: ['json'],
    customSiteTitle: 'Pay Practice',
    customCss: STYLES,
    swaggerOptions: { defaultModelsExpandDepth: 0 },
  });
}

/** Adds what Swagger UI leaves out: a phone's width, and how long its files stay good. */
async function dressPage({ url }: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const isFound = reply.statusCode === 200 || reply.statusCode === 304;
  if (isFound && ASSET.test(url)) reply.header('cache-control', `public, max-age=${ASSETS_FRESH_SECONDS}`);
  const isPage = typeof payload === 'string' && payload.includes('<head>');
  return Promise.resolve(isPage ? payload.replace('<head>', `<head>\n  ${VIEWPORT}`) : payload);
}

/** What changes with a deployment is asked for each time, and sent only when it has changed. */
async function sendOnce({ headers }: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (reply.statusCode !== 200 || typeof payload !== 'string') return Promise.resolve(payload);
  const tag = `"${hash('sha256', payload, 'base64url')}"`;
  reply.headers({ 'cache-control': 'no-cache', etag: tag });
  // A proxy that compresses makes a weak tag of ours.
  const known = headers['if-none-match']?.split(',').map((it) => it.trim().replace(/^W\//, '')) ?? [];
  if (!known.includes(tag) && !known.includes('*')) return Promise.resolve(payload);
  reply.status(304).removeHeader('content-type').removeHeader('content-length');
  return Promise.resolve(null);
}
