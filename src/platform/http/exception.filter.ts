import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type {} from './access.js';
import { type AnswerName, ANSWERS, Refusal } from './answers.js';
import { sendRefusal } from './envelope.js';
import { refusalOf } from './refusal-of.js';

/** Details that a partner must not see: what a customer has used and has left would tell the balance. */
const HIDDEN_FROM_PARTNERS: ReadonlySet<AnswerName> = new Set(['DailyLimitExceeded']);

function isHiddenFrom({ caller }: FastifyRequest, { answer }: Refusal): boolean {
  return caller !== undefined && 'partnerId' in caller && HIDDEN_FROM_PARTNERS.has(answer);
}

const logger = new Logger('Request');

/** What the client isn't told. */
export function logRefusal(request: FastifyRequest, { answer, cause }: Refusal): void {
  const { code, level } = ANSWERS[answer];
  const story = { requestId: request.id, route: request.routeOptions.url, message: code, err: cause };
  if (level === 'error') logger.error(story);
  else if (level === 'warn' && cause) logger.warn(story);
}

/** Whatever is thrown anywhere ends here, as the envelope, but for what the console shows as a page. */
@Catch()
export class EnvelopeExceptionFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = refusalOf(error);
    logRefusal(request, refusal);
    if (reply.sent) return;
    // Fastify closes a connection on which it couldn't use a body. What the client has sent behind it may be under way
    // already, and would lose its answer.
    if (ANSWERS[refusal.answer].status < 500) reply.removeHeader('connection');
    sendRefusal(
      reply,
      isHiddenFrom(request, refusal) ? new Refusal(refusal.answer, undefined, refusal.location) : refusal,
    );
  }
}
