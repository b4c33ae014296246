import type { FastifyInstance, FastifyReply } from 'fastify';
import { Answer, ANSWERS, type Refusal, RETRY_AFTER_SECONDS } from './answers.js';
import { type Language, languageOf } from './language.js';
import { MESSAGES } from './messages.js';
import { type Subjects, subjectsIn } from './subjects.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The code of the envelope that was sent, for the request log. */
    answerCode?: string;
    /** The movements that the envelope tells of, for the request log. */
    answerSubjects?: Subjects;
  }
}

/** What every client gets, whatever happened. */
interface Envelope {
  readonly code: string;
  readonly message: string;
  readonly detail?: object | undefined;
}

export function envelopeOf(refusal: Refusal, language: Language): Envelope {
  const { answer, detail } = refusal;
  return { code: ANSWERS[answer].code, message: MESSAGES[answer][language], detail };
}

/**
 * Writes an `Answer` of a controller as the envelope; anything else is sent as it is. A hook of the server, as an
 * interceptor would cost each request an observable chain.
 */
export function sendAnswersAsEnvelopes(server: FastifyInstance): void {
  server.addHook('preSerialization', (_request, reply, payload, done) => {
    done(null, payload instanceof Answer ? envelopeOfAnswer(payload as Answer<object>, reply) : payload);
  });
}

function envelopeOfAnswer({ code, detail, location }: Answer<object>, reply: FastifyReply): Envelope {
  reply.answerCode = code;
  reply.answerSubjects = subjectsIn(detail);
  if (code === 'Processing') reply.status(202);
  if (location) reply.header('location', location);
  return { code, message: MESSAGES[code][languageFor(reply)], detail };
}

/** The language that is asked for, which the headers say too. */
function languageFor(reply: FastifyReply): Language {
  const language = languageOf(reply.request.headers['accept-language']);
  const vary = reply.getHeader('vary');
  reply.header('content-language', language);
  if (vary === undefined) reply.header('vary', VARIES_BY);
  else if (!String(vary).includes(VARIES_BY)) reply.header('vary', `${String(vary)}, ${VARIES_BY}`);
  return language;
}

const VARIES_BY = 'accept-language';

const RETRYABLE = new Set<number>([429, 503]);

export function sendRefusal(reply: FastifyReply, refusal: Refusal): void {
  const { code, status } = ANSWERS[refusal.answer];
  reply.answerCode = code;
  reply.answerSubjects = subjectsIn(refusal.detail);
  if (RETRYABLE.has(status)) reply.header('retry-after', refusal.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (refusal.location) reply.header('location', refusal.location);
  // Closed in the middle of an upload, the connection would break before most clients read why. What is still coming is
  // thrown away instead, for as long as a request may take.
  if (status === 413) reply.removeHeader('connection');
  reply.status(status).send(envelopeOf(refusal, languageFor(reply)));
}
