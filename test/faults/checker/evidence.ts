import type {
  AccountRow,
  AuthorizationEndRow,
  AuthorizationRow,
  CancelRow,
  EntryRow,
  FinalState,
  HeldTransferRow,
  MovementRow,
  OrderRow,
  PaymentRow,
  TransferEndRow,
} from '../final-state.js';
import type { History, MoneyIntent, MoneyRoute, Operation } from '../history.js';
import { isMoney } from '../history.js';
import { isPayment, scopeRouteOf } from '../world.js';
import type { Violation } from './violation.js';

/** By which route each is asked for, where it is one that moves money and nothing else. */
const ROUTES: Readonly<Partial<Record<MovementRow['type'], MoneyRoute>>> = {
  CHARGE: 'charges',
  PAYOUT: 'withdrawals',
  SAVINGS_DEPOSIT: 'deposits',
  SAVINGS_WITHDRAWAL: 'savings-withdrawals',
  TRANSFER: 'transfers',
  TRANSFER_HOLD: 'holds',
  TRANSFER_RELEASE: 'transfer-accepts',
  TRANSFER_RETURN: 'transfer-cancels',
  PAYMENT: 'payments',
  AUTHORIZATION: 'authorizations',
  CAPTURE: 'captures',
  VOID: 'voids',
  PAYMENT_CANCEL: 'cancels',
};
const UNKEYED = 'unkeyed-';

/** All requests that claimed the same, and all movements that were made of them. Without a key, the amount tells. */
export interface Claim {
  readonly name: string;
  readonly operations: Operation<MoneyIntent>[];
  readonly movements: MovementRow[];
}

/** The history and the final state, so that what belongs together is found together. */
export class Evidence {
  readonly history: History;
  readonly state: FinalState;
  readonly violations: Violation[] = [];
  readonly movements = new Map<number, MovementRow>();
  readonly entries: Map<number, EntryRow[]>;
  /** The entries of each user's account in the order of their places. */
  readonly chains: Map<number, EntryRow[]>;
  readonly accounts: Map<number, AccountRow>;
  readonly payments: Map<number, PaymentRow>;
  readonly withdrawals: Map<number, OrderRow>;
  readonly payouts: Map<number, OrderRow>;
  readonly cancels: Map<number, CancelRow>;
  readonly heldTransfers: Map<number, HeldTransferRow>;
  /** By the movement that is the end. */
  readonly transferEnds: Map<number, TransferEndRow>;
  readonly authorizations: Map<number, AuthorizationRow>;
  /** By the movement that is the end, and by the payment that it ends. */
  readonly authorizationEnds: Map<number, AuthorizationEndRow>;
  readonly endsOfPayments: Map<number, AuthorizationEndRow>;
  readonly claims = new Map<string, Claim>();
  /** Payments' operations and movements by the partner's order. */
  readonly orders = new Map<string, Claim>();
  private readonly withdrawalsByUser: Map<number, OrderRow[]>;
  private readonly mainAccounts = new Map<number, number>();

  /** won given back of a payment */
  canceledOf(paymentId: number): number {
    return this.payments.get(paymentId)?.canceledAmount ?? 0;
  }

  /** The payment that a movement is, or is about. */
  paymentOf(movementId: number): number | undefined {
    if (this.payments.has(movementId)) return movementId;
    return (this.cancels.get(movementId) ?? this.authorizationEnds.get(movementId))?.paymentId;
  }

  /** won that the partner has got of a payment, whatever was given back since */
  paidOf({ id, type, status, amount }: MovementRow): number {
    if (status !== 'COMPLETED') return 0;
    return type === 'AUTHORIZATION' ? (this.endsOfPayments.get(id)?.capturedAmount ?? 0) : amount;
  }

  /** Whether a payment still keeps others of its order from being made: until it has failed, is void or given back. */
  holdsOrder(payment: MovementRow): boolean {
    const { id, type, status } = payment;
    const isWaiting = type === 'AUTHORIZATION' && !this.endsOfPayments.has(id);
    return status !== 'FAILED' && (status === 'PENDING' || isWaiting || this.canceledOf(id) < this.paidOf(payment));
  }

