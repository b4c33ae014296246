import { type BankLink, dailyLimitUse, type LockedLink, type OpenOrder, type RefusalReason } from '../bank/index.js';
import { AccountBook, type LockedAccount, type PostedEntry } from '../ledger/index.js';
import { Refusal } from '../platform/http/answers.js';
import {
  isLockedPlace,
  journalOf,
  lockedAccounts,
  type MovementDeclaration,
  type MovementRequest,
  paidAmount,
  payerOf,
} from './movement.declaration.js';

/** All that a group is decided on, as it was read under its locks. */
export interface Snapshot {
  /** Those of the group's accounts that could be locked. */
  readonly accounts: readonly LockedAccount[];
  /** Those of the others at the other end that are frozen. */
  readonly frozen: ReadonlySet<number>;
  /**
   * The linked accounts read so far, by user. `closed`: its bank is not to be asked. `locked`: its bank account is
   * locked by somebody else, who has linked it too.
   */
  readonly links: ReadonlyMap<number, LockedLink | 'closed' | 'locked'>;
  /** Where the payouts read so far are to be paid. `closed`: its bank is not to be asked. `null`: it is not linked. */
  readonly payees: ReadonlyMap<MovementRequest, BankLink | 'closed' | null>;
  /** Whose claims were looked up so far, and who holds them; null: nobody does. */
  readonly holders: ReadonlyMap<
    MovementRequest,
    {
      readonly movementId: number;
      /** It has this key; false where it only holds what is claimed besides. */
      readonly byKey: boolean;
      /** False where the key came with another payload. */
      readonly sameRequest: boolean;
      /** It was written for this very request, by an attempt whose COMMIT was not answered. */
      readonly isOwn: boolean;
    } | null
  >;
  /** What each room has read for its rule, by declaration. */
  readonly rooms: ReadonlyMap<MovementDeclaration, unknown>;
  /** What the bank was asked for and is not settled yet, by movement. */
  readonly open: ReadonlyMap<number, OpenOrder>;
}

/** The end of a movement that waited for the bank, to be written. */
export interface Resolution extends Pick<MovementRequest, 'declaration' | 'accounts' | 'amount'> {
  readonly movementId: number;
  /** What the bank definitely said. */
  readonly verdict: { readonly kind: 'done' } | { readonly kind: 'refused'; readonly reason: RefusalReason };
  /**
   * The verdict is the answer to the first message. A refusal of that one holds only as long as recovery has not taken
   * the case over: by then the order may have been sent again, and taken.
   */
  readonly ofFirstMessage: boolean;
}

/** What is to become of one request or resolution. */
export type Decision =
  | { readonly kind: 'complete'; readonly request: MovementRequest; readonly entries: readonly PostedEntry[] }
  /** The bank has to be asked first. `held` is set aside meanwhile. Both amounts are won. */
  | {
      readonly kind: 'reserve';
      readonly request: MovementRequest;
      readonly link: BankLink;
      readonly bankAmount: number;
      readonly held: number;
    }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  | { readonly kind: 'duplicate'; readonly holder: NonNullable<ReturnType<Snapshot['holders']['get']>> }
  /** Of the request at this place of the same group. */
  | { readonly kind: 'follow'; readonly place: number; readonly byKey: boolean; readonly sameRequest: boolean }
  /** Somebody else has locked an account, or the linked bank account: to be tried again. */
  | { readonly kind: 'locked' }
  /** More has to be read first: who holds its claims, its linked account, or where it is to be paid. */
  | { readonly kind: 'unread'; readonly what: 'holder' | 'link' | 'payee' }
  /** The bank has done it. */
  | { readonly kind: 'settle'; readonly entries: readonly PostedEntry[] }
  /** The bank has refused. */
  | { readonly kind: 'fail'; readonly reason: RefusalReason }
  /** It is settled already, or the verdict does not count. */
  | { readonly kind: 'stay' };

/**
 * Decides a group: first its resolutions, then its requests, one after the other, exactly as if each were alone.
 * Without I/O or clock, and the snapshot stays as it is: when something turns out to be `unread`, it is read and all of
 * it decided anew.
 */
export function decide(
  snapshot: Snapshot,
  requests: readonly MovementRequest[],
  resolutions: readonly Resolution[] = [],
) {
  const group = new Group(snapshot);
  const settled = resolutions.map((resolution, place) => group.settle(resolution, place));
  const decided = requests.map((request, place) => group.decide(request, place));
  return { resolutions: settled, requests: decided, changed: group.book.changed };
}

