import type { FastifyRequest } from 'fastify';
import type { Config } from '../../platform/config/config.js';
import { languageOf } from '../../platform/http/language.js';
import type { Session } from '../session/session.js';
import { translateTo } from '../texts/index.js';
import type { View } from './view.js';

/** What the components of a page are told, from the request for it. */
export function viewOf(request: FastifyRequest, session: Session | null, { environment }: Config): View {
  const language = languageOf(request.headers['accept-language']);
  return {
    language,
    t: translateTo(language),
    url: request.url,
    csrf: session?.csrf ?? null,
    role: session?.member?.role ?? null,
    isSandbox: environment !== 'production',
  };
}
