import type { IdempotencyClaim } from '../idempotency/index.js';
import { type AccountKind, carriesBalance, type Journal, JournalBuilder, LEG } from '../ledger/index.js';
import type { Refusal } from '../platform/http/answers.js';

/** Accounts of which there is one in all, by their kind: none of them carries a balance. */
const SYSTEM_ACCOUNT_KINDS = ['INTEREST_EXPENSE', 'TRANSFER_ESCROW', 'FEE_INCOME'] as const;
type SystemAccountKind = (typeof SYSTEM_ACCOUNT_KINDS)[number];

/**
 * Where a leg begins or ends: the user's main account, the account at the other end, or the bank's clearing account.
 */
type Place = 'main' | 'counter' | 'bank' | SystemAccountKind;

/**
 * The shape of one kind of movement, as data. From it follow the rows that are locked, the check that whoever pays can
 * afford it, the journal, the hold, what the auditor expects, and the table of the ledger's README. Amounts are won.
 */
export interface MovementDeclaration<Details = unknown> {
  /** Its name in the database and for clients. */
  readonly type: string;
  /** In words, for people. */
  readonly name: string;
  /** The account at the other end: its kind, and whether it is another user's, the same user's, or nobody's. */
  readonly counter?: { readonly kind: AccountKind; readonly of: 'otherUser' | 'sameUser' | 'noUser' };
  /** In the order in which they are posted. The first one's `from` pays; without legs the main account does. */
  readonly legs: readonly { readonly from: Place; readonly to: Place; readonly amount: 'amount' | 'fee' }[];
  /**
   * What the linked bank account adds to the main account first: what is missing, all of it, or (by default) nothing.
   */
  readonly topUp?: 'missing' | 'all';
  /** A bank is asked to pay it into a linked account: it is held until the bank has answered, and posted then. */
  readonly paysOutToBank?: boolean;
  /** What it pays stays held on the account that pays, until a later movement `uses` it. */
  readonly keepsHold?: boolean;
  /** It takes all that is on the account that pays, whatever the request says, and closes it. */
  readonly closesPayer?: boolean;
  /** A movement that ends an earlier one which keeps a hold: that is given back whole before the legs are posted. */
  readonly uses?: string;
  /** Whose account may be frozen all the same, as it only ends what was begun: the other one's alone, or either. */
  readonly evenIfFrozen?: 'counter' | 'either';
  /**
   * What it claims besides its key, as a name of its own (`order …`): only one movement may hold it, of whatever type.
   */
  claims?(details: Details): string;
  /**
   * A rule of the room's own, without I/O: the request as it is to be done, or why not. `read` is what the room has
   * read under its locks (`MovementRows.lock`, `withLock`), `accepted` are the earlier requests in this group with the
   * same rule.
   */
  rule?(
    this: void,
    request: MovementRequest<Details>,
    read: unknown,
    accepted: readonly MovementRequest<Details>[],
  ): MovementRequest<Details> | Refusal;
}

/** A request to move money. Amounts are won. */
export interface MovementRequest<Details = unknown> {
  readonly declaration: MovementDeclaration<Details>;
  readonly userId: number;
  /** `main` is always there: it says whose movement it is. */
  readonly accounts: Readonly<Partial<Record<Place, number>>> & { readonly main: number };
  readonly amount: number;
  readonly fee?: number;
  /** Into which linked account it is paid out; absent: the default. */
  readonly linkedAccountId?: number | undefined;
  /** What the earlier movement that this one `uses` has kept held. */
  readonly usedHold?: number;
  readonly memo?: string | undefined;
  readonly claim: IdempotencyClaim;
  readonly details: Details;
}

