import type { Random } from '../support/random.js';
import type {
  AgreementIntent,
  CloseIntent,
  Fields,
  FreezeIntent,
  LinkIntent,
  MoneyIntent,
  MoneyRoute,
  Operation,
  ReadIntent,
} from './history.js';

export const PARTNER_ID = 100;
const REMEMBERED_MAX = 400;
const DAY_MS = 86_400_000;
/** With the one of the sign-up fewer than a user may have. */
const LINKS_MAX = 3;
/** Of what is repeated, half was among so many latest requests: some of these are still under way. */
const LATEST = 24;

export interface KnownUser {
  readonly userId: number;
  readonly mainId: number;
  readonly savingsIds: number[];
  /** Those that it was tried to close: most are closed by now. */
  readonly closedIds: number[];
  /** What was linked after the sign-up, as far as it is known. */
  readonly linkIds: number[];
  /** How often they agree to what the partner may take. */
  readonly agrees: Agrees;
  /** What they agreed to, and may have taken back, as far as it is known. */
  readonly agreementIds: number[];
}

/** `once`: that stays as it is. */
type Agrees = 'never' | 'once' | 'often';

/** What the load wants more and less of; a campaign against one defect has a mix of its own. */
export interface Mix {
  readonly users: number;
  readonly workers: number;
  readonly routes: Readonly<Record<NewRoute, number>>;
  /** won: how often small, medium and large amounts are asked for */
  readonly amounts: Readonly<Record<'small' | 'medium' | 'large', number>>;
  /** How many users agree to what the partner may take, and between which limits of a day (won). */
  readonly agrees: Readonly<Record<Agrees, number>>;
  readonly dayLimits: readonly [min: number, max: number];
  readonly actions: Readonly<Record<Action, number>>;
}

/** What is asked for without anything that was there before, and cancels. */
type NewRoute = Exclude<MoneyRoute, 'transfer-accepts' | 'transfer-cancels' | 'captures' | 'voids'>;

export type Action =
  | 'money'
  | 'twins'
  | 'repeat'
  | 'otherPayload'
  | 'otherKey'
  | 'endTransfer'
  | 'endPayment'
  | 'read'
  | 'signUp'
  | 'savings'
  | 'close'
  | 'link'
  | 'agree'
  | 'freeze';

export const EVERYTHING: Mix = {
  users: 60,
  workers: 48,
  routes: {
    payments: 30,
    authorizations: 14,
    cancels: 8,
    charges: 18,
    withdrawals: 12,
    deposits: 14,
    'savings-withdrawals': 6,
    transfers: 24,
    holds: 8,
  },
  amounts: { small: 60, medium: 30, large: 10 },
  agrees: { never: 70, once: 20, often: 10 },
  dayLimits: [60_000, 900_000],
  actions: {
    money: 50,
    twins: 7,
    repeat: 9,
    otherPayload: 2,
    otherKey: 3,
    endTransfer: 4,
    endPayment: 9,
    read: 26,
    signUp: 2,
    savings: 2,
    close: 1,
    link: 4,
    agree: 2,
    freeze: 1,
  },
};

const AMOUNTS = { small: [100, 60_000], medium: [60_000, 600_000], large: [600_000, 3_000_000] } as const;

/** What the clients know: who there is, and what was asked for lately. */
export class World {
  readonly users: KnownUser[] = [];
  private readonly mix: Mix;
  private readonly recent: MoneyIntent[] = [];
  private readonly known: { readonly intent: MoneyIntent; readonly id: number }[] = [];
  private readonly amountsUsed = new Set<string>();
  private keys = 0;

  constructor(mix: Mix) {
    this.mix = mix;
  }

  /** A request that was not made before. No user asks twice for the same amount by the same route. */
  newMoney(random: Random): MoneyIntent {
    const route = random.weighted(this.mix.routes);
    if (route === 'cancels') return this.newCancel(random);
    const user = this.anyUser(random);
    const base = { kind: 'money', route, userId: user.userId, amount: this.newAmount(random, route, user) } as const;
    const key = `key-${++this.keys}`;
    const keyed = random.chance(0.6) ? { key } : {};
    switch (route) {
      case 'payments':
      case 'authorizations':
        return this.remember({ ...base, key, partnerId: PARTNER_ID, order: `order-${this.keys}` });
      case 'charges':
        return this.remember({ ...base, ...keyed });
      case 'withdrawals': {
        const named = user.linkIds.length > 0 && random.chance(0.3) ? { linkId: random.pick(user.linkIds) } : {};
        return this.remember({ ...base, key, ...named });
      }
      case 'deposits':
      case 'savings-withdrawals':
        return this.remember({ ...base, ...keyed, savingsId: this.someSavings(random, user) });
      case 'transfers':
      case 'holds':
        return this.remember({ ...base, ...keyed, toUserId: this.otherUser(random, user).userId });
    }
  }

