import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Account, Ledger } from '../ledger/index.js';
import { Clock } from '../platform/clock/clock.js';
import { Config } from '../platform/config/config.js';
import { isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { Partner } from './partner.entity.js';

const SANDBOX_PARTNER = { id: 100, name: 'Sandbox Partner' };
const CACHE_MAX = 100_000;

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

  /** Creates a partner and its payable account. */
  async create(name: string, id?: number): Promise<Partner> {
    return this.transactions.run('create-partner', async (tx) => {
      const now = this.clock.now();
      const { insertId }: { insertId: number } = await tx.query(
        'INSERT INTO partners (id, name, created_at) VALUES (?)',
        [[id ?? null, name, now]],
      );
      const partnerId = id ?? insertId;
      const number = `PARTNER-${partnerId}`;
      await this.ledger.open(tx, { kind: 'PARTNER_PAYABLE', ownerId: partnerId, number, sole: true, openedAt: now });
      return { id: partnerId, name, createdAt: now };
    });
  }

  /** @throws Refusal InvalidMerchant */
  async get(partnerId: number): Promise<Partner> {
    const partner = await this.transactions.read('get-partner', (reader) =>
      reader.findOneBy(Partner, { id: partnerId }),
    );
    if (!partner) throw new Refusal('InvalidMerchant');
    return partner;
  }

  /** @throws Refusal InvalidMerchant */
  async getPayableAccountId(partnerId: number): Promise<number> {
    const known = this.payableAccounts.get(partnerId);
    if (known !== undefined) return known;
    const account = await this.transactions.read('find-payable-account', (reader) =>
      reader.findOneBy(Account, { kind: 'PARTNER_PAYABLE', ownerId: partnerId, sole: 1 }),
    );
    if (!account) throw new Refusal('InvalidMerchant');
    if (this.payableAccounts.size >= CACHE_MAX) this.payableAccounts.clear();
    this.payableAccounts.set(partnerId, account.id);
    return account.id;
  }
}
