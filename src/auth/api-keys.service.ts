import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OperatorActs, type PlannedAct } from '../acts/index.js';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites } from '../idempotency/index.js';
import { PartnersService } from '../partners/index.js';
import { Clock } from '../platform/clock/clock.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { untilKnown } from '../platform/database/until-known.js';
import type { Role } from '../platform/http/access.js';
import { Refusal } from '../platform/http/answers.js';
import { newKey, printOf } from './api-key.js';
import { ApiKeysRepository, type StoredKey } from './api-keys.repository.js';

const DAY_MS = 86_400_000;

export interface KeyRequest {
  readonly role: Role;
  /** For the roles of partners, and only for them. */
  readonly partnerId: number | null;
  readonly label: string | null;
  /** How long it is good from now on; null for ever. */
  readonly days: number | null;
}

/** A key that was just made: `key` is kept nowhere. */
interface MadeKey extends Omit<StoredKey, 'id' | 'hash'> {
  readonly key: string;
}

interface KeysPage {
  readonly keys: readonly StoredKey[];
  /** The id before which the next page begins; null when this is the last one. */
  readonly nextBefore: number | null;
}

/** Makes, ends and lists keys, for operators over HTTP and for who may use the database (`npm run keys`). */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly keys: ApiKeysRepository,
    private readonly partners: PartnersService,
    private readonly keyed: KeyedWrites,
    private readonly acts: OperatorActs,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * The outcome has the key's id. `made` is that key only where the outcome is `created`, and then this is the only time
   * that it is known.
   *
   * @throws Refusal InvalidMerchant for a partner that is not there, and those of `KeyedWrites.once`
   */
  async create(
    { role, partnerId, label, days }: KeyRequest,
    claim: IdempotencyClaim,
  ): Promise<{ readonly outcome: KeyedOutcome; readonly made: MadeKey }> {
    const key = newKey(this.config.environment);
    const createdAt = this.clock.now();
    const expiresAt = days === null ? null : new Date(createdAt.getTime() + days * DAY_MS);
    const { prefix, hash } = printOf(key);
    const row = { role, partnerId, prefix, label, createdAt, expiresAt };
    const insert = (tx: EntityManager) => this.keys.insert(tx, { ...row, hash });
    const check = async () => partnerId !== null && (await this.partners.get(partnerId));
    const outcome = await this.keyed.once('create-key', claim, insert, check);
    return { outcome, made: { ...row, revokedAt: null, lastUsedAt: null, key } };
  }

  /**
   * Ends a key, now, and says how it stands then; one that was revoked before stays as it is. Running services learn of
   * it within `KEY_FRESH_MS`. Locks the key; before it, where it is an operator's, all good keys of operators: of two who
   * revoke each other's at once, one is the last.
   *
   * @throws Refusal KeyNotFound; LastOperatorKey for the last good one; TemporarilyUnavailable
   * @throws CommitUnknown when it may be revoked: it may be asked for again
   */
  revoke(id: number, act: PlannedAct | null): Promise<StoredKey> {
    // After a lost COMMIT it is found revoked, or it is revoked now: once, and recorded once, in either case.
    return untilKnown(() => this.transactions.run('revoke-key', (tx) => this.end(tx, id, act)));
  }

  /** @throws Refusal KeyNotFound */
  async get(id: number): Promise<StoredKey> {
    const key = await this.transactions.read('get-key', (reader) => this.keys.find(reader, id));
    if (!key) throw new Refusal('KeyNotFound');
    return key;
  }

  /** Keys with this id, or beginning like this. */
  findByName(idOrPrefix: string): Promise<StoredKey[]> {
    return this.transactions.read('find-keys', (reader) => this.keys.findByName(reader, idOrPrefix));
  }

  listAll(): Promise<StoredKey[]> {
    return this.transactions.read('list-keys', (reader) => this.keys.listAll(reader));
  }

  /** Newest first. */
  async list(limit: number, before: number): Promise<KeysPage> {
    const found = await this.transactions.read('list-keys', (reader) => this.keys.list(reader, before, limit + 1));
    const keys = found.slice(0, limit);
    return { keys, nextBefore: found.length > limit ? (keys.at(-1)?.id ?? null) : null };
  }

  findByHash(hash: Buffer): Promise<StoredKey | null> {
    return this.transactions.read('find-key', (reader) => this.keys.findByHash(reader, hash));
  }

  async hasOperator(): Promise<boolean> {
    return this.transactions.read('find-operator', (reader) =>
      this.keys.existsGood(reader, 'operator', this.clock.now()),
    );
  }

  async markUsed(id: number): Promise<void> {
    await this.transactions.run('mark-key-used', (tx) => this.keys.markUsed(tx, id, this.clock.now()));
  }

  private async end(tx: EntityManager, id: number, act: PlannedAct | null): Promise<StoredKey> {
    const at = this.clock.now();
    const asked = await this.keys.find(tx, id);
    const good = asked?.role === 'operator' ? await this.keys.lockGood(tx, 'operator', at) : [];
    const key = await this.keys.lock(tx, id);
    if (!key) throw new Refusal('KeyNotFound');
    if (key.revokedAt) return key;
    if (good.length === 1 && good[0] === id) throw new Refusal('LastOperatorKey');
    await this.keys.revoke(tx, id, at);
    await this.acts.record(tx, { act, at });
    return { ...key, revokedAt: at };
  }
}
