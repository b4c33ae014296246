import type { EntryRow } from '../final-state.js';
import { type Fields, isMoney, isRead, isSuccess, type Operation, type ReadIntent } from '../history.js';
import { movementIdIn } from '../world.js';
import type { Evidence } from './evidence.js';
import { Available } from './holds.js';
import { checkAgreementsRead } from './agreements.js';
import { isCompleted } from './claims.js';
import { Settlements } from './settlements.js';

const DAILY_LIMIT = 3_000_000;
const FINAL_STATUS: Readonly<Record<string, string>> = {
  AUTHORIZED: 'COMPLETED',
  VOIDED: 'COMPLETED',
  APPROVED: 'COMPLETED',
  PARTIALLY_CANCELED: 'COMPLETED',
  CANCELED: 'COMPLETED',
};

interface Seen {
  readonly atMs: number;
  readonly seq: number;
}

interface ShownEntry {
  readonly transactionId: number;
  readonly amount: number;
  readonly balanceAfter: number;
  /** Of an entry of a payment, or of what was done about one later. */
  readonly paymentId?: number;
}

interface ShownMovement {
  readonly paymentId?: number;
  readonly transactionId?: number;
  readonly status: string;
  /** Of a transfer that had to be accepted. */
  readonly acceptance?: { readonly status: string };
}

/** A statement: asked for as such, or the Location of an account that was opened, or closed with nothing on it. */
const OWNER = /^\/(users|partners)\/\d+$/;
const PAGE = /^\/accounts\/(\d+)\/transactions/;

/** No read ever shows what was not, is not, or is older than what its client had been told before. */
export function checkReads(evidence: Evidence): void {
  const freshness = new Freshness(evidence);
  const available = new Available(evidence);
  const reads = evidence.history.operations.filter(isRead);
  reads.sort((a, b) => a.startedMs - b.startedMs);
  const settled = settledAt(evidence);
  const ended = endedAt(evidence);
  const settlements = new Settlements(evidence);
  for (const read of reads) {
    const { outcome, intent } = read;
    if (outcome.kind !== 'answered' || outcome.status === 503) continue;
    if (outcome.status === 500) evidence.violate('no defects', `${intent.path} was answered with Fail`, read);
    else if (outcome.status !== 200) {
      evidence.violate('acknowledged means durable', `${intent.path}: ${outcome.status} ${outcome.code}`, read);
    } else if (intent.what === 'user') checkUser(evidence, { freshness, available }, read, outcome.detail);
    else if (PAGE.test(intent.path)) checkPage(evidence, freshness, read, outcome.detail);
    else if (/\/linked-accounts$/.test(intent.path)) checkListed(evidence, read, outcome.detail);
    else if (/\/agreements$/.test(intent.path)) checkAgreementsRead(evidence, read, outcome.detail);
    else if (/^\/(users|accounts\/savings)\?/.test(intent.path)) checkMade(evidence, read, outcome.detail);
    else if (OWNER.test(intent.path))
      continue; // what an act leads to: `checkFreezes` looks at it
    else if (!settlements.check(read, settled, outcome.detail)) {
      checkMovements(evidence, settled, read, outcome.detail);
      checkAcceptances(evidence, ended, read, outcome.detail);
    }
  }
}

/** What a user has linked: of these one default. */
function checkListed(evidence: Evidence, read: Operation<ReadIntent>, { items }: Fields): void {
  const listed = items as readonly { linkedAccountId: number; isDefault: boolean }[];
  const { links } = evidence.state;
  const areThere = listed.every(({ linkedAccountId }) => links.some(({ id }) => id === linkedAccountId));
  if (areThere && listed.filter(({ isDefault }) => isDefault).length === 1) return;
  evidence.violate('reads are true', `${read.intent.path} showed ${JSON.stringify(items)}`, read);
}

/** What a sign-up or an opening with this key has made: nothing, or one that is there. */
function checkMade(evidence: Evidence, read: Operation<ReadIntent>, { items }: Fields): void {
  const made = items as readonly { userId?: number; accountId?: number }[];
  const { accounts, users } = evidence.state;
  const isThere = ({ userId, accountId }: { userId?: number; accountId?: number }) =>
    users.some(({ id }) => id === userId) || accounts.some(({ id, kind }) => kind === 'SAVINGS' && id === accountId);
  if (made.length <= 1 && made.every(isThere)) return;
  evidence.violate('reads are true', `${read.intent.path} showed ${JSON.stringify(items)}`, read);
}

/** Up to which place of an account's chain its clients had been told at a moment. */
class Freshness {
  private readonly seen = new Map<number, Seen[]>();