/** What two requests may not both have. */
function claimsOf({ claim, declaration, details }: MovementRequest): readonly string[] {
  const key = `key ${claim.scope} ${claim.key}`;
  return declaration.claims ? [key, declaration.claims(details)] : [key];
}

/** The group while it is decided. */
class Group {
  readonly book: AccountBook;
  /** Who of this group claims a name, by place. */
  private readonly claimed = new Map<string, number>();
  /** Of this group, by the rule that they were accepted by: several kinds of movements may share one. */
  private readonly accepted = new Map<MovementDeclaration['rule'], MovementRequest[]>();
  private readonly byPlace: MovementRequest[] = [];
  private readonly reserved = { byUser: new Map<number, number>(), ofBankAccount: new Map<number, number>() };
  /** Accounts on which a movement of this group will be posted when the bank has paid. */
  private readonly awaited = new Set<number>();
  /** Who has settled a movement, by place. */
  private readonly settled = new Map<number, number>();

  constructor(private readonly snapshot: Snapshot) {
    this.book = new AccountBook(snapshot.accounts);
  }

  decide(request: MovementRequest, place: number): Decision {
    this.byPlace.push(request);
    const holder = this.snapshot.holders.get(request);
    if (holder) return { kind: 'duplicate', holder };
    const claims = claimsOf(request);
    const followed = this.followed(request, claims);
    if (followed) return followed;
    if (!this.isLocked(request)) return { kind: 'locked' };
    const decision = this.apply(request);
    // A used key is told so, whatever would be said of the request today: look it up before it is refused.
    if (decision.kind === 'refuse' && holder === undefined) return { kind: 'unread', what: 'holder' };
    if (decision.kind !== 'complete' && decision.kind !== 'reserve') return decision;
    for (const name of claims) this.claimed.set(name, place);
    if (request.declaration.rule) this.accept(decision.request);
    return decision;
  }

  settle(resolution: Resolution, place: number): Decision {
    const { movementId, verdict, ofFirstMessage, declaration, accounts, amount } = resolution;
    if (!this.isLocked(resolution)) return { kind: 'locked' };
    const earlier = this.settled.get(movementId);
    if (earlier !== undefined) return { kind: 'follow', place: earlier, byKey: false, sameRequest: true };
    const open = this.snapshot.open.get(movementId);
    const isOvertaken = verdict.kind === 'refused' && ofFirstMessage && (open?.inquiries ?? 0) > 0;
    if (!open || isOvertaken) return { kind: 'stay' };
    this.settled.set(movementId, place);
    if (open.heldAmount > 0) this.book.release(accounts[payerOf(declaration)] as number, open.heldAmount);
    if (verdict.kind === 'refused') return { kind: 'fail', reason: verdict.reason };
    const { clearingAccountId } = open;
    const topUp = declaration.paysOutToBank ? null : { amount: open.amount, clearingAccountId };
    const journal = journalOf({ declaration, amount, accounts: { ...accounts, bank: clearingAccountId } }, topUp);
    const entries = journal ? this.book.post(journal) : [];
    if (declaration.keepsHold) this.book.hold(accounts.main, amount);
    return { kind: 'settle', entries };
  }

  /** An earlier request of this group has the same key, or claims the same. */
  private followed(request: MovementRequest, claims: readonly string[]): Decision | null {
    for (const [index, name] of claims.entries()) {
      const place = this.claimed.get(name);
      if (place === undefined) continue;
      const byKey = index === 0;
      const sameRequest = !byKey || request.claim.hash.equals((this.byPlace[place] as MovementRequest).claim.hash);
      return { kind: 'follow', place, byKey, sameRequest };
    }
    return null;
  }

  private isLocked({ declaration, accounts }: Pick<MovementRequest, 'declaration' | 'accounts'>): boolean {
    return lockedAccounts(declaration, accounts).every((id) => this.book.has(id));
  }