  constructor(history: History, state: FinalState) {
    this.history = history;
    this.state = state;
    this.accounts = new Map(state.accounts.map((account) => [account.id, account]));
    this.payments = new Map(state.payments.map((payment) => [payment.movementId, payment]));
    this.withdrawals = new Map(state.withdrawals.map((withdrawal) => [withdrawal.movementId, withdrawal]));
    this.payouts = new Map(state.payouts.map((payout) => [payout.movementId, payout]));
    this.withdrawalsByUser = groupBy(state.withdrawals, ({ userId }) => userId);
    this.cancels = new Map(state.cancels.map((cancel) => [cancel.movementId, cancel]));
    this.heldTransfers = new Map(state.heldTransfers.map((held) => [held.movementId, held]));
    this.transferEnds = new Map(state.transferEnds.map((end) => [end.movementId, end]));
    this.authorizations = new Map(state.authorizations.map((row) => [row.movementId, row]));
    this.authorizationEnds = new Map(state.authorizationEnds.map((end) => [end.movementId, end]));
    this.endsOfPayments = new Map(state.authorizationEnds.map((end) => [end.paymentId, end]));
    this.entries = groupBy(state.entries, ({ movementId }) => movementId);
    const placed = state.entries.filter(({ seq }) => seq !== null);
    placed.sort((a, b) => (a.seq as number) - (b.seq as number));
    this.chains = groupBy(placed, ({ accountId }) => accountId);
    for (const { kind, ownerId, id } of state.accounts) if (kind === 'MAIN') this.mainAccounts.set(ownerId, id);
    for (const movement of state.movements) this.enter(movement);
    for (const operation of history.operations.filter(isMoney)) {
      claimIn(this.claims, claimName(operation.intent)).operations.push(operation);
      const { order } = operation.intent;
      if (order !== undefined) claimIn(this.orders, order).operations.push(operation);
    }
  }

  /**
   * won that were, at any time of these days, reserved of a user's limit: it may have been less at a moment, never more
   */
  reservedAtMost(userId: number, [from, to]: Operation['days']): number {
    const own = this.withdrawalsByUser.get(userId) ?? [];
    const then = own.filter(({ businessDate }) => businessDate >= from && businessDate <= to);
    return then.reduce((sum, { amount }) => sum + amount, 0);
  }

  violate(rule: string, text: string, ...operations: readonly { readonly id: number }[]): void {
    this.violations.push({ rule, text, operations: operations.map(({ id }) => id) });
  }

  mainAccountOf(userId: number): number | undefined {
    return this.mainAccounts.get(userId);
  }

  claimOf(intent: MoneyIntent): Claim {
    return claimIn(this.claims, claimName(intent));
  }

  orderOf(intent: MoneyIntent): Claim | undefined {
    return intent.order === undefined ? undefined : this.orders.get(intent.order);
  }

  /** Whether the movement is what the request asked for. */
  matches(intent: MoneyIntent, movement: MovementRow): boolean {
    const payment = this.payments.get(movement.id);
    const cancel = this.cancels.get(movement.id);
    const end = this.authorizationEnds.get(movement.id);
    const authorized = movement.type === 'CAPTURE' && this.authorizations.get(end?.paymentId ?? 0)?.amount;
    const isAll = cancel?.cancelableAfter === 0 || movement.amount === authorized;
    return (
      ROUTES[movement.type] === intent.route &&
      movement.userId === intent.userId &&
      (movement.amount === intent.amount || (intent.amount === 0 && isAll)) &&
      movement.accountId === this.mainAccountOf(intent.userId) &&
      movement.counterAccountId === this.counterOf(intent) &&
      (cancel ?? end)?.paymentId === intent.paymentId &&
      (intent.linkId === undefined || this.payouts.get(movement.id)?.linkedAccountId === intent.linkId) &&
      this.transferEnds.get(movement.id)?.transferId === intent.transferId &&
      (!isPayment(intent) || (payment?.order === intent.order && payment?.partnerId === intent.partnerId))
    );
  }

