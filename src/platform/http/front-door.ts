import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const CONSOLE = '/console';

/** A person who opens the service's address is led to the console; to a program `/` is no route. */
export function leadBrowsersToConsole(app: INestApplication): void {
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  server.get('/', lead);
}

function lead({ headers }: FastifyRequest, reply: FastifyReply): void {
  reply.header('vary', 'accept');
  if (headers.accept?.includes('text/html')) void reply.redirect(CONSOLE, 303);
  else reply.callNotFound();
}
