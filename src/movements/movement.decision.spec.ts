import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAILY_LIMIT, type LockedLink, type OpenOrder } from '../bank/index.js';
import { BOOKS } from '../books.js';
import type { LockedAccount } from '../ledger/index.js';
import { decide, type Decision, type Resolution, type Snapshot } from './movement.decision.js';
import { lockedAccounts, type MovementDeclaration, type MovementRequest } from './movement.declaration.js';
import { COMING } from '../../test/support/coming-movements.js';

/** Users 1 to 3 have main account 10 × id, savings 10 × id + 1 and linked account id. Amounts are won. */
const USERS = [1, 2, 3];
const PARTNER = 900;
const declared = (type: string) => BOOKS.declarations.find((it) => it.type === type) as MovementDeclaration;
const CANCEL = declared('PAYMENT_CANCEL');
const INTEREST = declared('INTEREST');
const AUTHORIZATION = declared('AUTHORIZATION');
const CAPTURE = declared('CAPTURE');
const VOID = declared('VOID');
/** One payment of each user has been made before, of 500. */
const paymentOf = (userId: number) => 7_000 + userId;
/** won */
const AUTHORIZED = 40;
const agreementKey = (userId: number) => `${userId} ${PARTNER}`;
const AGREED = {
  id: 3,
  limitPerPayment: 300,
  limitPerDay: 700,
  state: 'ACTIVE',
  day: '1970-01-02',
  usedOnDay: 50,
};

interface World {
  readonly accounts: readonly LockedAccount[];
  /** Main accounts, and the partner's. */
  readonly frozen: ReadonlySet<number>;
  readonly links: ReadonlyMap<number, LockedLink>;
  readonly payments: ReadonlyMap<number, { canceledAmount: number; cancels: number }>;
  /** How savings accounts stand: one per cent a day, so that each day is due. */
  readonly interest: ReadonlyMap<number, unknown>;
  /** Into which a movement flows that waits for its bank. */
  readonly awaited: ReadonlySet<number>;
  /** Payments of which AUTHORIZED won are held on their user's main account. */
  readonly authorized: ReadonlySet<number>;
  /** What users let the partner take, as the payments' rule knows it. */
  readonly agreed: ReadonlyMap<string, typeof AGREED>;
}

const someUse = () => fc.constantFrom(0, DAILY_LIMIT - 300, DAILY_LIMIT);

/** Users may have linked the same of two bank accounts. */
const aWorld = fc
  .record({
    balances: fc.array(fc.record({ balance: fc.nat(400), held: fc.oneof(fc.constant(0), fc.nat(400)) }), {
      minLength: 6,
      maxLength: 6,
    }),
    linked: fc.array(fc.constantFrom(81, 82), { minLength: 3, maxLength: 3 }),
    byUser: fc.array(someUse(), { minLength: 3, maxLength: 3 }),
    ofBankAccount: fc.record({ 81: someUse(), 82: someUse() }),
    frozen: fc.oneof(fc.constant<number[]>([]), fc.subarray([...USERS.map((userId) => 10 * userId), PARTNER])),
  })
  .map(({ balances, linked, byUser, ofBankAccount, frozen }): World => ({
    accounts: balances.map(({ balance, held }, index) => ({
      id: 10 * (1 + (index >> 1)) + (index & 1),
      balance: balance + held + (index & 1 ? 0 : AUTHORIZED),
      held: held + (index & 1 ? 0 : AUTHORIZED),
      lastSeq: 4,
      isClosed: 0,
      isFrozen: index & 1 ? 0 : Number(frozen.includes(10 * (1 + (index >> 1)))),
    })),
    frozen: new Set(frozen),
    links: new Map(
      USERS.map((userId, index) => {
        const bankAccountId = linked[index] as 81 | 82;
        const of = { id: userId, userId, bankAccountId, bankCode: '081', fintechUseNum: 'handle', ownerName: 'name' };
        const use = { byUser: byUser[index] as number, ofBankAccount: ofBankAccount[bankAccountId] };
        return [userId, { ...of, use }];
      }),
    ),
    payments: new Map(USERS.map((userId) => [paymentOf(userId), { canceledAmount: 0, cancels: 0 }])),
    interest: new Map(
      USERS.map((userId) => {
        const of = { rateBasisPoints: 36_500, through: 0, rest: 0, balance: 250, settledSeq: 4, entries: [] };
        return [10 * userId + 1, of];
      }),
    ),
    awaited: new Set(),
    authorized: new Set(USERS.map(paymentOf)),
    agreed: new Map([[agreementKey(1), AGREED]]),
  }));