  constructor(evidence: Evidence) {
    for (const operation of evidence.history.operations.filter(isMoney)) {
      const { outcome, intent } = operation;
      if (outcome.kind !== 'answered' || (outcome.code !== 'Success' && outcome.code !== 'AlreadyComplete')) continue;
      for (const { accountId, seq } of evidence.entries.get(movementIdIn(intent.route, outcome.detail) ?? 0) ?? []) {
        if (seq !== null) this.see(accountId, operation.endedMs, seq);
      }
    }
    for (const list of this.seen.values()) list.sort((a, b) => a.atMs - b.atMs);
  }

  see(accountId: number, atMs: number, seq: number): void {
    const list = this.seen.get(accountId);
    if (list) list.push({ atMs, seq });
    else this.seen.set(accountId, [{ atMs, seq }]);
  }

  at(accountId: number, atMs: number): number {
    let highest = 0;
    for (const seen of this.seen.get(accountId) ?? []) {
      if (seen.atMs < atMs && seen.seq > highest) highest = seen.seq;
    }
    return highest;
  }
}

function checkUser(
  evidence: Evidence,
  { freshness, available }: { freshness: Freshness; available: Available },
  read: Operation<ReadIntent>,
  detail: Fields,
): void {
  const { accounts, externalAccount } = detail as {
    accounts: { accountId: number; balance: number; availableBalance: number }[];
    externalAccount: { dailyLimit: number; usedToday: number; remainingToday: number };
  };
  const { dailyLimit, usedToday, remainingToday } = externalAccount;
  if (dailyLimit !== DAILY_LIMIT || usedToday < 0 || remainingToday < 0 || usedToday + remainingToday !== dailyLimit) {
    evidence.violate('the limit holds', `user ${read.intent.id} had ${JSON.stringify(externalAccount)}`, read);
  }
  const possible = evidence.reservedAtMost(read.intent.id as number, read.days);
  if (usedToday > possible) {
    evidence.violate('reads are true', `user ${read.intent.id} had used ${usedToday} of ${possible} won`, read);
  }
  for (const { accountId, balance, availableBalance } of accounts) {
    if (balance < 0 || availableBalance < 0 || availableBalance > balance) {
      evidence.violate('no negative balance', `account ${accountId}: ${balance}, available ${availableBalance}`, read);
    }
    available.check(read, { accountId, balance, availableBalance });
    const known = freshness.at(accountId, read.startedMs);
    const chain = evidence.chains.get(accountId) ?? [];
    const place = chain.findLast((entry) => entry.balanceAfter === balance)?.seq ?? (balance === 0 ? 0 : null);
    if (place === null) {
      evidence.violate('reads are true', `account ${accountId} never had the balance ${balance}`, read);
    } else if (place < known) {
      const text = `account ${accountId} was shown as of entry ${place}, after entry ${known} had been told`;
      evidence.violate('reads are fresh', text, read);
    }
  }
}

/** A page is a piece of the final chain, without a gap, newest first. */
function checkPage(evidence: Evidence, freshness: Freshness, read: Operation<ReadIntent>, detail: Fields): void {
  const { items, nextCursor } = detail as { items: ShownEntry[]; nextCursor: string | null };
  const accountId = Number(PAGE.exec(read.intent.path)?.[1]);
  const chain = evidence.chains.get(accountId) ?? [];
  const isFirstPage = !read.intent.path.includes('cursor=');
  const newest = items[0] ? findPlace(chain, items[0]) : 0;
  if (newest === null) {
    evidence.violate('reads are true', `account ${accountId} has no entry ${JSON.stringify(items[0])}`, read);
    return;
  }
  items.forEach((item, index) => {
    const entry = chain[newest - 1 - index];
    if (
      entry?.movementId !== item.transactionId ||
      entry.amount !== item.amount ||
      entry.balanceAfter !== item.balanceAfter ||
      item.paymentId !== evidence.paymentOf(entry.movementId)
    ) {
      evidence.violate(
        'reads are true',
        `account ${accountId}: ${JSON.stringify(item)} is ${JSON.stringify(entry)}`,
        read,
      );
    }
    if (item.balanceAfter < 0) evidence.violate('no negative balance', JSON.stringify(item), read);
  });
  if (nextCursor === null && newest !== items.length) {
    evidence.violate('reads are true', `account ${accountId}: the list ends before the first entry`, read);
  }
  if (!isFirstPage) return;
  const known = freshness.at(accountId, read.startedMs);
  if (newest < known) {
    const text = `account ${accountId} was shown up to entry ${newest}, after entry ${known} had been told`;
    evidence.violate('reads are fresh', text, read);
  }
  freshness.see(accountId, read.endedMs, newest);
}

