import type { FastifyRequest } from 'fastify';
import { timingSafeEqual } from 'node:crypto';
import type { Session } from './session.js';

/** The field of every form that holds the session's token. */
export const CSRF_FIELD = 'csrf';

type Headers = Pick<FastifyRequest, 'headers' | 'host'>;

/**
 * Whether a browser follows another site's link here. Strict cookies stay at home then, even those of who is signed in.
 */
export function isFromElsewhere({ headers }: Headers): boolean {
  return headers['sec-fetch-site'] === 'cross-site';
}

/** Whether a form was sent by a page of ours in this session. Its token is taken out: no handler wants it. */
export function isOurForm(request: FastifyRequest, session: Session | null): boolean {
  const body = request.body as Record<string, unknown> | undefined;
  const token = body?.[CSRF_FIELD];
  delete body?.[CSRF_FIELD];
  return session !== null && isSame(token, session.csrf) && isOfThisOrigin(request);
}

/** Old browsers, and pages without TLS, say nothing of the site: then the origin has to be this host. */
export function isOfThisOrigin({ headers, host }: Headers): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin === undefined || URL.parse(headers.origin)?.host === host;
}

function isSame(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || given.length !== expected.length) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