  /**
   * How the receiver and the sender of a recent transfer would end it; null when there is none yet. Many are asked for
   * that ended before, and some are never ended by anybody.
   */
  newEnds(random: Random): { accept: MoneyIntent; cancel: MoneyIntent } | null {
    const holds = this.known.filter(({ intent }) => intent.route === 'holds').slice(-LATEST);
    if (holds.length === 0) return null;
    const { intent, id: transferId } = random.pick(holds);
    const { userId: sender, amount } = intent;
    const receiver = intent.toUserId as number;
    const base = { kind: 'money', amount, transferId } as const;
    const accept = { ...base, route: 'transfer-accepts', userId: receiver, toUserId: sender } as const;
    const cancel = { ...base, route: 'transfer-cancels', userId: sender, toUserId: receiver } as const;
    const keyed = (end: MoneyIntent) => this.remember({ ...end, key: `key-${++this.keys}` });
    return { accept: keyed(accept), cancel: keyed(cancel) };
  }

  /**
   * How its partner would end a recent payment in two steps: it takes all of it, or less, or more than it may, or nothing;
   * null when there is none yet. Many have ended before, and some are never ended by anybody.
   */
  newPaymentEnds(random: Random): { capture: MoneyIntent; another: MoneyIntent; void: MoneyIntent } | null {
    const authorized = this.known.filter(({ intent }) => intent.route === 'authorizations').slice(-LATEST);
    if (authorized.length === 0) return null;
    const { intent, id: paymentId } = random.pick(authorized);
    const { userId, amount, partnerId } = intent as MoneyIntent & { partnerId: number };
    const end = (route: 'captures' | 'voids', amount: number) =>
      this.remember({ kind: 'money', route, userId, amount, key: `key-${++this.keys}`, partnerId, paymentId });
    const part = () => random.integer(1, Math.floor(amount / 2)) * 2;
    const captured = () => ({ all: random.pick([0, amount]), part: part(), tooMuch: amount + part() });
    const wanted = () => captured()[random.weighted({ all: 50, part: 40, tooMuch: 10 })];
    return { capture: end('captures', wanted()), another: end('captures', wanted()), void: end('voids', amount) };
  }

  /** Null where it is the only savings account of a user. From now on few use it. */
  newClose(random: Random): CloseIntent | null {
    const { userId, savingsIds, closedIds } = this.anyUser(random);
    if (savingsIds.length < 2) return null;
    const [savingsId] = savingsIds.splice(random.integer(0, savingsIds.length - 1), 1) as [number];
    closedIds.push(savingsId);
    return { kind: 'close', userId, savingsId, key: `key-${++this.keys}` };
  }

  /** Another account, or another default; now and then one that is linked no more. */
  newLink(random: Random): LinkIntent {
    const { userId, linkIds } = this.anyUser(random);
    const base = { kind: 'link', userId, key: `key-${++this.keys}` } as const;
    if (linkIds.length === 0 || (linkIds.length < LINKS_MAX && random.chance(0.4))) {
      return { ...base, act: 'add', accountNumber: String(50_000_000 + this.keys) };
    }
    return { ...base, act: random.chance(0.2) ? 'remove' : 'makeDefault', linkId: random.pick(linkIds) };
  }

  /** How often a new user will agree. */
  agreesLike(random: Random): Agrees {
    return random.weighted(this.mix.agrees);
  }