  /** The room's rule, then who pays from what. */
  private apply(asked: MovementRequest): Decision {
    const { declaration } = asked;
    const locked = lockedAccounts(declaration, asked.accounts);
    if (locked.some((id) => this.book.isClosed(id))) return { kind: 'refuse', refusal: new Refusal('AccountClosed') };
    const frozen = this.refuseFrozen(asked, locked);
    if (frozen) return { kind: 'refuse', refusal: frozen };
    const read = this.snapshot.rooms.get(declaration);
    const ruled = declaration.rule?.(asked, read, this.accepted.get(declaration.rule) ?? []) ?? asked;
    if (ruled instanceof Refusal) return { kind: 'refuse', refusal: ruled };
    if (declaration.paysOutToBank) return this.payOut(ruled);
    const payer = payerOf(declaration);
    const accountId = ruled.accounts[payer] as number;
    // What this group has set aside, or expects from the bank, the room can read for the next one.
    if (declaration.closesPayer && (this.awaited.has(accountId) || this.book.held(accountId) > 0)) {
      return { kind: 'locked' };
    }
    const request = declaration.closesPayer ? { ...ruled, amount: this.book.available(accountId) } : ruled;
    if (request.amount === 0) return { kind: 'refuse', refusal: new Refusal('NotEnoughBalance') };
    const { usedHold = 0 } = request;
    const paid = paidAmount(request);
    const available = isLockedPlace(declaration, payer) ? this.book.available(accountId) + usedHold : Infinity;
    const missing = declaration.topUp === 'all' ? paid : Math.max(0, paid - available);
    if (missing > 0 && !declaration.topUp) return { kind: 'refuse', refusal: new Refusal('NotEnoughBalance') };
    if (missing > 0) return this.reserve(request, missing, paid - missing);
    if (usedHold > 0) this.book.release(accountId, usedHold);
    const journal = journalOf(request, null);
    const entries = journal ? this.book.post(journal) : [];
    if (declaration.keepsHold) this.book.hold(accountId, paid);
    if (declaration.closesPayer) this.book.close(accountId);
    return { kind: 'complete', request, entries };
  }

  private refuseFrozen({ declaration, accounts }: MovementRequest, locked: readonly number[]): Refusal | null {
    const { evenIfFrozen } = declaration;
    if (evenIfFrozen === 'either') return null;
    if (locked.some((id) => this.book.isFrozen(id))) return new Refusal('AccountFrozen');
    const { counter } = accounts;
    const isFrozen = counter !== undefined && this.snapshot.frozen.has(counter);
    if (!isFrozen || evenIfFrozen === 'counter') return null;
    return new Refusal(declaration.counter?.kind === 'PARTNER_PAYABLE' ? 'PartnerFrozen' : 'AccountFrozen');
  }

  /** Sets aside what is there, and counts what is taken from the bank against the day's limits. Amounts are won. */
  private reserve(request: MovementRequest, bankAmount: number, held: number): Decision {
    const link = this.snapshot.links.get(request.userId);
    if (link === undefined) return { kind: 'unread', what: 'link' };
    if (link === 'closed') return { kind: 'refuse', refusal: new Refusal('BankMaintenance') };
    if (link === 'locked') return { kind: 'locked' };
    const { byUser, ofBankAccount } = this.reserved;
    const userUse = link.use.byUser + (byUser.get(link.userId) ?? 0);
    const bankAccountUse = link.use.ofBankAccount + (ofBankAccount.get(link.bankAccountId) ?? 0);
    const use = dailyLimitUse({ byUser: userUse, ofBankAccount: bankAccountUse });
    if (bankAmount > use.remainingToday) {
      return { kind: 'refuse', refusal: new Refusal('DailyLimitExceeded', { ...use, requested: bankAmount }) };
    }
    add(byUser, link.userId, bankAmount);
    add(ofBankAccount, link.bankAccountId, bankAmount);
    if (held > 0) this.book.hold(request.accounts[payerOf(request.declaration)] as number, held);
    for (const id of lockedAccounts(request.declaration, request.accounts)) this.awaited.add(id);
    return { kind: 'reserve', request, link, bankAmount, held };
  }

  /** Sets all of it aside. The day's limit is on what banks give, not on what they get. */
  private payOut(request: MovementRequest): Decision {
    const link = this.snapshot.payees.get(request);
    if (link === undefined) return { kind: 'unread', what: 'payee' };
    if (link === null) return { kind: 'refuse', refusal: new Refusal('AccountNotFound') };
    if (link === 'closed') return { kind: 'refuse', refusal: new Refusal('BankMaintenance') };
    const accountId = request.accounts[payerOf(request.declaration)] as number;
    const paid = paidAmount(request);
    if (paid > this.book.available(accountId)) return { kind: 'refuse', refusal: new Refusal('NotEnoughBalance') };
    this.book.hold(accountId, paid);
    return { kind: 'reserve', request, link, bankAmount: paid, held: paid };
  }

  private accept(request: MovementRequest): void {
    const { rule } = request.declaration;
    const accepted = this.accepted.get(rule);
    if (accepted) accepted.push(request);
    else this.accepted.set(rule, [request]);
  }
}

function add(sums: Map<number, number>, key: number, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}