/** Declares a kind of movement; refuses a shape that can't be posted. */
export function declareMovement<Details = undefined>(
  shape: MovementDeclaration<Details>,
): MovementDeclaration<Details> {
  const payers = new Set(shape.legs.map(({ from }) => from));
  const paysFromMain = payerOf(shape) === 'main';
  if (shape.topUp && !paysFromMain) throw new Error(`${shape.type}: only the main account is topped up`);
  if (shape.closesPayer && (payers.size > 1 || shape.topUp || shape.keepsHold || shape.paysOutToBank)) {
    throw new Error(`${shape.type}: closes an account from which it takes less than all`);
  }
  if (shape.paysOutToBank && shape.topUp) throw new Error(`${shape.type}: asks the bank for money and to take it`);
  const endsAtBank = shape.legs.some(({ to }) => to === 'bank');
  if (endsAtBank !== (shape.paysOutToBank === true)) throw new Error(`${shape.type}: only a payout ends at the bank`);
  if ((shape.keepsHold || shape.uses) && payers.size > 1) throw new Error(`${shape.type}: holds on several accounts`);
  const namesCounter = shape.legs.some(({ from, to }) => from === 'counter' || to === 'counter');
  if (namesCounter && !shape.counter) throw new Error(`${shape.type}: a counter account of no kind`);
  return shape;
}

/** The account that pays. */
export function payerOf({ legs }: MovementDeclaration): Place {
  return legs[0]?.from ?? 'main';
}

/** Whether the account at this place carries a balance, and so is locked. */
export function isLockedPlace(declaration: MovementDeclaration, place: Place): boolean {
  if (place === 'counter') return declaration.counter !== undefined && carriesBalance(declaration.counter.kind);
  return place === 'main';
}

/** Whether a movement locks the account at this place; one that is named by no leg it doesn't. */
export function locksPlace(declaration: MovementDeclaration, place: Place): boolean {
  return lockedPlaces(declaration).includes(place);
}

/** The kinds of accounts of which there is one in all that it moves money from or to. */
export function systemAccountKinds({ legs }: MovementDeclaration): readonly SystemAccountKind[] {
  return SYSTEM_ACCOUNT_KINDS.filter((kind) => legs.some(({ from, to }) => from === kind || to === kind));
}

/** The accounts that a movement locks, each once. */
export function lockedAccounts(
  declaration: MovementDeclaration,
  accounts: MovementRequest['accounts'],
): readonly number[] {
  const ids: number[] = [];
  for (const place of lockedPlaces(declaration)) {
    const id = accounts[place];
    if (id === undefined) throw new Error(`${declaration.type} without an account at ${place}`);
    if (!ids.includes(id)) ids.push(id);
  }
  return ids;
}

/** won that the payer gives, all legs together */
export function paidAmount({ declaration, amount, fee = 0 }: Amounts): number {
  if (declaration.legs.length === 0) return declaration.topUp || declaration.keepsHold ? amount : 0;
  const payer = payerOf(declaration);
  let paid = 0;
  for (const leg of declaration.legs) if (leg.from === payer) paid += leg.amount === 'fee' ? fee : amount;
  return paid;
}

type Amounts = { readonly declaration: MovementDeclaration; readonly amount: number; readonly fee?: number };

/** The journal of a movement, with the top-up before it where there is one; null where it moves nothing (yet). */
export function journalOf(
  { declaration, amount, fee = 0, accounts }: Amounts & Pick<MovementRequest, 'accounts'>,
  topUp: { readonly amount: number; readonly clearingAccountId: number } | null,
): Journal | null {
  if (!topUp && declaration.legs.length === 0) return null;
  const refAt = (place: Place) => {
    const id = accounts[place];
    if (id === undefined) throw new Error(`${declaration.type} without an account at ${place}`);
    return { id, carriesBalance: isLockedPlace(declaration, place) };
  };
  const journal = new JournalBuilder();
  if (topUp) {
    const bank = { id: topUp.clearingAccountId, carriesBalance: false };
    journal.move(topUp.amount, LEG.topUpFrom, bank, refAt('main'));
  }
  declaration.legs.forEach((leg, index) => {
    const won = leg.amount === 'fee' ? fee : amount;
    journal.move(won, LEG.from + 2 * index, refAt(leg.from), refAt(leg.to));
  });
  return journal.build();
}

const placesOf = new WeakMap<object, readonly Place[]>();

/** Worked out once for each declaration. */
function lockedPlaces(declaration: MovementDeclaration): readonly Place[] {
  const known = placesOf.get(declaration);
  if (known) return known;
  const named = [payerOf(declaration), ...declaration.legs.flatMap(({ from, to }) => [from, to])];
  const places = [...new Set(named)].filter((place) => isLockedPlace(declaration, place));
  placesOf.set(declaration, places);
  return places;
}