  /** Agrees anew, now and then for some days only, or takes back what was agreed to; null: nobody does. */
  newAgreement(random: Random, inDays: (days: number) => string): AgreementIntent | null {
    const often = this.users.filter(({ agrees }) => agrees === 'often');
    if (often.length === 0) return null;
    const { userId, agreementIds } = random.pick(often);
    if (agreementIds.length > 0 && random.chance(0.3)) {
      const agreementId = random.pick(agreementIds.slice(-2));
      return { kind: 'agreement', act: 'end', userId, key: `key-${++this.keys}`, agreementId };
    }
    const until = random.chance(0.3) ? { expiresAt: inDays(random.integer(1, 3)) } : {};
    return { ...this.firstAgreement(random, userId), ...until };
  }

  firstAgreement(random: Random, userId: number): AgreementIntent {
    const key = `key-${++this.keys}`;
    const limitPerDay = random.integer(...this.mix.dayLimits);
    const limitPerPayment = Math.ceil((limitPerDay * random.integer(30, 110)) / 100);
    return { kind: 'agreement', act: 'agree', userId, key, partnerId: PARTNER_ID, limitPerPayment, limitPerDay };
  }

  /** Somebody is stopped, most often a user, and let go on again. */
  newFreeze(random: Random): { freeze: FreezeIntent; unfreeze: FreezeIntent } {
    const isUser = random.chance(0.75);
    const [owner, ownerId] = isUser
      ? (['user', this.anyUser(random).userId] as const)
      : (['partner', PARTNER_ID] as const);
    const act = (name: FreezeIntent['act']) =>
      ({ kind: 'freeze', act: name, owner, ownerId, key: `key-${++this.keys}` }) as const;
    return { freeze: act('freeze'), unfreeze: act('unfreeze') };
  }

  private newCancel(random: Random): MoneyIntent {
    const payments = this.known.filter(({ intent }) => isPayment(intent));
    if (payments.length === 0) return this.newMoney(random);
    const { intent, id } = random.pick(payments);
    const amount = random.chance(0.4) ? 0 : random.integer(1, Math.ceil(intent.amount * 0.7)) * 2;
    const { userId, partnerId } = intent as MoneyIntent & { partnerId: number };
    const key = `key-${++this.keys}`;
    return this.remember({ kind: 'money', route: 'cancels', userId, amount, key, partnerId, paymentId: id });
  }

  /** A recent request with a key, as it was; null when there is none yet. */
  repeated(random: Random): MoneyIntent | null {
    if (this.recent.length === 0) return null;
    return random.pick(random.chance(0.5) ? this.recent.slice(-LATEST) : this.recent);
  }

  /** Same key, other payload. */
  otherPayload(random: Random): MoneyIntent | null {
    const intent = this.repeated(random);
    // The end of a transfer does not say how much it is, and neither does a void.
    const saysAmount = intent?.transferId === undefined && intent?.route !== 'voids';
    return intent && saysAmount ? { ...intent, amount: intent.amount + 1 } : null;
  }

  /** Same order, other key; now and then in two steps instead of one, or in one instead of two. */
  otherKey(random: Random): MoneyIntent | null {
    const payments = this.recent.filter(isPayment);
    if (payments.length === 0) return null;
    const { route, ...payment } = random.pick(payments);
    const other = route === 'payments' ? 'authorizations' : 'payments';
    return this.remember({ ...payment, route: random.chance(0.2) ? other : route, key: `key-${++this.keys}` });
  }

  /** `today`: the business day. */
  read(random: Random, today: string): ReadIntent {
    const user = this.anyUser(random);
    const what = random.weighted({
      user: 30,
      entries: 40,
      payment: 10,
      transaction: 10,
      byOrder: 5,
      byKey: 5,
      settlement: 4,
      agreements: 4,
    });
    if (what === 'agreements') return readAgreements(user.userId);
    if (what === 'settlement') return readSettlement(random, today);
    const known = this.known.length > 0 ? random.pick(this.known) : null;
    const intent = this.repeated(random);
    if ((what === 'payment' || what === 'transaction') && known) {
      const { intent: asked, id: movementId } = known;
      const paymentId = isPayment(asked) ? movementId : asked.paymentId;
      const isShown = what === 'payment' && paymentId !== undefined;
      if (isShown) return { kind: 'read', what, id: paymentId, path: `/payments/${paymentId}` };
      return { kind: 'read', what: 'transaction', id: movementId, path: `/transactions/${movementId}` };
    }
    if (what === 'byKey' && intent) return askByKey(intent);
    if (what === 'byOrder' && intent?.order !== undefined) {
      const path = `/payments?partnerId=${intent.partnerId}&partnerPayKey=${intent.order}`;
      return { kind: 'read', what, path };
    }
    if (what === 'user') return { kind: 'read', what, id: user.userId, path: `/users/${user.userId}` };
    const id = random.pick([user.mainId, user.mainId, ...user.savingsIds, ...user.closedIds]);
    return { kind: 'read', what: 'entries', id, path: `/accounts/${id}/transactions?limit=${random.integer(1, 30)}` };
  }

