import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { finalize, map, type Observable } from 'rxjs';
import { Answer } from './answers.js';
import type { Envelope } from './envelope.js';
import { InFlight } from './in-flight.js';

/** Writes an `Answer` of a controller as the envelope. Anything else a controller returns is sent as it is. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  constructor(private readonly inFlight: InFlight) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.inFlight.enter();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((result: unknown) => (result instanceof Answer ? envelopeOfAnswer(result as Answer<object>, reply) : result)),
      finalize(() => this.inFlight.leave()),
    );
  }
}

function envelopeOfAnswer({ code, message, detail, location }: Answer<object>, reply: FastifyReply): Envelope {
  reply.answerCode = code;
  if (code === 'Processing') reply.status(202);
  if (location) reply.header('location', location);
  return { code, message, detail };
}
