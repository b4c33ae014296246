import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { Slots } from '../clock/slots.js';
import { Config } from '../config/config.js';
import type { Caller } from './access.js';
import { Refusal } from './answers.js';

/** Of the pool's connections for all such reads, and of these for one key. */
const SHARE = 1 / 2;
/** A read that has not begun by then is refused. */
const WAIT_MS = 1_000;
/** What has begun to be sent waits longer for its next turn than what can be refused. */
export const BEGUN_WAIT_MS = 10_000;
const WAITING_MAX = 256;
const WAITING_PER_KEY_MAX = 32;

/**
 * Lists and sums may each keep a connection of the database's pool for long. All of them together get a part of it and
 * one key a part of that, so that whatever a partner reads, payments and the others' reads find connections.
 */
@Injectable()
export class ExpensiveReads {
  private readonly slots: Slots;

  constructor({ databasePoolSize }: Config) {
    const slots = Math.floor(databasePoolSize * SHARE);
    this.slots = new Slots({
      slots,
      slotsPerOwner: Math.ceil(slots * SHARE),
      waitingMax: WAITING_MAX,
      waitingPerOwnerMax: WAITING_PER_KEY_MAX,
    });
  }

  /** `run` for whoever calls. Where no keys are needed nobody can be told apart, and nobody waits. */
  runFor<T>(caller: Caller | undefined, read: () => Promise<T>, waitMs = WAIT_MS): Promise<T> {
    return caller && 'keyId' in caller ? this.run(String(caller.keyId), read, waitMs) : read();
  }

  /** @throws Refusal TooManyRequests when its turn does not come in time, or too many of the same key wait already */
  async run<T>(key: string, read: () => Promise<T>, waitMs = WAIT_MS): Promise<T> {
    if (!(await this.slots.take(key, performance.now() + waitMs))) throw new Refusal('TooManyRequests');
    try {
      return await read();
    } finally {
      this.slots.release(key);
    }
  }
}

@Injectable()
class ExpensiveReadInterceptor implements NestInterceptor {
  constructor(private readonly reads: ExpensiveReads) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
    return from(this.reads.runFor(caller, () => firstValueFrom(next.handle())));
  }
}

/** For a route that reads much: `ExpensiveReads` says how many of them run at once. */
export const ExpensiveRead = () => UseInterceptors(ExpensiveReadInterceptor);