const TYPES = [...BOOKS.declarations.map(({ type }) => type), 'SALE_WITH_FEE'];

const aRequest = fc
  .record({
    type: fc.constantFrom(...TYPES),
    userId: fc.constantFrom(...USERS),
    other: fc.constantFrom(...USERS),
    amount: fc.integer({ min: 1, max: 500 }),
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
    payload: fc.constantFrom('one', 'two'),
    order: fc.constantFrom('o1', 'o2', 'o3', 'o4'),
    transferId: fc.constantFrom(61, 62, 63),
  })
  .map(({ type, userId, other, amount, key, payload, order, transferId }): MovementRequest => {
    const declaration = (COMING as Record<string, MovementDeclaration>)[type] ?? declared(type);
    const friend = other === userId ? (userId % USERS.length) + 1 : other;
    const kind = declaration.counter?.kind;
    const counter = kind === 'SAVINGS' ? 10 * userId + 1 : kind === 'MAIN' ? 10 * friend : PARTNER;
    const system = { INTEREST_EXPENSE: 950, FEE_INCOME: 951, TRANSFER_ESCROW: 952 };
    return {
      declaration,
      userId,
      accounts: { ...system, main: 10 * userId, counter },
      amount,
      fee: 7,
      claim: { scope: `user:${userId}`, key, hash: Buffer.from(payload), payloadLength: 3 },
      details: {
        partnerId: PARTNER,
        partnerPayKey: order,
        transferId,
        paymentId: paymentOf(userId),
        authorizedAmount: AUTHORIZED,
        cancelAmount: amount > 400 ? null : amount,
        expectedCancelable: null,
        decided: null,
        day: order === 'o1' ? '1970-01-02' : '1970-01-03',
      },
    };
  });

function snapshotOf(world: World, requests: readonly MovementRequest[], held = new Map<string, Holding>()): Snapshot {
  const payments = new Map(
    [...world.payments].map(([paymentId, canceled]) => {
      const of = { paymentId, partnerPayKey: 'earlier', amount: 500, paidAmount: 500, isManual: false };
      return [paymentId, { ...of, ...canceled }];
    }),
  );
  const holders = new Map<MovementRequest, NonNullable<ReturnType<Snapshot['holders']['get']>> | null>();
  for (const request of requests) {
    const names = namesOf(request);
    const [name] = names.filter((it) => held.has(it));
    const holding = name === undefined ? undefined : (held.get(name) as Holding);
    const byKey = name === names[0];
    const sameRequest = !byKey || (holding?.hash.equals(request.claim.hash) ?? false);
    holders.set(request, holding ? { movementId: holding.place, byKey, sameRequest, isOwn: false } : null);
  }
  const { accounts, frozen, links, interest, awaited, authorized, agreed } = world;
  const agreements = { isRequired: false, terms: agreed };
  const rooms = new Map<MovementDeclaration, unknown>([
    [CANCEL, payments],
    [INTEREST, interest],
    [declared('PAYMENT'), agreements],
    [AUTHORIZATION, agreements],
    [CAPTURE, authorized],
    [VOID, authorized],
    [declared('SAVINGS_CLOSING'), { states: interest, awaited }],
  ]);
  const payouts = requests.filter(({ declaration }) => declaration.paysOutToBank);
  const payees = new Map(payouts.map((request) => [request, links.get(request.userId) ?? null]));
  return { accounts, frozen, links, payees, holders, rooms, open: new Map() };
}

