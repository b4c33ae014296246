import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** What a controller of the console returns: a whole HTML document. */
export class Page {
  readonly html: string;

  constructor(
    document: JSX.Element,
    readonly status = 200,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    this.html = `<!doctype html>${renderToString(document)}`;
  }
}

export function sendPage(reply: FastifyReply, page: Page): void {
  void dress(reply, page).send(page.html);
}

/** A hook of the console's routes: a page goes out as HTML, anything else as it is. */
export function writePages(
  _request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  if (payload instanceof Page) dress(reply, payload).serializer((page: Page) => page.html);
  done(null, payload);
}

function dress(reply: FastifyReply, { status, headers }: Page): FastifyReply {
  return reply.status(status).headers(headers).type('text/html; charset=utf-8');
}
