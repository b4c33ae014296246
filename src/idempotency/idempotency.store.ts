import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Metrics } from '../platform/metrics/metrics.js';
import { RedisClient } from '../platform/redis/redis.module.js';
import { Script } from '../platform/redis/script.js';
import { Batch } from './batch.js';
import type { IdempotencyClaim } from './claim.js';

/** What a duplicate is answered with: exactly what the first request was. */
export interface StoredAnswer {
  readonly detail: object;
  readonly location?: string;
}

export type Claimed =
  | { readonly state: 'first'; readonly lease: Lease | null }
  | { readonly state: 'onGoing'; readonly hash: string }
  | { readonly state: 'complete'; readonly hash: string; readonly answer: StoredAnswer };

/** What Redis holds under a key: `o`, the payload's hash and whose it is; or `c`, the hash and the answer. */
interface Entry {
  readonly redisKey: string;
  readonly value: string;
}
export interface Lease extends Entry {
  /** Its place among the leases that are renewed. */
  place: number;
}

/** A process that died holds a key no longer than this; a living one renews it. */
const LEASE_MS = 5_000;
const RENEW_EVERY_MS = 1_500;
/** How long Redis remembers an answer. Forgetting is harmless: the database answers for ever. */
const REMEMBER_MS = 600_000;
/** After Redis failed, how long requests go straight to the database before it is tried again. */
const PAUSE_AFTER_FAILURE_MS = 500;

/** One after the other: of two with the same key in one batch, the second finds the first. */
const CLAIM = new Script<(string | null)[]>(`local found = {} for i, key in ipairs(KEYS) do
found[i] = redis.call('GET', key) if not found[i] then redis.call('SET', key, ARGV[i], 'PX', ARGV[#KEYS + 1]) end end return found`);
const COMPLETE = new Script<null>(
  `for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i], 'PX', ARGV[#KEYS + 1]) end`,
);
const RENEW = new Script<number>(
  `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`,
);
const RELEASE = new Script<number>(
  `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`,
);

/**
 * The first of idempotency's two layers: says no early and cheaply. It never decides that something may happen twice,
 * because the database's unique key stands behind it, and it may lose everything at any moment. When Redis fails or is
 * slow, every request counts as the first one.
 */
@Injectable()
export class IdempotencyStore {
  /** In no order. Not a Set: its outgrown tables would take what they held into the old generation (see `Claims`). */
  private readonly leases: Lease[] = [];
  private readonly claims = new Batch<Lease, string | null | undefined>(async (leases) => {
    const found = await this.attempt(CLAIM, leases, LEASE_MS);
    return leases.map((_, index) => found?.[index]);
  });
  private readonly completions = new Batch<Entry, void>(async (answers) => {
    await this.attempt(COMPLETE, answers, REMEMBER_MS);
    return [];
  });
  private pausedUntil = 0;
  private renewal: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: RedisClient,
    private readonly metrics: Metrics,
  ) {}

  async claim({ scope, key, hash }: IdempotencyClaim): Promise<Claimed> {
    const value = `o${hash.toString('hex')}${randomUUID()}`;
    const lease: Lease = { redisKey: `idempotency:${scope}:${key}`, value, place: -1 };
    const found = await this.claims.ask(lease);
    if (found === undefined) return { state: 'first', lease: null };
    if (found === null) {
      this.keep(lease);
      return { state: 'first', lease };
    }
    const foundHash = found.slice(1, 65);
    if (found.startsWith('o')) return { state: 'onGoing', hash: foundHash };
    return { state: 'complete', hash: foundHash, answer: JSON.parse(found.slice(65)) as StoredAnswer };
  }

  /** Call only after the database has committed. */
  async complete(lease: Lease | null, { scope, key, hash }: IdempotencyClaim, answer: StoredAnswer): Promise<void> {
    if (lease) this.drop(lease);
    const value = `c${hash.toString('hex')}${JSON.stringify(answer)}`;
    await this.completions.ask({ redisKey: `idempotency:${scope}:${key}`, value });
  }

  /** The request was refused, or its outcome is the database's alone to tell: the key is free in this layer. */
  async release(lease: Lease | null): Promise<void> {
    if (!lease) return;
    this.drop(lease);
    await this.attempt(RELEASE, [lease]);
  }

  onModuleDestroy(): void {
    clearInterval(this.renewal);
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
    for (const lease of this.leases) void this.attempt(RENEW, [lease], LEASE_MS);
  }

  /** undefined when Redis is away: the caller goes on without it. */
  private async attempt<T>(
    script: Script<T>,
    entries: readonly Entry[],
    ...milliseconds: number[]
  ): Promise<T | undefined> {
    if (performance.now() < this.pausedUntil) return undefined;
    const keys = entries.map(({ redisKey }) => redisKey);
    try {
      return await script.run(this.redis, keys, [...entries.map(({ value }) => value), ...milliseconds]);
    } catch {
      // The client logs that Redis is away once per change of state; here it is only counted.
      this.metrics.redisErrorsTotal.inc();
      this.pausedUntil = performance.now() + PAUSE_AFTER_FAILURE_MS;
      return undefined;
    }
  }
}
