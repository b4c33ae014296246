import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OperatorActs } from '../acts/index.js';
import {
  BankClient,
  type BankLink,
  type BankOrder,
  type BankOrders,
  LinkedAccounts,
  type LockedLink,
  type OpenOrder,
  type OrderEnd,
  Payouts,
  type RefusalReason,
  Withdrawals,
} from '../bank/index.js';
import { Ledger, type LockedAccount, type PostedEntry, type PostedJournal } from '../ledger/index.js';
import type { BatchTransaction, NewId } from '../platform/database/batch-transactions.js';
import { sqlMoment } from '../platform/database/sql-moment.js';
import type { Attempt } from './attempt.js';
import type { Decision, Resolution, Snapshot } from './movement.decision.js';
import { lockedAccounts, locksPlace, type MovementDeclaration, type MovementRequest } from './movement.declaration.js';
import type { MovementView } from './movement.entity.js';
import { MemoVault } from './memo-vault.js';
import { MovementTypes, type RecordedMovement } from './movement-types.js';

type Accepted = Extract<Decision, { kind: 'complete' | 'reserve' }>;
type Holder = Extract<Decision, { kind: 'duplicate' }>['holder'];

/** What a request has written: the movement's id, and what the bank is to be asked for. */
export interface WrittenMovement {
  readonly id: NewId;
  readonly order: BankOrder | null;
}

/** Every statement of a group's way through the database, phase by phase: lock, read, write. */
@Injectable()
export class PostingRepository {
  constructor(
    private readonly ledger: Ledger,
    private readonly linkedAccounts: LinkedAccounts,
    private readonly withdrawals: Withdrawals,
    private readonly payouts: Payouts,
    private readonly bank: BankClient,
    private readonly types: MovementTypes,
    private readonly memos: MemoVault,
    private readonly acts: OperatorActs,
  ) {}

  /**
   * Locks the accounts of these movements that nobody else has locked, and reads what rooms want to be read with that:
   * `rooms` gives it as it is at the group's time; `frozen` are those of the accounts at the other end.
   */
  async lock(
    tx: BatchTransaction,
    requests: readonly MovementRequest[],
    resolutions: readonly Resolution[],
  ): Promise<{
    readonly accounts: LockedAccount[];
    readonly frozen: Snapshot['frozen'];
    readonly rooms: (at: Date) => Snapshot['rooms'];
  }> {
    const reading = [...byDeclaration(requests)].flatMap(([declaration, ofKind]) => {
      const { withLock } = this.types.rowsOf(declaration);
      return withLock ? [{ declaration, withLock, statement: withLock.statement(ofKind) }] : [];
    });
    const counters = requests.flatMap(unlockedCounter);
    const [accounts, ...read] = await this.ledger.lockAccountsAndRead(
      tx,
      [...requests, ...resolutions].flatMap((movement) => lockedAccounts(movement.declaration, movement.accounts)),
      [
        ...reading.map(({ statement }) => statement),
        ...(counters.length > 0 ? [this.ledger.findFrozen(counters)] : []),
      ],
    );
    const frozen = (read[reading.length] ?? []) as { id: number }[];
    const rooms = (at: Date) =>
      new Map(reading.map(({ declaration, withLock }, place) => [declaration, withLock.read(read[place] ?? [], at)]));
    return { accounts, frozen: new Set(frozen.map(({ id }) => id)), rooms };
  }

  /** What other rooms need to know for their rules, of requests whose accounts are locked. */
  async readRooms(tx: EntityManager, requests: readonly MovementRequest[]): Promise<Snapshot['rooms']> {
    const read = new Map<MovementDeclaration, unknown>();
    for (const [declaration, ofKind] of byDeclaration(requests)) {
      const rows = this.types.rowsOf(declaration);
      if (rows.lock) read.set(declaration, await rows.lock(tx, ofKind));
    }
    return read;
  }

  /** Those of these users whose bank, as far as it is known, is not to be asked: no reason to lock anything. */
  findClosed(userIds: readonly number[]): Map<number, 'closed'> {
    const closed = new Map<number, 'closed'>();
    for (const userId of userIds) {
      const bankCode = this.linkedAccounts.knownBankCodeOf(userId);
      if (bankCode !== undefined && !this.bank.isAvailable(bankCode)) closed.set(userId, 'closed');
    }
    return closed;
  }

