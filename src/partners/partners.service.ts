import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Ledger } from '../ledger/index.js';
import { Clock } from '../platform/clock/clock.js';
import { Config } from '../platform/config/config.js';
import { CommitUnknown, isDuplicateKey } from '../platform/database/database-errors.js';
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
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Outside production the sandbox partner exists from the start; several instances may try at once. */
  async onModuleInit(): Promise<void> {
    if (this.config.environment === 'production') return;
    try {
      await this.create(SANDBOX_PARTNER.name, SANDBOX_PARTNER.id);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /**
   * Creates a partner and its payable account. There is no key to look it up by: when a COMMIT was lost, the same id is
   * inserted again, which either makes the partner or finds that it was made.
   *
   * @throws Refusal TemporarilyUnavailable; the partner may be there all the same where a COMMIT was lost
   */
  async create(name: string, id: number | null = null): Promise<Partner> {
    const createdAt = this.clock.now();
    let lastId = id;
    const attempt = async (commitLost: boolean): Promise<Partner> => {
      try {
        return await this.transactions.run('create-partner', async (tx) => {
          lastId = await this.insert(tx, commitLost ? lastId : id, name, createdAt);
          return { id: lastId, name, createdAt };
        });
      } catch (error) {
        if (!commitLost || lastId === null || !isDuplicateKey(error)) throw error;
        const known = await this.get(lastId);
        // A server that crashed may give an id of a transaction that it lost to somebody else.
        if (known.createdAt.getTime() !== createdAt.getTime()) throw error;
        return known;
      }
    };
    try {
      return await untilKnown(attempt);
    } catch (error) {
      if (!(error instanceof CommitUnknown)) throw error;
      throw new Refusal('TemporarilyUnavailable', undefined, undefined, { cause: error });
    }
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
  private async insert(tx: EntityManager, id: number | null, name: string, at: Date): Promise<number> {
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
