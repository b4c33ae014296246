import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Gathering } from '../platform/clock/gathering.js';
import { RedisClient } from '../platform/redis/redis.module.js';
import { Script } from '../platform/redis/script.js';
import type { IdempotencyClaim } from './claim.js';

/** What Redis remembers under a key: the payload's hash, and exactly what the first request was answered. */
export interface RememberedAnswer {
  readonly hash: string;
  readonly answer: { readonly detail: object; readonly location?: string | undefined };
}

/** A key that one request holds while it is worked on. */
interface Lease {
  readonly redisKey: string;
  /** `o`, the payload's hash, and whose it is. */
  readonly value: string;
  /** Its place among the leases that are renewed. */
  place: number;
}

type KeyState =
  | { readonly kind: 'first'; readonly lease: Lease }
  | ({ readonly kind: 'remembered' } & RememberedAnswer)
  /** Somebody else holds a lease, which may be out of date. */
  | { readonly kind: 'contested' }
  /** Redis does not answer. */
  | { readonly kind: 'away' };

/** A process that died holds a key no longer than this; a living one renews it. */
const LEASE_MS = 5_000;
const RENEW_EVERY_MS = 1_500;
/** How long Redis remembers an answer. Forgetting is harmless: the database answers for ever. */
const REMEMBER_MS = 600_000;
/** What one command may carry: far below what Redis, which does one thing at a time, would make others wait for. */
const BATCH_MAX = 256;
/** So many are worth a command at once; fewer wait for more, as long as each turn of the event loop brings some. */
const ENOUGH = 16;

/** One after the other: of two with the same key in one command, the second finds the first. */
const CLAIM = new Script<(string | null)[]>(`local found = {} for i, key in ipairs(KEYS) do
found[i] = redis.call('GET', key) if not found[i] then redis.call('SET', key, ARGV[i], 'PX', ARGV[#KEYS + 1]) end end return found`);
const REMEMBER = new Script<null>(
  `for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i], 'PX', ARGV[#KEYS + 1]) end`,
);
const RENEW = new Script<null>(
  `for i, key in ipairs(KEYS) do
if redis.call('GET', key) == ARGV[i] then redis.call('PEXPIRE', key, ARGV[#KEYS + 1]) end end`,
);
const RELEASE = new Script<null>(
  `for i, key in ipairs(KEYS) do if redis.call('GET', key) == ARGV[i] then redis.call('DEL', key) end end`,
);

interface Question {
  readonly redisKey: string;
  readonly value: string;
  readonly answer: (found: string | null | undefined) => void;
}

/**
 * What Redis knows of keys. It may lose everything at any moment, and it may be away or slow: then every request counts
 * as the first one. The requests of one turn of the event loop are asked about in one command.
 */
@Injectable()
export class IdempotencyStore implements OnModuleDestroy {
  /**
   * In no order. Not a Set: V8 keeps what a Set's outgrown tables held (docs/decisions/0003-objects-that-die-young.md).
   */
  private readonly leases: Lease[] = [];
  private readonly claims = new Gathering<Question>({
    take: (waiting) => Math.min(waiting.length, BATCH_MAX),
    waitsForMore: (count) => count < ENOUGH,
    handle: (questions) => void this.ask(questions),
  });
  private readonly answers = new Gathering<Omit<Question, 'answer'>>({
    take: (waiting) => Math.min(waiting.length, BATCH_MAX),
    waitsForMore: (count) => count < ENOUGH,
    handle: (answers) => void this.redis.runForEach(REMEMBER, answers, REMEMBER_MS),
  });
  private renewal: NodeJS.Timeout | undefined;

  constructor(private readonly redis: RedisClient) {}

  async claim({ scope, key, hash }: IdempotencyClaim): Promise<KeyState> {
    const value = `o${hash.toString('hex')}${randomUUID()}`;
    const lease: Lease = { redisKey: redisKeyOf(scope, key), value, place: -1 };
    const { promise, resolve } = Promise.withResolvers<string | null | undefined>();
    this.claims.add({ redisKey: lease.redisKey, value, answer: resolve });
    const found = await promise;
    if (found === undefined) return { kind: 'away' };
    if (found === null) {
      this.keep(lease);
      return { kind: 'first', lease };
    }
    if (found.startsWith('o')) return { kind: 'contested' };
    const answer = JSON.parse(found.slice(65)) as RememberedAnswer['answer'];
    return { kind: 'remembered', hash: found.slice(1, 65), answer };
  }

  /** Call only after the database has committed. Not waited for. */
  remember(lease: Lease | null, { scope, key, hash }: IdempotencyClaim, answer: RememberedAnswer['answer']): void {
    if (lease) this.drop(lease);
    const { detail, location } = answer;
    const value = `c${hash.toString('hex')}${JSON.stringify({ detail, location })}`;
    this.answers.add({ redisKey: redisKeyOf(scope, key), value });
  }

  /**
   * The request was refused, or its outcome is the database's alone to tell: the key is free in this layer. Not waited
   * for.
   */
  release(lease: Lease): void {
    this.drop(lease);
    void this.redis.runForEach(RELEASE, [lease]);
  }

  onModuleDestroy(): void {
    clearInterval(this.renewal);
  }

  private async ask(questions: readonly Question[]): Promise<void> {
    const found = await this.redis.runForEach(CLAIM, questions, LEASE_MS);
    questions.forEach(({ answer }, index) => answer(found?.[index]));
  }

  private keep(lease: Lease): void {
    lease.place = this.leases.push(lease) - 1;
    this.renewal ??= setInterval(() => this.renewAll(), RENEW_EVERY_MS).unref();
  }

  /** The last one takes its place. */
  private drop(lease: Lease): void {
    if (this.leases[lease.place] !== lease) return;
    const last = this.leases.pop() as Lease;
    if (last === lease) return;
    this.leases[lease.place] = last;
    last.place = lease.place;
  }

  private renewAll(): void {
    for (let from = 0; from < this.leases.length; from += BATCH_MAX) {
      void this.redis.runForEach(RENEW, this.leases.slice(from, from + BATCH_MAX), LEASE_MS);
    }
  }
}

/** A cluster keeps what has the same text in braces in one slot. */
function redisKeyOf(scope: string, key: string): string {
  return `idempotency:{${scope}:${key}}`;
}