  /**
   * Locks the bank accounts that these users have linked (after their main accounts), with what is used of the limits
   * of that day. @throws Error for a user without one: a defect
   */
  async readLinks(tx: EntityManager, userIds: readonly number[], businessDate: string): Promise<Snapshot['links']> {
    const links = await this.linkedAccounts.lock(tx, userIds, businessDate);
    if (userIds.some((userId) => !links.has(userId))) throw new Error('a user without a linked account');
    const read = new Map<number, LockedLink | 'closed' | 'locked'>();
    for (const [userId, link] of links) {
      const isClosed = link !== null && !this.bank.isAvailable(link.bankCode);
      read.set(userId, isClosed ? 'closed' : (link ?? 'locked'));
    }
    return read;
  }

  /** Where these payouts are to be paid; their main accounts must be locked already. */
  async readPayees(tx: EntityManager, requests: readonly MovementRequest[]): Promise<Snapshot['payees']> {
    const links = await this.linkedAccounts.findPayees(tx, requests);
    return new Map(
      requests.map((request, place) => {
        const link = links[place] as BankLink | null;
        return [request, link && !this.bank.isAvailable(link.bankCode) ? 'closed' : link];
      }),
    );
  }

  /** Locks those of these movements' orders that are still open, ascending; their accounts must be locked already. */
  async readOpen(
    tx: EntityManager,
    movements: readonly Pick<Resolution, 'declaration' | 'movementId'>[],
  ): Promise<Map<number, OpenOrder>> {
    const open = new Map<number, OpenOrder>();
    for (const [orders, own] of Map.groupBy(movements, ({ declaration }) => this.ordersOf(declaration))) {
      const ids = own.map(({ movementId }) => movementId);
      for (const [id, order] of await orders.lockOpen(tx, ids)) open.set(id, order);
    }
    return open;
  }

  /** What the bank is asked for movements of this kind. */
  ordersOf({ paysOutToBank }: MovementDeclaration): BankOrders {
    return paysOutToBank ? this.payouts : this.withdrawals;
  }

  /**
   * Who holds the keys of these attempts, and what else they claim, as committed by now; null: nobody. What else they
   * claim is read first: a lost COMMIT of ours may land between the two, and would be taken for somebody else's there.
   */
  async readHolders(reader: EntityManager, attempts: readonly Attempt[]): Promise<Snapshot['holders']> {
    const holders = new Map<MovementRequest, Holder | null>();
    if (attempts.length === 0) return holders;
    const claiming = attempts
      .map(({ request }) => request)
      .filter(({ declaration }) => declaration.claims !== undefined);
    for (const [declaration, requests] of byDeclaration(claiming)) {
      const details = requests.map((request) => request.details);
      const found = (await this.types.rowsOf(declaration).findHolders?.(reader, details)) ?? [];
      requests.forEach((request, index) => {
        const movementId = found[index] ?? null;
        if (movementId !== null) holders.set(request, { movementId, byKey: false, sameRequest: true, isOwn: false });
      });
    }
    const rows: { id: number; scope: string; key: string; hash: Buffer; attemptId: Buffer }[] = await reader.query(
      `SELECT id, idempotency_scope AS scope, idempotency_key AS \`key\`, request_hash AS hash, attempt_id AS attemptId
       FROM movements WHERE (idempotency_key, idempotency_scope) IN (?) AND (key_live = 1 OR attempt_id IN (?))`,
      [attempts.map(({ request: { claim } }) => [claim.key, claim.scope]), attempts.map(({ attemptId }) => attemptId)],
    );
    for (const { request, attemptId } of attempts) {
      const { claim } = request;
      const ofKey = rows.filter(({ scope, key }) => scope === claim.scope && key === claim.key);
      // Of an attempt of ours only its own row counts, also a failed one: that was told, and nothing else may be.
      const row = ofKey.find((it) => it.attemptId.equals(attemptId)) ?? ofKey[0];
      if (row) {
        const isOwn = row.attemptId.equals(attemptId);
        holders.set(request, { movementId: row.id, byKey: true, sameRequest: row.hash.equals(claim.hash), isOwn });
      } else if (!holders.has(request)) {
        holders.set(request, null);
      }
    }
    return holders;
  }

