import { Injectable, type OnModuleInit } from '@nestjs/common';
import { claimOf, type IdempotencyClaim, scopeOf } from '../idempotency/index.js';
import { type MovementDeclaration, type MovementOutcome, MovementsService, MovementTypes } from '../movements/index.js';
import { Clock, seoulDateTime } from '../platform/clock/clock.js';
import { type BatchTransaction, BatchTransactions, type RowId } from '../platform/database/batch-transactions.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { inTime } from '../platform/http/in-time.js';
import {
  type EndDetails,
  TRANSFER_HOLD,
  TRANSFER_RELEASE,
  TRANSFER_RETURN,
  type TransferOutcome,
} from './held-transfer.movements.js';
import { HeldTransfersRepository, type TransferRecord } from './held-transfers.repository.js';
import { TransferEvents } from './transfer-events.js';

/** So many are reminded of at once. */
const GROUP_MAX = 50;

interface End {
  readonly declaration: MovementDeclaration<EndDetails>;
  readonly outcome: TransferOutcome;
  /** Whose it is to ask for, and who gets the money. */
  readonly by: 'sender' | 'receiver';
}

const ACCEPT: End = { declaration: TRANSFER_RELEASE, outcome: 'ACCEPTED', by: 'receiver' };
const CANCEL: End = { declaration: TRANSFER_RETURN, outcome: 'CANCELED', by: 'sender' };
const EXPIRE: End = { declaration: TRANSFER_RETURN, outcome: 'EXPIRED', by: 'sender' };

/**
 * The ends of transfers that wait to be accepted. Which of them comes first is decided by a unique key of the
 * database's alone (`transfer_ends`), whoever asks, on whichever instance.
 */
