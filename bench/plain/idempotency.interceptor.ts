import {
  BadRequestException,
  type CallHandler,
  ConflictException,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Redis } from 'ioredis';
import { catchError, type Observable, of, tap } from 'rxjs';

const DAY_SECONDS = 86_400;
const IN_PROGRESS = 'IN_PROGRESS';

@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger(IdempotencyInterceptor.name);

  constructor(private readonly redis: Redis) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const key = keyOf(context.switchToHttp().getRequest<FastifyRequest>());
    const claimed = await this.redis.set(key, IN_PROGRESS, 'EX', DAY_SECONDS, 'NX');
    if (claimed === null) return of(await this.rememberedAt(key));
    return next.handle().pipe(
      tap((answer) => this.remember(key, answer)),
      catchError(async (error: unknown) => {
        await this.redis.del(key);
        throw error;
      }),
    );
  }

  private async rememberedAt(key: string): Promise<unknown> {
    const known = await this.redis.get(key);
    if (known === null || known === IN_PROGRESS) throw new ConflictException('the request is in progress');
    return JSON.parse(known);
  }

  /** Nobody waits for it. */
  private remember(key: string, answer: unknown): void {
    this.redis
      .set(key, JSON.stringify(answer), 'EX', DAY_SECONDS)
      .catch((error: unknown) => this.logger.error(`an answer was not remembered: ${String(error)}`));
  }
}

function keyOf({ headers }: FastifyRequest): string {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') throw new BadRequestException('Idempotency-Key is missing');
  return `idempotency:${key}`;
}
