import { Injectable } from '@nestjs/common';
import { PartnersService } from '../partners/index.js';
import { Clock } from '../platform/clock/clock.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import type { Role } from '../platform/http/access.js';
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

/** Makes, ends and lists keys. There is no HTTP call for it: who may use the database may make keys. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly keys: ApiKeysRepository,
    private readonly partners: PartnersService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * The only time that the key is known.
   *
   * @throws Refusal InvalidMerchant for a partner that is not there
   */
  async create({ role, partnerId, label, days }: KeyRequest): Promise<{ id: number; key: string }> {
    if (partnerId !== null) await this.partners.get(partnerId);
    const key = newKey(this.config.environment);
    const createdAt = this.clock.now();
    const expiresAt = days === null ? null : new Date(createdAt.getTime() + days * DAY_MS);
    const row = { role, partnerId, label, expiresAt, ...printOf(key), createdAt };
    const id = await this.transactions.run('create-key', (tx) => this.keys.insert(tx, row));
    return { id, key };
  }

  /** Ends a key, now. Running services learn of it within `KEY_FRESH_MS`. */
  async revoke(id: number): Promise<void> {
    await this.transactions.run('revoke-key', (tx) => this.keys.revoke(tx, id, this.clock.now()));
  }

  /** Keys with this id, or beginning like this. */
  findByName(idOrPrefix: string): Promise<StoredKey[]> {
    return this.transactions.read('find-keys', (reader) => this.keys.findByName(reader, idOrPrefix));
  }

  list(): Promise<StoredKey[]> {
    return this.transactions.read('list-keys', (reader) => this.keys.list(reader));
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
}
