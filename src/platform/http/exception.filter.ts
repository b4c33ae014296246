import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ANSWERS } from './answers.js';
import { sendRefusal } from './envelope.js';
import { refusalOf } from './refusal-of.js';

/** Whatever is thrown anywhere ends here, as the envelope. What the client isn't told goes to the log. */
@Catch()
export class EnvelopeExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('Request');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = refusalOf(error);
    const { code, level } = ANSWERS[refusal.answer];
    const story = { requestId: request.id, route: request.routeOptions.url, message: code, err: refusal.cause };
    if (level === 'error') this.logger.error(story);
    else if (level === 'warn' && refusal.cause) this.logger.warn(story);
    if (!reply.sent) sendRefusal(reply, refusal);
  }
}