interface Holding {
  readonly place: number;
  readonly hash: Buffer;
}

const namesOf = ({ claim, declaration, details }: MovementRequest) => {
  const other = declaration.claims?.(details);
  return [`${claim.scope} ${claim.key}`, ...(other === undefined ? [] : [other])];
};

const duplicateOf = (of: number, { byKey, sameRequest }: { byKey: boolean; sameRequest: boolean }) => {
  return { kind: 'duplicate', of, byKey, sameRequest };
};

/** What a caller can tell of a decision. */
function told(decision: Decision): object {
  switch (decision.kind) {
    case 'complete':
      return { kind: 'complete', entries: decision.entries, amount: decision.request.amount };
    case 'reserve':
      return { kind: 'reserve', bankAmount: decision.bankAmount, held: decision.held };
    case 'refuse':
      // Whether it is tried again in the next group, or by the caller: later.
      if (decision.refusal.answer === 'TemporarilyUnavailable') return { kind: 'locked' };
      return { kind: 'refuse', answer: decision.refusal.answer, detail: decision.refusal.detail };
    case 'follow':
      return duplicateOf(decision.place, decision);
    case 'duplicate':
      return duplicateOf(decision.holder.movementId, decision.holder);
    case 'locked':
    case 'unread':
    case 'settle':
    case 'fail':
    case 'stay':
      return decision;
  }
}

function after(world: World, decision: Decision, changed: readonly LockedAccount[]): World {
  const accounts = world.accounts.map((account) => changed.find(({ id }) => id === account.id) ?? account);
  const links = new Map(world.links);
  const payments = new Map(world.payments);
  if (decision.kind === 'reserve' && !decision.request.declaration.paysOutToBank) {
    const { bankAmount } = decision;
    const link = decision.link as LockedLink;
    for (const [userId, other] of links) {
      const byUser = other.use.byUser + (userId === link.userId ? bankAmount : 0);
      const ofBankAccount = other.use.ofBankAccount + (other.bankAccountId === link.bankAccountId ? bankAmount : 0);
      links.set(userId, { ...other, use: { byUser, ofBankAccount } });
    }
  }
  if (decision.kind === 'complete' && decision.request.declaration === CANCEL) {
    const paymentId = paymentOf(decision.request.userId);
    const before = payments.get(paymentId) as { canceledAmount: number; cancels: number };
    const canceledAmount = before.canceledAmount + decision.request.amount;
    payments.set(paymentId, { canceledAmount, cancels: before.cancels + 1 });
  }
  const awaited = new Set(world.awaited);
  if (decision.kind === 'reserve') {
    const { declaration, accounts } = decision.request;
    for (const id of lockedAccounts(declaration, accounts)) awaited.add(id);
  }
  const interest = new Map(world.interest);
  if (decision.kind === 'complete' && decision.request.declaration === INTEREST) {
    const { decided } = decision.request.details as { decided: { after: unknown } };
    interest.set(decision.request.accounts.counter as number, decided.after);
  }
  const authorized = new Set(world.authorized);
  if (decision.kind === 'complete' && [CAPTURE, VOID].includes(decision.request.declaration)) {
    authorized.delete(paymentOf(decision.request.userId));
  }
  const agreed = new Map(world.agreed);
  if (decision.kind === 'complete' || decision.kind === 'reserve') {
    const { userId, amount, details } = decision.request;
    const key = agreementKey(userId);
    const terms = agreed.get(key);
    const isCounted = (details as { counted?: unknown } | undefined)?.counted !== undefined;
    if (terms && isCounted) agreed.set(key, { ...terms, usedOnDay: terms.usedOnDay + amount });
  }
  const { frozen } = world;
  return { accounts, frozen, links, payments, interest, awaited, authorized, agreed };
}