  /**
   * Writes what was decided, to be sent with COMMIT: movements, their rooms' rows, orders, the ends of settled
   * ones, entries and balances. Returns what each request has written, null for those that have written nothing. COMMIT
   * is not reached but fails with a duplicate-key error when somebody holds one of the claims.
   */
  async write(
    tx: BatchTransaction,
    group: { attempts: readonly Attempt[]; resolutions: readonly Resolution[] },
    decided: { requests: readonly Decision[]; resolutions: readonly Decision[]; changed: readonly LockedAccount[] },
    at: Date,
  ): Promise<(WrittenMovement | null)[]> {
    const accepted: { attempt: Attempt; decision: Accepted }[] = [];
    decided.requests.forEach((decision, place) => {
      const attempt = group.attempts[place] as Attempt;
      if (decision.kind === 'complete' || decision.kind === 'reserve') accepted.push({ attempt, decision });
    });
    const ids = this.insert(tx, accepted, at);
    await this.insertRooms(tx, accepted, ids, at);
    const orders = this.insertOrders(tx, accepted, ids, at);
    const settled = await this.settle(tx, group.resolutions, decided.resolutions, at);
    const journals = accepted.flatMap(({ decision }, index): PostedJournal[] =>
      decision.kind === 'complete' ? [{ movementId: ids[index] as NewId, entries: decision.entries }] : [],
    );
    this.ledger.write(tx, [...settled, ...journals], decided.changed, at);
    let next = 0;
    return decided.requests.map(({ kind }) => {
      if (kind !== 'complete' && kind !== 'reserve') return null;
      const index = next++;
      return { id: ids[index] as NewId, order: orders[index] ?? null };
    });
  }

  private insert(
    tx: BatchTransaction,
    accepted: readonly { attempt: Attempt; decision: Accepted }[],
    at: Date,
  ): NewId[] {
    if (accepted.length === 0) return [];
    const moment = sqlMoment(at);
    const rows = accepted.map(({ attempt, decision: { kind, request, ...decision } }) => [
      request.declaration.type,
      kind === 'complete' ? 'COMPLETED' : 'PENDING',
      request.userId,
      request.accounts.main,
      request.accounts.counter ?? null,
      request.amount,
      request.declaration.topUp && 'bankAmount' in decision ? decision.bankAmount : 0,
      request.claim.scope,
      request.claim.key,
      1,
      request.claim.hash,
      attempt.attemptId,
      moment,
      kind === 'complete' ? moment : null,
    ]);
    const ids = tx.insertLater(
      `INSERT INTO movements (type, status, user_id, account_id, counter_account_id, amount, topped_up_amount,
         idempotency_scope, idempotency_key, key_live, request_hash, attempt_id, created_at, completed_at) VALUES ?`,
      rows,
    );
    const acts = accepted.flatMap(({ decision: { request } }, index) => {
      const { act } = request.claim;
      return act ? [{ act, madeId: ids[index] as NewId, at }] : [];
    });
    this.acts.recordLater(tx, acts);
    const memos = accepted.flatMap(({ decision: { request } }, index) => {
      if (request.memo === undefined) return [];
      const { keyId, sealedMemo } = this.memos.seal(request.memo, request.userId);
      return [[ids[index], keyId, sealedMemo]];
    });
    if (memos.length > 0) {
      tx.writeLater('INSERT INTO movement_memos (movement_id, key_id, sealed_memo) VALUES ?', [memos]);
    }
    return ids;
  }

  /** Each room writes its own rows, all of a kind at once. */
  private async insertRooms(
    tx: BatchTransaction,
    accepted: readonly { decision: Accepted }[],
    ids: readonly NewId[],
    at: Date,
  ): Promise<void> {
    const rows = accepted.map(({ decision: { kind, request } }, index): RecordedMovement => {
      const status = kind === 'complete' ? 'COMPLETED' : 'PENDING';
      return { movementId: ids[index] as NewId, request, status, at };
    });
    const byKind = Map.groupBy(rows, ({ request }) => request.declaration);
    for (const [declaration, ofKind] of byKind) await this.types.rowsOf(declaration).insert?.(tx, ofKind);
  }

