import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import type { BatchTransaction, Statement } from '../platform/database/batch-transactions.js';
import type { AgreementsRead, Counted } from './agreement.rule.js';
import { type AgreementRecord, AgreementsRepository, type Parties } from './agreements.repository.js';

/** For the room whose payments are held against agreements. */
@Injectable()
export class PaymentAgreements {
  private readonly isRequired: boolean;

  constructor(
    private readonly agreements: AgreementsRepository,
    config: Config,
  ) {
    this.isRequired = config.paymentAgreements === 'required';
  }

  /** Reads what payments between these are held against; goes with the lock of the users' main accounts. */
  statement(parties: readonly Parties[]): Statement {
    return this.agreements.findLatest(parties);
  }

  /** What that has found. */
  read(rows: readonly unknown[], at: Date): AgreementsRead {
    return { isRequired: this.isRequired, terms: this.agreements.termsOf(rows as AgreementRecord[], at) };
  }

  /** Counts payments, with COMMIT. Amounts are won. */
  count(tx: BatchTransaction, payments: readonly { readonly counted: Counted; readonly amount: number }[]): void {
    this.agreements.count(
      tx,
      payments.flatMap(({ counted, amount }) => (counted ? [{ counted, amount }] : [])),
    );
  }

  /** Payments that failed were not taken after all. Sent with COMMIT. */
  giveBack(tx: BatchTransaction, paymentIds: readonly number[]): void {
    this.agreements.giveBack(tx, paymentIds);
  }
}