  anyUser(random: Random): KnownUser {
    // A few users have most of the traffic, so that requests meet on the same account.
    return this.users[Math.floor(random.next() ** 2.5 * this.users.length)] as KnownUser;
  }

  /** Learns ids from an answer. */
  learn({ intent, outcome }: Operation<MoneyIntent>): void {
    if (outcome.kind !== 'answered') return;
    const id = movementIdIn(intent.route, outcome.detail);
    if (id === null) return;
    this.known.push({ intent, id });
    if (this.known.length > REMEMBERED_MAX) this.known.shift();
  }

  private remember(intent: MoneyIntent): MoneyIntent {
    if (intent.key !== undefined) this.recent.push(intent);
    if (this.recent.length > REMEMBERED_MAX) this.recent.shift();
    return intent;
  }

  private someSavings(random: Random, { savingsIds, closedIds }: KnownUser): number {
    return random.pick(closedIds.length > 0 && random.chance(0.1) ? closedIds : savingsIds);
  }

  private otherUser(random: Random, user: KnownUser): KnownUser {
    for (;;) {
      const other = this.anyUser(random);
      if (other !== user) return other;
    }
  }

  private newAmount(random: Random, route: MoneyRoute, { userId }: KnownUser): number {
    for (;;) {
      const [min, max] = AMOUNTS[random.weighted(this.mix.amounts)];
      const amount = random.integer(min, max) & ~1; // even: odd ones are what `otherPayload` makes of them
      const name = `${userId} ${scopeRouteOf(route)} ${amount}`;
      if (this.amountsUsed.has(name)) continue;
      this.amountsUsed.add(name);
      return amount;
    }
  }
}

export function readAgreements(userId: number): ReadIntent {
  return { kind: 'read', what: 'agreements', id: userId, path: `/users/${userId}/agreements` };
}

/** What the partner is owed for a day, today or before, or for each of some days. */
function readSettlement(random: Random, today: string): ReadIntent {
  const daysAgo = (days: number) => new Date(Date.parse(today) - days * DAY_MS).toISOString().slice(0, 10);
  const from = daysAgo(random.integer(0, 9));
  const days = random.chance(0.5) ? `date=${from}` : `from=${from}&to=${today}`;
  return { kind: 'read', what: 'settlement', path: `/partners/${PARTNER_ID}/settlements?${days}` };
}

/** Where a client that lost its answer looks for what became of its key. */
export function askByKey(asked: MoneyIntent): ReadIntent {
  const { userId, partnerId, paymentId, key } = asked;
  if (paymentId !== undefined) return { kind: 'read', what: 'payment', id: paymentId, path: `/payments/${paymentId}` };
  const path = isPayment(asked)
    ? `/payments?partnerId=${partnerId}&idempotencyKey=${key}`
    : `/transactions?userId=${userId}&idempotencyKey=${key}`;
  return { kind: 'read', what: 'byKey', path, asked };
}

/** A payment's own request, in one step or two. */
export function isPayment({ route }: Pick<MoneyIntent, 'route'>): boolean {
  return route === 'payments' || route === 'authorizations';
}

/** The route that keys are for: transfers are one, whether they have to be accepted or not, and so are payments. */
export function scopeRouteOf(route: MoneyRoute): string {
  if (route === 'authorizations') return 'payments';
  return route === 'holds' ? 'transfers' : route;
}

/** What the answers to these routes call the movement; to the others it is `transactionId`. */
const ID_FIELDS: Readonly<Partial<Record<MoneyRoute, string>>> = {
  payments: 'paymentId',
  authorizations: 'paymentId',
  captures: 'captureId',
  voids: 'voidId',
  cancels: 'cancelId',
};

export function movementIdIn(route: MoneyRoute, detail: Fields): number | null {
  const id = detail[ID_FIELDS[route] ?? 'transactionId'];
  return typeof id === 'number' ? id : null;
}