/** The same requests, each in a transaction of its own. */
function oneAtATime(world: World, requests: readonly MovementRequest[]): { told: object[]; accounts: unknown } {
  const held = new Map<string, Holding>();
  let now = world;
  const all = requests.map((request, place) => {
    const { requests: decisions, changed } = decide(snapshotOf(now, [request], held), [request]);
    const decision = decisions[0] as Decision;
    now = after(now, decision, changed);
    if (decision.kind === 'complete' || decision.kind === 'reserve') {
      for (const name of namesOf(request)) held.set(name, { place, hash: request.claim.hash });
    }
    return told(decision);
  });
  return { told: all, accounts: now.accounts };
}

const aGroup = fc.tuple(aWorld, fc.array(aRequest, { maxLength: 12 }));

describe('a group of requests', () => {
  it('is decided as if each came alone, in that order', () => {
    fc.assert(
      fc.property(aGroup, ([world, requests]) => {
        const group = decide(snapshotOf(world, requests), requests);
        const alone = oneAtATime(world, requests);
        expect(group.requests.map(told)).toEqual(alone.told);
        const accounts = world.accounts.map(
          ({ id, ...was }) => group.changed.find((it) => it.id === id) ?? { id, ...was },
        );
        expect(accounts).toEqual(alone.accounts);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves nothing negative, and neither makes nor loses a won', () => {
    fc.assert(
      fc.property(aGroup, ([world, requests]) => {
        const { requests: decisions, changed } = decide(snapshotOf(world, requests), requests);
        const entries = decisions.flatMap((decision) => (decision.kind === 'complete' ? decision.entries : []));
        for (const { balance, held } of changed) expect(balance >= held && held >= 0).toBe(true);
        expect(entries.every(({ balanceAfter }) => (balanceAfter ?? 0) >= 0)).toBe(true);
        expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
        for (const was of world.accounts) {
          const posted = entries
            .filter(({ accountId }) => accountId === was.id)
            .reduce((sum, it) => sum + it.amount, 0);
          expect((changed.find(({ id }) => id === was.id) ?? was).balance).toBe(was.balance + posted);
        }
      }),
    );
  });

  it('never takes more from a bank account, or for a user, than their day has left', () => {
    fc.assert(
      fc.property(aGroup, ([world, requests]) => {
        const uses = [...world.links.values()];
        const byUser = new Map(uses.map(({ userId, use }) => [userId, use.byUser]));
        const ofBankAccount = new Map(uses.map(({ bankAccountId, use }) => [bankAccountId, use.ofBankAccount]));
        for (const decision of decide(snapshotOf(world, requests), requests).requests) {
          if (decision.kind !== 'reserve' || decision.request.declaration.paysOutToBank) continue;
          const { bankAmount } = decision;
          const link = decision.link as LockedLink;
          byUser.set(link.userId, (byUser.get(link.userId) as number) + bankAmount);
          ofBankAccount.set(link.bankAccountId, (ofBankAccount.get(link.bankAccountId) as number) + bankAmount);
        }
        expect(Math.max(...byUser.values(), ...ofBankAccount.values())).toBeLessThanOrEqual(DAILY_LIMIT);
      }),
    );
  });

  it('is not changed by neighbours that are refused, duplicates, or locked by somebody else', () => {
    fc.assert(
      fc.property(aGroup, fc.constantFrom(...USERS, 81, 82, null), ([world, requests], locked) => {
        const accounts = world.accounts.filter(({ id }) => Math.floor(id / 10) !== locked);
        const links = new Map(
          [...world.links].map(([userId, link]) => [userId, link.bankAccountId === locked ? 'locked' : link] as const),
        );
        const snapshot = { ...snapshotOf(world, requests), accounts, links };
        const decisions = decide(snapshot, requests).requests;
        const kept = decisions.flatMap((decision, place) => (isAccepted(decision) ? [place] : []));
        const alone = decide(
          snapshot,
          kept.map((place) => requests[place] as MovementRequest),
        ).requests;
        expect(alone.map(told)).toEqual(kept.map((place) => told(decisions[place] as Decision)));
      }),
    );
  });

  it('moves nothing new of anybody, or to anybody, who is frozen', () => {
    fc.assert(
      fc.property(aGroup, ([world, requests]) => {
        const accepted = decide(snapshotOf(world, requests), requests).requests.filter(isAccepted);
        for (const { request } of accepted as Extract<Decision, { kind: 'complete' | 'reserve' }>[]) {
          const { declaration, accounts } = request;
          const { evenIfFrozen } = declaration;
          const isFrozen = (id = 0) => world.frozen.has(id);
          if (evenIfFrozen !== 'either') expect(isFrozen(accounts.main)).toBe(false);
          if (evenIfFrozen === undefined) expect(isFrozen(accounts.counter)).toBe(false);
        }
      }),
    );
  });

  it('leaves its snapshot as it was read', () => {
    fc.assert(
      fc.property(aGroup, ([world, requests]) => {
        const snapshot = snapshotOf(world, requests);
        const before = structuredClone(world);
        const first = decide(snapshot, requests);
        expect(world).toEqual(before);
        expect(decide(snapshot, requests).requests.map(told)).toEqual(first.requests.map(told));
      }),
    );
  });
});

const isAccepted = ({ kind }: Decision) => kind === 'complete' || kind === 'reserve';

describe('what was not read', () => {
  const request: MovementRequest = {
    declaration: declared('TRANSFER'),
    userId: 1,
    accounts: { main: 10, counter: 20 },
    amount: 100,
    claim: { scope: 'user:1', key: 'k', hash: Buffer.from('one'), payloadLength: 3 },
    details: undefined,
  };
  const account = (id: number, balance: number): LockedAccount => ({
    id,
    balance,
    held: 0,
    lastSeq: 0,
    isClosed: 0,
    isFrozen: 0,
  });
  const bare = (balance: number): Snapshot => ({
    accounts: [account(10, balance), account(20, 0)],
    frozen: new Set(),
    links: new Map(),
    payees: new Map(),
    holders: new Map(),
    rooms: new Map(),
    open: new Map(),
  });
  const kindsOf = (snapshot: Snapshot) => decide(snapshot, [request]).requests;

  it('is asked for only when a decision needs it', () => {
    expect(kindsOf(bare(100))).toMatchObject([{ kind: 'complete' }]);
    expect(kindsOf(bare(99))).toEqual([{ kind: 'unread', what: 'link' }]);
  });

  it('is who holds the claims of a request that would be refused', () => {
    const away = { ...bare(99), links: new Map([[1, 'closed' as const]]) };
    expect(kindsOf(away)).toEqual([{ kind: 'unread', what: 'holder' }]);
    const holders = new Map([[request, null]]);
    expect(kindsOf({ ...away, holders })).toMatchObject([{ kind: 'refuse', refusal: { answer: 'BankMaintenance' } }]);
    const holder = { movementId: 5, byKey: true, sameRequest: true, isOwn: false };
    expect(kindsOf({ ...away, holders: new Map([[request, holder]]) })).toEqual([{ kind: 'duplicate', holder }]);
  });

  it('is an account that somebody else has locked, or a bank account where that is needed', () => {
    expect(kindsOf({ ...bare(100), accounts: [account(10, 100)] })).toEqual([{ kind: 'locked' }]);
    const links = new Map([[1, 'locked' as const]]);
    expect(kindsOf({ ...bare(99), links })).toEqual([{ kind: 'locked' }]);
    expect(kindsOf({ ...bare(100), links })).toMatchObject([{ kind: 'complete' }]);
  });
});

describe('a payout', () => {
  const payout: MovementRequest = {
    declaration: declared('PAYOUT'),
    userId: 1,
    accounts: { main: 10 },
    amount: 100,
    claim: { scope: 'user:1', key: 'k', hash: Buffer.from('one'), payloadLength: 3 },
    details: undefined,
  };
  const link = { id: 7, userId: 1, bankCode: '081', fintechUseNum: 'handle', ownerName: 'name' };
  const decided = (balance: number, payee?: typeof link | 'closed' | null, held = 0) =>
    decide(
      {
        accounts: [{ id: 10, balance, held, lastSeq: 0, isClosed: 0, isFrozen: 0 }],
        frozen: new Set(),
        links: new Map(),
        payees: payee === undefined ? new Map() : new Map([[payout, payee]]),
        holders: new Map([[payout, null]]),
        rooms: new Map(),
        open: new Map(),
      },
      [payout],
    );

  it('holds all of it on the main account, without a look at the limit of the day', () => {
    expect(decided(100).requests).toEqual([{ kind: 'unread', what: 'payee' }]);
    const { requests, changed } = decided(100, link);
    expect(requests).toEqual([{ kind: 'reserve', request: payout, link, bankAmount: 100, held: 100 }]);
    expect(changed).toEqual([{ id: 10, balance: 100, held: 100, lastSeq: 0, isClosed: 0, isFrozen: 0 }]);
  });

  it('is refused for want of money, of a linked account, or of a bank that may be asked', () => {
    expect(decided(99, link).requests).toMatchObject([{ kind: 'refuse', refusal: { answer: 'NotEnoughBalance' } }]);
    expect(decided(199, link, 100).requests).toMatchObject([{ kind: 'refuse' }]);
    expect(decided(100, null).requests).toMatchObject([{ kind: 'refuse', refusal: { answer: 'AccountNotFound' } }]);
    expect(decided(100, 'closed').requests).toMatchObject([{ kind: 'refuse', refusal: { answer: 'BankMaintenance' } }]);
  });
});

describe('a hold that a later movement uses', () => {
  const claim = { scope: 'user:1', key: 'k', hash: Buffer.from('one'), payloadLength: 3 };
  const accounts = { main: 10, counter: PARTNER };
  const of = { userId: 1, accounts, claim, details: { partnerId: PARTNER, paymentId: 4, authorizedAmount: 80 } };
  const nothingAgreed = { isRequired: false, terms: new Map() };
  const rooms = new Map<MovementDeclaration, unknown>([
    [AUTHORIZATION, nothingAgreed],
    [CAPTURE, new Set([4])],
    [VOID, new Set([4])],
  ]);
  const snapshot = (balance: number, held: number): Snapshot => ({
    accounts: [{ id: 10, balance, held, lastSeq: 3, isClosed: 0, isFrozen: 0 }],
    frozen: new Set(),
    links: new Map(),
    payees: new Map(),
    holders: new Map(),
    rooms,
    open: new Map(),
  });

  it('is kept by an authorisation, used in part by a capture and given back by a void', () => {
    const authorized = decide(snapshot(100, 0), [{ ...of, declaration: AUTHORIZATION, amount: 80 }]);
    expect(authorized.changed).toEqual([{ id: 10, balance: 100, held: 80, lastSeq: 3, isClosed: 0, isFrozen: 0 }]);
    const captured = decide(snapshot(100, 80), [{ ...of, declaration: CAPTURE, amount: 60 }]);
    expect(captured.changed).toEqual([{ id: 10, balance: 40, held: 0, lastSeq: 4, isClosed: 0, isFrozen: 0 }]);
    const voided = decide(snapshot(100, 80), [{ ...of, declaration: VOID, amount: 80 }]);
    expect(voided.changed).toEqual([{ id: 10, balance: 100, held: 0, lastSeq: 3, isClosed: 0, isFrozen: 0 }]);
  });

  it('has one end', () => {
    const capture = { ...of, declaration: CAPTURE as never, amount: 60 };
    const other = { ...claim, key: 'another' };
    const end = { ...of, claim: other, declaration: VOID as never, amount: 80 };
    const { requests } = decide(snapshot(100, 80), [capture, end]);
    expect(requests).toMatchObject([{ kind: 'complete' }, { kind: 'follow', place: 0 }]);
  });
});

const OPEN = [declared('CHARGE'), declared('TRANSFER'), declared('PAYMENT'), declared('PAYOUT'), AUTHORIZATION];

/** Movements that wait for the bank, with what is held for them, and what the bank said: some of it twice. */
const aSettling = fc
  .array(
    fc.record({
      declaration: fc.constantFrom(...OPEN),
      userId: fc.constantFrom(...USERS),
      held: fc.nat(300),
      missing: fc.integer({ min: 1, max: 300 }),
      isDone: fc.boolean(),
      ofFirstMessage: fc.boolean(),
      inquiries: fc.nat(1),
      times: fc.integer({ min: 1, max: 2 }),
    }),
    { maxLength: 8 },
  )
  .map((all) => {
    const accounts = new Map(
      USERS.flatMap((userId) => [10 * userId, 10 * userId + 1]).map((id) => [
        id,
        { id, balance: 0, held: 0, lastSeq: 1, isClosed: 0, isFrozen: 0 },
      ]),
    );
    const open = new Map<number, OpenOrder>();
    const resolutions = all.flatMap((one, index): Resolution[] => {
      const { declaration, userId, isDone, ofFirstMessage, inquiries } = one;
      const isOut = declaration.paysOutToBank === true;
      const [held, amount] = declaration.topUp === 'all' ? [0, one.missing] : [one.held, one.held + one.missing];
      const heldAmount = isOut ? amount : held;
      const account = accounts.get(10 * userId) as { balance: number; held: number };
      account.balance += heldAmount;
      account.held += heldAmount;
      const bankAmount = isOut ? amount : one.missing;
      open.set(index, { movementId: index, amount: bankAmount, heldAmount, clearingAccountId: 800, inquiries });
      const counter = declaration.counter?.kind === 'MAIN' ? 10 * ((userId % USERS.length) + 1) : PARTNER;
      const verdict = isDone ? ({ kind: 'done' } as const) : ({ kind: 'refused', reason: 'BALANCE_SHORT' } as const);
      const of = { movementId: index, declaration, accounts: { main: 10 * userId, counter }, amount };
      return Array.from({ length: one.times }, () => ({ ...of, verdict, ofFirstMessage }));
    });
    return { accounts: [...accounts.values()], open, resolutions };
  });

describe('a group of resolutions', () => {
  const snapshotWith = (accounts: readonly LockedAccount[], open: Snapshot['open']): Snapshot => ({
    accounts,
    open,
    frozen: new Set(),
    links: new Map(),
    payees: new Map(),
    holders: new Map(),
    rooms: new Map(),
  });

  it('is decided as if each came alone, in that order, and each movement ends once', () => {
    fc.assert(
      fc.property(aSettling, ({ accounts, open, resolutions }) => {
        const group = decide(snapshotWith(accounts, open), [], resolutions);
        let now: readonly LockedAccount[] = accounts;
        const left = new Map(open);
        const alone = resolutions.map((resolution) => {
          const { resolutions: decisions, changed } = decide(snapshotWith(now, left), [], [resolution]);
          const decision = decisions[0] as Decision;
          now = now.map((account) => changed.find(({ id }) => id === account.id) ?? account);
          if (decision.kind === 'settle' || decision.kind === 'fail') left.delete(resolution.movementId);
          return decision;
        });
        // In a group, one that was settled a moment ago follows; alone, it finds nothing open and stays.
        const grouped = group.resolutions.map((it) => (it.kind === 'follow' ? { kind: 'stay' } : it));
        expect(grouped).toEqual(alone);
        expect(accounts.map((was) => group.changed.find(({ id }) => id === was.id) ?? was)).toEqual(now);
      }),
    );
  });

  it('credits what the bank has paid, gives back what it has refused, and holds nothing for what has ended', () => {
    fc.assert(
      fc.property(aSettling, ({ accounts, open, resolutions }) => {
        const group = decide(snapshotWith(accounts, open), [], resolutions);
        const entries = group.resolutions.flatMap((it) => (it.kind === 'settle' ? it.entries : []));
        expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
        for (const { balance, held } of group.changed) expect(balance >= held && held >= 0).toBe(true);
        const taken = entries.filter(({ accountId }) => accountId === 800).reduce((sum, it) => sum - it.amount, 0);
        const done = group.resolutions.flatMap((it, place) => (it.kind === 'settle' ? [resolutions[place]] : []));
        const fromBank = done.reduce((sum, it) => {
          const { amount } = open.get(it?.movementId as number) as OpenOrder;
          return sum + (it?.declaration.paysOutToBank ? -amount : amount);
        }, 0);
        expect(taken).toBe(fromBank);
      }),
    );
  });

  it("does not believe the first message's refusal once recovery has taken the case over", () => {
    const resolution: Resolution = {
      movementId: 1,
      declaration: declared('CHARGE'),
      accounts: { main: 10 },
      amount: 50,
      verdict: { kind: 'refused', reason: 'UNAVAILABLE' },
      ofFirstMessage: true,
    };
    const of = { movementId: 1, amount: 50, heldAmount: 0, clearingAccountId: 800 };
    const account = { id: 10, balance: 0, held: 0, lastSeq: 0, isClosed: 0, isFrozen: 0 };
    const kindWith = (inquiries: number) =>
      decide(snapshotWith([account], new Map([[1, { ...of, inquiries }]])), [], [resolution]).resolutions[0]?.kind;
    expect([kindWith(0), kindWith(1)]).toEqual(['fail', 'stay']);
  });
});

describe('a frozen account', () => {
  const at = (id: number, isFrozen: number) => ({ id, balance: 100, held: 10, lastSeq: 0, isClosed: 0, isFrozen });
  const decided = (type: string, frozen: { main?: number; other?: number }, accounts: MovementRequest['accounts']) => {
    const request: MovementRequest = {
      declaration: declared(type),
      userId: 1,
      accounts,
      amount: 10,
      claim: { scope: 'user:1', key: 'k', hash: Buffer.from('one'), payloadLength: 3 },
      details: { partnerId: 1, partnerPayKey: 'o', paymentId: 1, authorizedAmount: 10 },
    };
    const snapshot: Snapshot = {
      accounts: [at(10, frozen.main ?? 0), at(20, 0)],
      frozen: new Set(frozen.other ? [30] : []),
      links: new Map(),
      payees: new Map(),
      holders: new Map([[request, null]]),
      rooms: new Map<MovementDeclaration, unknown>([
        [declared('PAYMENT'), { isRequired: false, terms: new Map() }],
        [VOID, new Set([1])],
      ]),
      open: new Map(),
    };
    const [decision] = decide(snapshot, [request]).requests;
    return decision?.kind === 'refuse' ? decision.refusal.answer : decision?.kind;
  };

  it('gives and gets nothing new', () => {
    expect(decided('TRANSFER', { main: 1 }, { main: 10, counter: 20 })).toBe('AccountFrozen');
    expect(decided('TRANSFER', {}, { main: 10, counter: 20 })).toBe('complete');
    expect(decided('PAYMENT', { main: 1 }, { main: 10, counter: 30 })).toBe('AccountFrozen');
  });

  it("of a partner's gets nothing new", () => {
    expect(decided('PAYMENT', { other: 1 }, { main: 10, counter: 30 })).toBe('PartnerFrozen');
    expect(decided('PAYMENT', {}, { main: 10, counter: 30 })).toBe('complete');
  });

  it('gets nothing that would wait for its owner, and what waits already only while it is free', () => {
    expect(decided('TRANSFER_HOLD', { other: 1 }, { main: 10, counter: 30, TRANSFER_ESCROW: 91 })).toBe(
      'AccountFrozen',
    );
    expect(decided('TRANSFER_RELEASE', { main: 1 }, { main: 10, counter: 30, TRANSFER_ESCROW: 91 })).toBe(
      'AccountFrozen',
    );
  });

  it('lets what was begun be ended', () => {
    // The one who has sent it is frozen.
    expect(decided('TRANSFER_RELEASE', { other: 1 }, { main: 10, counter: 30, TRANSFER_ESCROW: 91 })).toBe('complete');
    const sender = { main: 10, counter: 30, TRANSFER_ESCROW: 91 };
    expect(decided('TRANSFER_RETURN', { main: 1, other: 1 }, sender)).toBe('complete');
    expect(decided('VOID', { main: 1, other: 1 }, { main: 10, counter: 30 })).toBe('complete');
  });
});
