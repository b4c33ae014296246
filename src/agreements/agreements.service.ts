import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites, ownedBy, scopeOf } from '../idempotency/index.js';
import { Ledger } from '../ledger/index.js';
import { PartnersService } from '../partners/index.js';
import { Clock } from '../platform/clock/clock.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import { UsersService } from '../users/index.js';
import { type AgreementTerms } from './agreement.rule.js';
import { type AgreementRecord, AgreementsRepository, stateOf } from './agreements.repository.js';

interface Wanted {
  readonly userId: number;
  readonly partnerId: number;
  /** won */
  readonly limitPerPayment: number;
  /** won */
  readonly limitPerDay: number;
  readonly expiresAt: Date | null;
}

/** An agreement, and how it stands. Amounts are won. */
export interface ShownAgreement extends AgreementRecord {
  readonly state: AgreementTerms['state'];
  readonly usedToday: number;
}

/**
 * What users let partners take. Each change locks the user's main account, as every payment does, and so falls between
 * two of them, never into one: once it is answered, every instance goes by it. Outcomes have the agreement's id.
 */
@Injectable()
export class AgreementsService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly ledger: Ledger,
    private readonly agreements: AgreementsRepository,
    private readonly users: UsersService,
    private readonly partners: PartnersService,
    private readonly keyed: KeyedWrites,
    private readonly clock: Clock,
  ) {}

  /**
   * Agrees, and so ends what was agreed with the same partner before.
   *
   * @throws Refusal InvalidUserId, InvalidMerchant, InvalidRequest (a time that is over), and those of
   *   `KeyedWrites.once`
   */
  agree(wanted: Wanted, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    const { userId, partnerId } = wanted;
    const check = async () => {
      await this.users.getMainAccountId(userId);
      await this.partners.getPayableAccountId(partnerId);
    };
    const owned = ownedBy(claim, scopeOf('user', userId, 'agreements'));
    return this.keyed.once(
      'agree',
      owned,
      async (tx) => {
        await this.lock(tx, userId);
        const at = this.clock.now();
        if (wanted.expiresAt && wanted.expiresAt <= at) throw invalidField('expiresAt', 'must be in the future');
        return this.agreements.insert(tx, wanted, at);
      },
      check,
    );
  }

  /**
   * Takes an agreement back. What was authorised by it can still be captured.
   *
   * @throws Refusal InvalidUserId, AgreementNotFound, and those of `KeyedWrites.once`
   */
  end(userId: number, agreementId: number, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    const owned = ownedBy(claim, scopeOf('user', userId, 'agreement-ends'));
    return this.keyed.once('end-agreement', owned, async (tx) => {
      await this.lock(tx, userId);
      const agreement = await this.agreements.find(tx, userId, agreementId);
      if (!agreement) throw new Refusal('AgreementNotFound');
      await this.agreements.end(tx, agreementId, this.clock.now());
      return agreementId;
    });
  }

  /** @throws Refusal AgreementNotFound */
  async get(userId: number, agreementId: number): Promise<AgreementRecord> {
    const agreement = await this.transactions.read('get-agreement', (reader) =>
      this.agreements.find(reader, userId, agreementId),
    );
    if (!agreement) throw new Refusal('AgreementNotFound');
    return agreement;
  }

  /** All that a user ever agreed to, newest first. @throws Refusal InvalidUserId */
  async list(userId: number, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<ShownAgreement[]> {
    await this.users.getMainAccountId(userId);
    if (await this.users.isErased(userId)) throw new Refusal('InvalidUserId');
    return this.transactions.read('list-agreements', (reader) => this.listOf(reader, userId, limit, before));
  }

  /** The same of whoever it is, also of one who has left: nothing where there is no such user. */
  async listOf(
    reader: EntityManager,
    userId: number,
    limit: number,
    before = Number.MAX_SAFE_INTEGER,
  ): Promise<ShownAgreement[]> {
    const rows = await this.agreements.list(reader, userId, before, limit);
    const at = this.clock.now();
    const terms = this.agreements.termsOf(
      rows.filter(({ isLatest }) => isLatest === 1),
      at,
    );
    const used = new Map([...terms.values()].map(({ id, usedOnDay }) => [id, usedOnDay]));
    return rows.map((row) => ({ ...row, state: stateOf(row, at), usedToday: used.get(row.id) ?? 0 }));
  }

  private async lock(tx: Parameters<Ledger['lockUser']>[0], userId: number): Promise<void> {
    const main = await this.ledger.lockUser(tx, userId);
    if (!main || main.isClosed) throw new Refusal('InvalidUserId');
  }
}
