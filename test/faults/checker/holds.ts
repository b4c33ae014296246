import type { AccountRow, EntryRow, MovementRow } from '../final-state.js';
import type { Operation, ReadIntent } from '../history.js';
import { type Evidence, groupBy } from './evidence.js';
import { endToldMs, timesOf } from './told.js';

/** What is authorised is held, and nothing else is in the end; nobody has spent it meanwhile. */
export function checkHolds(evidence: Evidence): void {
  const byAccount = groupBy(evidence.state.movements.filter(isAuthorized), ({ accountId }) => accountId);
  for (const account of evidence.state.accounts) {
    const own = byAccount.get(account.id) ?? [];
    checkHeld(evidence, account, own);
    checkSpent(evidence, account.id, own);
  }
}

function isAuthorized({ type, status }: MovementRow): boolean {
  return type === 'AUTHORIZATION' && status === 'COMPLETED';
}

function checkHeld(evidence: Evidence, { id, held, balance }: AccountRow, authorized: readonly MovementRow[]): void {
  const open = sumOf(authorized.filter((payment) => !evidence.endsOfPayments.has(payment.id)));
  if (held > open) evidence.violate('nothing stays open', `account ${id} still holds ${held - open} won for nobody`);
  if (held < open || balance < open) {
    const text = `account ${id} has ${balance} won and holds ${held}, and ${open} are authorised`;
    evidence.violate('what is authorised is held', text);
  }
}

/**
 * At no entry was there less on the account than was held at that moment. What moves at once has its number and its
 * place from the same moment, under the account's lock: so what has no entry is found between two that have one. Where
 * that leaves it open when something was held, it is not counted.
 */
function checkSpent(evidence: Evidence, accountId: number, authorized: readonly MovementRow[]): void {
  if (authorized.length === 0) return;
  const chain = evidence.chains.get(accountId) ?? [];
  const seqs = new Map(chain.map(({ movementId, seq }) => [movementId, seq as number]));
  const { upTo, from } = numbersAround(evidence, chain);
  for (const [index, { seq, balanceAfter, movementId }] of chain.entries()) {
    const place = seq as number;
    const held = authorized.filter(({ id }) => {
      const end = evidence.endsOfPayments.get(id);
      const madeAt = seqs.get(id);
      const wasMade = madeAt === undefined ? id < (upTo[index] as number) : madeAt <= place;
      const endedAt = end && seqs.get(end.movementId);
      return wasMade && (!end || (endedAt === undefined ? end.movementId > (from[index] as number) : endedAt > place));
    });
    if ((balanceAfter as number) >= sumOf(held)) continue;
    const text = `account ${accountId} had ${balanceAfter} won after movement ${movementId}, of which ${sumOf(held)} were held`;
    evidence.violate('what is authorised is held', text);
    return;
  }
}

/** Of each entry, the numbers of the last movement at once up to it, and of the first one from it on. */
function numbersAround(evidence: Evidence, chain: readonly EntryRow[]): { upTo: number[]; from: number[] } {
  const upTo: number[] = [];
  const from: number[] = [];
  const isAtOnce = (id: number) => !evidence.withdrawals.has(id) && !evidence.payouts.has(id);
  let number = 0;
  for (const [index, { movementId }] of chain.entries()) {
    if (isAtOnce(movementId)) number = movementId;
    upTo[index] = number;
  }
  number = Infinity;
  for (const [index, { movementId }] of [...chain.entries()].reverse()) {
    if (isAtOnce(movementId)) number = movementId;
    from[index] = number;
  }
  return { upTo, from };
}

function sumOf(movements: readonly { readonly amount: number }[]): number {
  return movements.reduce((sum, { amount }) => sum + amount, 0);
}

/** Money that may have been set aside on an account for some time. */
interface Hold {
  readonly amount: number;
  /** Not before this; from then on for certain; perhaps until this; and not after that. On the runner's clock. */
  readonly askedMs: number;
  readonly toldMs: number;
  readonly endAskedMs: number;
  readonly endToldMs: number;
  /** The business day on which it ends by itself. */
  readonly expiresOn: string | null;
  /** Before the faults were over; then it is settled. */
  readonly isTransient: boolean;
}

/** What a user is told to have left: the balance, less what is set aside for payments, or for the bank's answer. */
export class Available {
  private readonly evidence: Evidence;
  private readonly holds: ReadonlyMap<number, readonly Hold[]>;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
    this.holds = holdsOf(evidence);
  }

  check(
    read: Operation<ReadIntent>,
    { accountId, balance, availableBalance }: { accountId: number; balance: number; availableBalance: number },
  ): void {
    const { startedMs, endedMs, days, final } = read;
    const own = this.holds.get(accountId) ?? [];
    const certain = own.filter(
      ({ toldMs, endAskedMs, expiresOn }) =>
        toldMs < startedMs && endAskedMs > endedMs && (expiresOn === null || expiresOn > days[1]),
    );
    const possible = own.filter(
      (hold) => hold.askedMs < endedMs && hold.endToldMs > startedMs && !(hold.isTransient && final),
    );
    const held = balance - availableBalance;
    if (held >= sumOf(certain) && held <= sumOf(possible)) return;
    const text = `account ${accountId} was shown with ${held} won held, of ${sumOf(certain)} to ${sumOf(possible)}`;
    this.evidence.violate('what is authorised is held', text, read);
  }
}

function holdsOf(evidence: Evidence): Map<number, Hold[]> {
  const { asked, told, lateOpen } = timesOf(evidence);
  const holds = new Map<number, Hold[]>();
  for (const movement of evidence.state.movements) {
    const { id, amount, accountId } = movement;
    const own = holds.get(accountId) ?? [];
    holds.set(accountId, own);
    const askedMs = asked.get(id) ?? -Infinity;
    const order = evidence.withdrawals.get(id) ?? evidence.payouts.get(id);
    const settled = { toldMs: Infinity, endAskedMs: -Infinity, endToldMs: told.get(id) ?? Infinity };
    // What a client asks for when all is over may wait for the bank then, too.
    const isTransient = !lateOpen.has(id);
    if (order) own.push({ amount: order.heldAmount, askedMs, ...settled, expiresOn: null, isTransient });
    if (!isAuthorized(movement)) continue;
    const end = evidence.endsOfPayments.get(id);
    own.push({
      amount,
      askedMs,
      toldMs: told.get(id) ?? Infinity,
      endAskedMs: end === undefined || end.outcome === 'EXPIRED' ? Infinity : (asked.get(end.movementId) ?? -Infinity),
      endToldMs: endToldMs(evidence, id),
      expiresOn: end?.outcome === 'EXPIRED' ? end.endedAt.slice(0, 10) : null,
      isTransient: false,
    });
  }
  return holds;
}
