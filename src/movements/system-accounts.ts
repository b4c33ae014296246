import { Injectable } from '@nestjs/common';
import { type AccountKind, Ledger } from '../ledger/index.js';
import { Clock } from '../platform/clock/clock.js';
import { CommitUnknown, isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { type MovementDeclaration, type MovementRequest, systemAccountKinds } from './movement.declaration.js';

/** Nobody's in particular. */
const OWNER_ID = 0;

/** The accounts of which there is one in all. Each is opened when it is first needed, and never changes. */
@Injectable()
export class SystemAccounts {
  private readonly known = new Map<string, number>();

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /**
   * Those that a movement of this kind moves money from or to.
   *
   * @throws Refusal TemporarilyUnavailable
   */
  async of(declaration: MovementDeclaration): Promise<Partial<MovementRequest['accounts']>> {
    const accounts: Partial<Record<string, number>> = {};
    for (const kind of systemAccountKinds(declaration)) {
      const accountId = this.known.get(kind) ?? (await this.findOrOpen(kind as AccountKind));
      this.known.set(kind, accountId);
      accounts[kind] = accountId;
    }
    return accounts;
  }

  private async findOrOpen(kind: AccountKind): Promise<number> {
    return (await this.find(kind)) ?? this.open(kind);
  }

  private find(kind: AccountKind): Promise<number | null> {
    return this.transactions.read('find-system-account', (reader) =>
      this.ledger.findSoleAccountId(reader, kind, OWNER_ID),
    );
  }

  /** Of two who open it at once, the second finds the first one's. */
  private async open(kind: AccountKind): Promise<number> {
    const account = { kind, ownerId: OWNER_ID, number: kind.replaceAll('_', '-'), sole: true };
    try {
      return await this.transactions.run('open-system-account', (tx) =>
        this.ledger.open(tx, { ...account, openedAt: this.clock.now() }),
      );
    } catch (error) {
      if (!isDuplicateKey(error) && !(error instanceof CommitUnknown)) throw error;
      const found = await this.find(kind);
      if (found === null) throw new Refusal('TemporarilyUnavailable', undefined, undefined, { cause: error });
      return found;
    }
  }
}