@Injectable()
export class HeldTransfersService implements OnModuleInit {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly batches: BatchTransactions,
    private readonly transfers: HeldTransfersRepository,
    private readonly events: TransferEvents,
    private readonly movements: MovementsService,
    private readonly types: MovementTypes,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const { transfers } = this;
    this.types.keepRows(TRANSFER_HOLD, {
      insert: async (tx, rows) => {
        const [first] = rows;
        const held = rows.filter(({ status }) => status === 'COMPLETED').map(({ movementId }) => movementId);
        if (first) await this.hold(tx, held, first.at);
      },
      // Its money had to come from the bank: from then on it is held.
      settle: async (tx, movements, { status }, at) => {
        const ids = movements.map(({ movementId }) => movementId);
        if (status === 'COMPLETED') await this.hold(tx, ids, at);
      },
      findDetails: (reader, ids) => transfers.findHoldDetails(reader, ids),
      findAcceptances: (reader, ids) => transfers.findAcceptances(reader, ids),
    });
    for (const declaration of [TRANSFER_RELEASE, TRANSFER_RETURN]) {
      this.types.keepRows(declaration, {
        insert: (tx, rows) => transfers.insertEnds(tx, rows),
        findHolders: (reader, ends) => transfers.findEnds(reader, ends),
        findDetails: (reader, ids) => transfers.findEndDetails(reader, ids),
      });
    }
  }

  /**
   * Gives the money of a held transfer to its receiver, also when its time is over and it has not gone back yet.
   *
   * @throws Refusal TransferNotFound (also to whoever is no party of it), Forbidden (to the sender), TransferNotHeld,
   *   TransferDecided, and those of `MovementsService.move`
   */
  accept(transferId: number, userId: number, claim: IdempotencyClaim): Promise<MovementOutcome<EndDetails>> {
    return this.end(ACCEPT, transferId, userId, claim);
  }

  /**
   * Gives the money of a held transfer back to its sender.
   *
   * @throws Refusal as `accept`; Forbidden to the receiver
   */
  cancel(transferId: number, userId: number, claim: IdempotencyClaim): Promise<MovementOutcome<EndDetails>> {
    return this.end(CANCEL, transferId, userId, claim);
  }

  /**
   * Gives a transfer whose time is over back to its sender, unless it has ended otherwise. Safe to repeat, by any
   * process.
   *
   * @throws Refusal those of `MovementsService.move`
   */
  async expire(transferId: number): Promise<void> {
    const until = this.movements.answerBy();
    const transfer = await inTime(this.get(transferId), until);
    const { userId } = transfer.sender;
    const claim = claimOf(scopeOf('user', userId, 'transfer-expiries'), `transfer-${transferId}`, { transferId });
    await this.move(EXPIRE, transfer, claim, null, until);
  }

  /**
   * Has receivers reminded of transfers that go back within a day, and marks these in the same transaction: each is
   * told of once, whoever does it. Returns whether there may be more.
   *
   * @throws CommitUnknown they may be told of by now: the marks say so
   */
  async remind(): Promise<boolean> {
    const now = this.clock.now();
    // Seldom is one to be reminded of: no transaction for that.
    const isAny = await this.transactions.read('find-reminders', (reader) => this.transfers.hasReminders(reader, now));
    if (!isAny) return false;
    return this.batches.run('remind-of-transfers', async (tx) => {
      const ids = await this.transfers.takeReminders(tx, now, GROUP_MAX);
      await this.events.tell(tx, 'transfer.reminder', ids, now);
      return ids.length > 0;
    });
  }

  private async hold(tx: BatchTransaction, transferIds: readonly RowId[], at: Date): Promise<void> {
    this.transfers.insert(tx, transferIds, at);
    await this.events.tell(tx, 'transfer.held', transferIds, at);
  }

  private async end(
    end: End,
    transferId: number,
    userId: number,
    claim: IdempotencyClaim,
  ): Promise<MovementOutcome<EndDetails>> {
    const until = this.movements.answerBy();
    const transfer = await inTime(this.get(transferId), until);
    const isParty = [transfer.sender, transfer.receiver].some((party) => party.userId === userId);
    if (!isParty) throw new Refusal('TransferNotFound');
    return this.move(end, transfer, claim, refusalOf(end, transfer, userId), until);
  }

  private move(
    { declaration, outcome, by }: End,
    transfer: TransferRecord,
    claim: IdempotencyClaim,
    refusal: Refusal | null,
    until: number,
  ): Promise<MovementOutcome<EndDetails>> {
    const { transferId, amount, memo } = transfer;
    const [own, other] = by === 'sender' ? [transfer.sender, transfer.receiver] : [transfer.receiver, transfer.sender];
    const details = { transferId, outcome };
    const asked = { declaration, userId: own.userId, amount, memo, claim, details };
    const accounts = { main: own.accountId, counter: other.accountId };
    // A used key is told so first, whatever would be said of the request today.
    const findAccounts = () => (refusal ? Promise.reject(refusal) : Promise.resolve(accounts));
    return this.movements.move(asked, findAccounts, until);
  }

  private async get(transferId: number): Promise<TransferRecord> {
    const transfer = await this.transactions.read('get-transfer', (reader) => this.transfers.find(reader, transferId));
    if (!transfer) throw new Refusal('TransferNotFound');
    return transfer;
  }
}

/** Why a party can't end a transfer so; null where only the database can tell who is first. */
function refusalOf({ by }: End, transfer: TransferRecord, userId: number): Refusal | null {
  const { transferId, status, outcome, endedAt } = transfer;
  if (transfer[by].userId !== userId) return new Refusal('Forbidden');
  if (status !== 'COMPLETED') return new Refusal('TransferNotHeld');
  return outcome && endedAt ? transferDecided({ transferId, outcome }, endedAt) : null;
}

/** Another end came first. */
export function transferDecided({ transferId, outcome }: EndDetails, endedAt: Date): Refusal {
  return new Refusal('TransferDecided', { transferId, status: outcome, endedAt: seoulDateTime(endedAt) });
}