function findPlace(chain: readonly EntryRow[], { transactionId, amount }: ShownEntry): number | null {
  return chain.find((entry) => entry.movementId === transactionId && entry.amount === amount)?.seq ?? null;
}

/** When each movement was first told to be settled. */
function settledAt(evidence: Evidence): Map<number, number> {
  const settled = new Map<number, number>();
  for (const operation of evidence.history.operations.filter(isMoney)) {
    const { outcome, endedMs, intent } = operation;
    if (outcome.kind !== 'answered' || !(isSuccess(operation) || outcome.code === 'AlreadyComplete')) continue;
    const id = movementIdIn(intent.route, outcome.detail);
    if (id !== null) settled.set(id, Math.min(endedMs, settled.get(id) ?? Infinity));
  }
  return settled;
}

function checkMovements(
  evidence: Evidence,
  settled: Map<number, number>,
  read: Operation<ReadIntent>,
  detail: Fields,
): void {
  const items = (detail['items'] as ShownMovement[] | undefined) ?? [detail as unknown as ShownMovement];
  for (const { paymentId, transactionId, status } of items) {
    const id = (paymentId ?? transactionId) as number;
    const final = evidence.movements.get(id)?.status;
    const shown = FINAL_STATUS[status] ?? status;
    if (final === undefined) {
      evidence.violate('reads are true', `${read.intent.path} showed movement ${id}, which does not exist`, read);
    } else if (shown === 'PENDING') {
      const atMs = settled.get(id) ?? Infinity;
      if (atMs < read.startedMs) {
        evidence.violate('reads are fresh', `movement ${id} was shown as PENDING after it had been settled`, read);
      }
      if (read.final) evidence.violate('nothing stays open', `${read.intent.path} is still PENDING`, read);
    } else if (shown !== final) {
      evidence.violate('reads are true', `movement ${id} was shown as ${status}, and is ${final}`, read);
    } else {
      settled.set(id, Math.min(read.endedMs, settled.get(id) ?? Infinity));
    }
  }
  if (read.intent.what === 'byKey') checkNothingMissing(evidence, read, items);
}

/** When anybody was first told that a transfer has ended. */
function endedAt(evidence: Evidence): Map<number, number> {
  const ended = new Map<number, number>();
  for (const { outcome, endedMs, intent } of evidence.history.operations.filter(isMoney)) {
    const isEnd = intent.transferId !== undefined && outcome.kind === 'answered';
    if (!isEnd || !['Success', 'AlreadyComplete', 'TransferDecided'].includes(outcome.code)) continue;
    const id = intent.transferId;
    ended.set(id, Math.min(endedMs, ended.get(id) ?? Infinity));
  }
  return ended;
}

/** A transfer is held until it has ended, and then it has ended as it did. */
function checkAcceptances(
  evidence: Evidence,
  ended: ReadonlyMap<number, number>,
  read: Operation<ReadIntent>,
  detail: Fields,
): void {
  const items = (detail['items'] as ShownMovement[] | undefined) ?? [detail as unknown as ShownMovement];
  for (const { transactionId, acceptance } of items) {
    if (transactionId === undefined || acceptance === undefined) continue;
    const end = evidence.state.transferEnds.find(({ transferId }) => transferId === transactionId);
    const text = `transfer ${transactionId} was shown as ${acceptance.status}, and is ${end?.outcome ?? 'HELD'}`;
    if (acceptance.status !== 'HELD' && acceptance.status !== end?.outcome) {
      evidence.violate('reads are true', text, read);
    } else if (acceptance.status === 'HELD' && (ended.get(transactionId) ?? Infinity) < read.startedMs) {
      evidence.violate('reads are fresh', text, read);
    }
  }
}

/** Asked by key, the service must name what it has acknowledged under it. */
function checkNothingMissing(evidence: Evidence, read: Operation<ReadIntent>, items: readonly ShownMovement[]): void {
  const { intent } = read;
  if (intent.asked === undefined) return;
  const { operations, movements } = evidence.claimOf(intent.asked);
  const done = movements.find(isCompleted);
  const wasTold = operations.some((operation) => isSuccess(operation) && operation.endedMs < read.startedMs);
  if (done && wasTold && !items.some((item) => (item.paymentId ?? item.transactionId) === done.id)) {
    evidence.violate('reads are fresh', `${intent.path} did not show movement ${done.id}`, read);
  }
}
