import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites } from '../idempotency/index.js';
import { Ledger } from '../ledger/index.js';
import { Clock } from '../platform/clock/clock.js';
import { Config } from '../platform/config/config.js';
import { isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { untilKnown } from '../platform/database/until-known.js';
import { Refusal } from '../platform/http/answers.js';
import { Partner } from './partner.entity.js';

const SANDBOX_PARTNER = { id: 100, name: 'Sandbox Partner' };
const CACHE_MAX = 100_000;

export type PartnerOverview = Partner & { readonly frozenAt: Date | null };

@Injectable()
export class PartnersService implements OnModuleInit {
  /** A partner's payable account never changes, so it is looked up once. */
  private readonly payableAccounts = new Map<number, number>();

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly ledger: Ledger,
    private readonly keyed: KeyedWrites,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Outside production the sandbox partner exists from the start; several instances may try at once. */
  async onModuleInit(): Promise<void> {
    if (this.config.environment === 'production') return;
    const { id, name } = SANDBOX_PARTNER;
    try {
      await untilKnown(() => this.transactions.run('create-partner', (tx) => this.insert(tx, id, name)));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Takes on a merchant, with its payable account; the outcome has its id. @throws Refusal as `KeyedWrites.once` */
  create(name: string, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    return this.keyed.once('create-partner', claim, (tx) => this.insert(tx, null, name));
  }

  /** @throws Refusal InvalidMerchant */
  async get(partnerId: number): Promise<Partner> {
    const partner = await this.transactions.read('get-partner', (reader) =>
      reader.findOneBy(Partner, { id: partnerId }),
    );
    if (!partner) throw new Refusal('InvalidMerchant');
    return partner;
  }

  /** The same, and since when it is frozen. @throws Refusal InvalidMerchant */
  async getOverview(partnerId: number): Promise<PartnerOverview> {
    const partner = await this.get(partnerId);
    const frozenAt = await this.transactions.read('partner-frozen', (reader) =>
      this.ledger.frozenSince(reader, 'PARTNER_PAYABLE', partnerId),
    );
    return { ...partner, frozenAt };
  }

  /** Locks the partner's row, which no payment ever does. */
  async lock(tx: EntityManager, partnerId: number): Promise<void> {
    await tx.findOne(Partner, { where: { id: partnerId }, lock: { mode: 'pessimistic_write' } });
  }

  /** Names of these partners. */
  async namesOf(reader: EntityManager, partnerIds: readonly number[]): Promise<Map<number, string>> {
    const partners = await reader.findBy(Partner, { id: In([...partnerIds]) });
    return new Map(partners.map(({ id, name }) => [id, name]));
  }

  /** @throws Refusal InvalidMerchant */
  async getPayableAccountId(partnerId: number): Promise<number> {
    const known = this.payableAccounts.get(partnerId);
    if (known !== undefined) return known;
    const accountId = await this.transactions.read('find-payable-account', (reader) =>
      this.ledger.findSoleAccountId(reader, 'PARTNER_PAYABLE', partnerId),
    );
    if (accountId === null) throw new Refusal('InvalidMerchant');
    if (this.payableAccounts.size >= CACHE_MAX) this.payableAccounts.clear();
    this.payableAccounts.set(partnerId, accountId);
    return accountId;
  }

  /** @returns the id: the one that is given, or the next one */
  private async insert(tx: EntityManager, id: number | null, name: string): Promise<number> {
    const at = this.clock.now();
    const { insertId }: { insertId: number } = await tx.query(
      'INSERT INTO partners (id, name, created_at) VALUES (?)',
      [[id, name, at]],
    );
    const partnerId = id ?? insertId;
    const number = `PARTNER-${partnerId}`;
    await this.ledger.open(tx, { kind: 'PARTNER_PAYABLE', ownerId: partnerId, number, sole: true, openedAt: at });
    return partnerId;
  }
}