  /** The `detail` that a COMPLETED movement is answered with, for ever. */
  detailOf(movement: MovementRow): object {
    const { id, amount, toppedUpAmount, accountId, counterAccountId, completedAt } = movement;
    const mainAccount = { accountId, balance: this.balanceAfter(id, accountId) };
    switch (movement.type) {
      case 'PAYMENT': {
        const partnerPayKey = this.payments.get(id)?.order;
        return { paymentId: id, partnerPayKey, totalPayAmount: amount, paymentDateTime: completedAt };
      }
      case 'AUTHORIZATION': {
        const what = { paymentId: id, partnerPayKey: this.payments.get(id)?.order, totalPayAmount: amount };
        const expiresAt = this.authorizations.get(id)?.expiresAt;
        return { ...what, paymentDateTime: completedAt, status: 'AUTHORIZED', expiresAt };
      }
      case 'CAPTURE':
      case 'VOID': {
        const paymentId = this.authorizationEnds.get(id)?.paymentId as number;
        const totalPayAmount = this.authorizations.get(paymentId)?.amount;
        const what = { paymentId, partnerPayKey: this.payments.get(paymentId)?.order, totalPayAmount };
        if (movement.type === 'VOID') return { ...what, voidId: id, status: 'VOIDED', voidedAt: completedAt };
        return { ...what, captureId: id, status: 'APPROVED', capturedAmount: amount, capturedAt: completedAt };
      }
      case 'CHARGE':
      case 'PAYOUT':
        return { transactionId: id, amount, mainAccount };
      case 'SAVINGS_DEPOSIT': {
        const accountId = counterAccountId as number;
        const savingsAccount = { accountId, balance: this.balanceAfter(id, accountId) };
        return { transactionId: id, amount, toppedUpAmount, mainAccount, savingsAccount };
      }
      case 'SAVINGS_WITHDRAWAL':
      case 'SAVINGS_CLOSING': {
        const accountId = counterAccountId as number;
        const savingsAccount = { accountId, balance: this.balanceAfter(id, accountId) };
        return { transactionId: id, amount, mainAccount, savingsAccount };
      }
      case 'TRANSFER':
        return { transactionId: id, amount, toppedUpAmount, mainAccount };
      case 'TRANSFER_HOLD': {
        const expiresAt = this.heldTransfers.get(id)?.expiresAt;
        return { transactionId: id, amount, toppedUpAmount, mainAccount, status: 'HELD', expiresAt };
      }
      case 'TRANSFER_RELEASE':
      case 'TRANSFER_RETURN': {
        const { transferId, outcome: status } = this.transferEnds.get(id) ?? {};
        return { transactionId: id, amount, mainAccount, transferId, status };
      }
      case 'INTEREST':
        return {}; // nobody asks for it
      case 'PAYMENT_CANCEL': {
        const { paymentId, cancelableAfter } = this.cancels.get(id) as CancelRow;
        const status = cancelableAfter === 0 ? 'CANCELED' : 'PARTIALLY_CANCELED';
        const what = { paymentId, cancelId: id, cancelAmount: amount };
        return { ...what, cancelableAmount: cancelableAfter, status, canceledAt: completedAt };
      }
    }
  }

  private balanceAfter(movementId: number, accountId: number): number | null {
    const own = this.entries.get(movementId)?.filter((entry) => entry.accountId === accountId);
    return own?.at(-1)?.balanceAfter ?? null;
  }

  private counterOf({ route, savingsId, toUserId }: MoneyIntent): number | null | undefined {
    switch (route) {
      case 'charges':
      case 'withdrawals':
        return null;
      case 'deposits':
      case 'savings-withdrawals':
        return savingsId;
      case 'transfers':
      case 'holds':
      case 'transfer-accepts':
      case 'transfer-cancels':
        return this.mainAccountOf(toUserId as number);
      case 'payments':
      case 'authorizations':
      case 'captures':
      case 'voids':
      case 'cancels':
        return this.systemAccount('PARTNER_PAYABLE');
    }
  }

  /** The one account of this kind. */
  systemAccount(wanted: AccountRow['kind']): number | undefined {
    return this.state.accounts.find(({ kind }) => kind === wanted)?.id;
  }

  private enter(movement: MovementRow): void {
    this.movements.set(movement.id, movement);
    const { scope, key, amount } = movement;
    const name = key.startsWith(UNKEYED) ? unkeyedName(scope, amount) : `${scope} ${key}`;
    claimIn(this.claims, name).movements.push(movement);
    const payment = this.payments.get(movement.id);
    if (payment) claimIn(this.orders, payment.order).movements.push(movement);
  }
}

function claimName({ route, userId, partnerId, key, amount }: MoneyIntent): string {
  const owner = partnerId === undefined ? `user:${userId}` : `partner:${partnerId}`;
  const scope = `${owner}:${scopeRouteOf(route)}`;
  return key === undefined ? unkeyedName(scope, amount) : `${scope} ${key}`;
}

const unkeyedName = (scope: string, amount: number) => `${scope} without a key, ${amount} won`;

function claimIn(claims: Map<string, Claim>, name: string): Claim {
  let claim = claims.get(name);
  if (!claim) claims.set(name, (claim = { name, operations: [], movements: [] }));
  return claim;
}

export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