  /** Returns the order of each that the bank is to be asked for. */
  private insertOrders(
    tx: BatchTransaction,
    accepted: readonly { decision: Accepted }[],
    ids: readonly NewId[],
    at: Date,
  ): (BankOrder | null)[] {
    const rows = accepted.map(({ decision }, index) => {
      if (decision.kind !== 'reserve') return null;
      const { request, link, bankAmount, held } = decision;
      const order = this.ordersOf(request.declaration).newOrder(link, bankAmount, at);
      return { movementId: ids[index] as NewId, link, order, heldAmount: held, at };
    });
    for (const orders of [this.withdrawals, this.payouts]) {
      orders.insert(
        tx,
        rows.filter((row) => row?.order.kind === orders.kind).map((row) => row as NonNullable<typeof row>),
      );
    }
    return rows.map((row) => row?.order ?? null);
  }

  /** Ends movements that waited for the bank; returns the journals of those that it has done. */
  private async settle(
    tx: BatchTransaction,
    resolutions: readonly Resolution[],
    decisions: readonly Decision[],
    at: Date,
  ): Promise<PostedJournal[]> {
    const done: { resolution: Resolution; entries: readonly PostedEntry[] }[] = [];
    const failed = new Map<RefusalReason, Resolution[]>();
    resolutions.forEach((resolution, place) => {
      const decision = decisions[place] as Decision;
      if (decision.kind === 'settle') done.push({ resolution, entries: decision.entries });
      if (decision.kind === 'fail') failed.set(decision.reason, [...(failed.get(decision.reason) ?? []), resolution]);
    });
    if (done.length > 0) {
      const ended = done.map(({ resolution }) => resolution);
      const ids = ended.map(({ movementId }) => movementId);
      this.endOrders(tx, ended, { status: 'DONE' }, at);
      tx.writeLater(
        `UPDATE movements SET status = 'COMPLETED', completed_at = ? WHERE id IN (?) AND status = 'PENDING'`,
        [at, ids],
      );
      await this.settleRooms(tx, ended, { status: 'COMPLETED', failureCode: null }, at);
    }
    for (const [reason, ofReason] of failed) {
      const ids = ofReason.map(({ movementId }) => movementId);
      this.endOrders(tx, ofReason, { status: 'REFUSED', refusal: reason }, at);
      tx.writeLater(
        `UPDATE movements SET status = 'FAILED', failure_code = ?, key_live = NULL, completed_at = ?
         WHERE id IN (?) AND status = 'PENDING'`,
        [reason, at, ids],
      );
      await this.settleRooms(tx, ofReason, { status: 'FAILED', failureCode: reason }, at);
    }
    return done.map(({ resolution: { movementId }, entries }) => ({ movementId, entries }));
  }

  private endOrders(tx: BatchTransaction, resolutions: readonly Resolution[], end: OrderEnd, at: Date): void {
    for (const [orders, own] of Map.groupBy(resolutions, ({ declaration }) => this.ordersOf(declaration))) {
      orders.end(
        tx,
        own.map(({ movementId }) => movementId),
        end,
        at,
      );
    }
  }

  private async settleRooms(
    tx: BatchTransaction,
    resolutions: readonly Resolution[],
    end: Pick<MovementView, 'status' | 'failureCode'>,
    at: Date,
  ): Promise<void> {
    for (const [declaration, ofKind] of byDeclaration(resolutions)) {
      await this.types.rowsOf(declaration).settle?.(tx, ofKind, end, at);
    }
  }
}

function byDeclaration<Of extends { readonly declaration: MovementDeclaration }>(
  movements: readonly Of[],
): Map<MovementDeclaration, Of[]> {
  return Map.groupBy(movements, ({ declaration }) => declaration);
}

/** The account at the other end, where it is not locked, but must not be frozen. */
function unlockedCounter({ declaration, accounts }: MovementRequest): number[] {
  const { counter } = accounts;
  return counter === undefined || declaration.evenIfFrozen || locksPlace(declaration, 'counter') ? [] : [counter];
}
