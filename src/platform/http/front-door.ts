import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A person who opens the service's address is led to a page; to a program `/` is no route. */
export function leadBrowsers(app: INestApplication, page: '/console' | '/docs'): void {
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  server.get('/', ({ headers }: FastifyRequest, reply: FastifyReply) => {
    reply.header('vary', 'accept');
    if (headers.accept?.includes('text/html')) void reply.redirect(page, 303);
    else reply.callNotFound();
  });
}
