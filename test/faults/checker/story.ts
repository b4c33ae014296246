import type { FinalState } from '../final-state.js';
import { type Fields, History, type Intent, type MoneyIntent, type Operation, type Outcome } from '../history.js';

const DAY = '2026-11-22';
const HANDLE = '0810000000000000000000AB';

/** Of a payment that goes by no agreement. */
export const NOT_AGREED = { agreementId: null, agreementDay: null };

/** Accounts of the story: user 1 has a main and a savings account. */
export const BANK = 1;
export const PARTNER = 2;
export const MAIN = 3;
export const SAVINGS = 4;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Tables = Omit<FinalState, 'now'>;
type Rows = { -readonly [K in keyof Tables]: Writable<Tables[K][number]>[] } & { now: string };

export const charge: MoneyIntent = { kind: 'money', route: 'charges', userId: 1, amount: 10_000, key: 'k-charge' };
export const payment: MoneyIntent = {
  kind: 'money',
  route: 'payments',
  userId: 1,
  amount: 4_000,
  key: 'k-payment',
  partnerId: 100,
  order: 'order-1',
};
export const payout: MoneyIntent = { kind: 'money', route: 'withdrawals', userId: 1, amount: 6_000, key: 'k-payout' };
export const refusedCharge: MoneyIntent = { ...charge, amount: 500, key: 'k-refused' };

export const chargeDetail = { transactionId: 1, amount: 10_000, mainAccount: { accountId: MAIN, balance: 10_000 } };
export const paymentDetail = {
  paymentId: 2,
  partnerPayKey: 'order-1',
  totalPayAmount: 4_000,
  paymentDateTime: `${DAY} 12:00:02`,
};

export const answered = (
  status: number,
  code: string,
  detail: Fields = {},
  location: string | null = null,
): Outcome => ({
  kind: 'answered',
  status,
  code,
  detail,
  location,
});

/**
 * A short history and its end, in which everything is as it should be: a sign-up, a savings account, a charge, a
 * payment, a charge that the bank refused, reads, and linked accounts. Tests make it go wrong in one place.
 */
export class Story {
  readonly history = new History(() => DAY);
  readonly state: Rows;
  private clock = 0;

  constructor() {
    this.state = endOfStory();
    const account = { accountId: MAIN, accountNumber: '3333-12-3456789', type: 'MAIN', balance: 0 };
    this.tell(
      { kind: 'signUp', email: 'a@b', accountNumber: '12345' },
      answered(201, 'Success', { userId: 1, mainAccount: account }),
    );
    this.tell({ kind: 'savings', userId: 1 }, answered(201, 'Success', { accountId: SAVINGS }));
    this.tell(charge, answered(200, 'Success', chargeDetail, '/transactions/1'));
    this.tell(payment, answered(201, 'Success', paymentDetail, '/payments/2'));
    this.tell(refusedCharge, answered(422, 'NotEnoughAccountBalance'));
    this.tell({ kind: 'read', what: 'user', id: 1, path: '/users/1' }, answered(200, 'Success', userDetail(6_000)));
    this.tell(readEntries, answered(200, 'Success', { items: [paid, charged], nextCursor: null }));
    const read = { kind: 'read', what: 'payment', id: 2, path: '/payments/2' } as const;
    this.tell(read, answered(200, 'Success', { paymentId: 2, status: 'APPROVED' }));
    this.tell(payment, answered(409, 'AlreadyComplete', paymentDetail, '/payments/2'), { final: true });
    this.tell(link, answered(201, 'Success', linkDetail, '/users/1/linked-accounts'));
    this.tell(makeDefault, answered(200, 'Success', { ...linkDetail, isDefault: true }, '/users/1/linked-accounts'));
    this.tell({ ...link, key: 'k-link-3' }, answered(201, 'Success', { ...linkDetail, linkedAccountId: 3 }));
    this.tell(remove, answered(200, 'Success', { linkedAccountId: 3 }));
    this.tell(link, answered(409, 'AlreadyComplete', linkDetail, '/users/1/linked-accounts'));
  }

  /** One more call, after all others, or at the time of another one. */
  tell(intent: Intent, outcome: Outcome, changes: Partial<Operation> = {}): void {
    const startedMs = (this.clock += 1_000);
    const id = this.history.operations.length + 1;
    const operation = {
      id,
      intent,
      instance: 0,
      startedMs,
      endedMs: startedMs + 10,
      outcome,
      days: [DAY, DAY],
      final: false,
    };
    this.history.operations.push({ ...operation, ...changes } as Operation);
  }

  /** Changes what the first request with this intent was told. */
  retell(intent: Intent, outcome: Outcome): void {
    const index = this.history.operations.findIndex((operation) => operation.intent === intent);
    this.history.operations[index] = { ...(this.history.operations[index] as Operation), outcome };
  }

  /** What is left of the main account goes to the linked one, with all that belongs to it. */
  payOut(): void {
    const detail = { transactionId: 5, amount: 6_000, mainAccount: { accountId: MAIN, balance: 0 } };
    this.tell(payout, answered(201, 'Success', detail, '/transactions/5'));
    const [charging] = this.state.movements;
    const [withdrawal] = this.state.withdrawals;
    const [taking] = this.state.takings;
    if (!charging || !withdrawal || !taking) throw new Error('the story begins with a charge');
    const of = { id: 5, type: 'PAYOUT', scope: 'user:1:withdrawals', key: 'k-payout' } as const;
    this.state.movements.push({ ...charging, ...of, amount: 6_000, toppedUpAmount: 0 });
    this.state.entries.push(
      { movementId: 5, leg: 2, accountId: MAIN, amount: -6_000, seq: 3, balanceAfter: 0, postedOn: DAY },
      { movementId: 5, leg: 3, accountId: BANK, amount: 6_000, seq: null, balanceAfter: null, postedOn: DAY },
    );
    const main = this.state.accounts.find(({ id }) => id === MAIN);
    if (main) Object.assign(main, { balance: 0, lastSeq: 3 });
    const order = { movementId: 5, amount: 6_000, bankTranId: 'M202600001U000000005' };
    this.state.payouts.push({ ...withdrawal, ...order, heldAmount: 6_000 });
    this.state.paid.push({ ...taking, amount: 6_000, bankTranId: order.bankTranId });
  }

  /** Takes back all that a movement has left. */
  undo(movementId: number): void {
    for (const name of ['entries', 'withdrawals', 'payouts', 'payments'] as const) {
      this.state[name] = (this.state[name] as { movementId: number }[]).filter(
        (row) => row.movementId !== movementId,
      ) as never;
    }
    this.state.movements = this.state.movements.filter(({ id }) => id !== movementId);
  }
}

export const link = { kind: 'link', act: 'add', userId: 1, key: 'k-link', accountNumber: '54321' } as const;
export const linkDetail = { linkedAccountId: 2, isDefault: false };
export const makeDefault = { kind: 'link', act: 'makeDefault', userId: 1, key: 'k-default', linkId: 2 } as const;
export const remove = { kind: 'link', act: 'remove', userId: 1, key: 'k-remove', linkId: 3 } as const;

export const readEntries = {
  kind: 'read',
  what: 'entries',
  id: MAIN,
  path: `/accounts/${MAIN}/transactions?limit=20`,
} as const;
export const charged = { transactionId: 1, amount: 10_000, balanceAfter: 10_000 };
export const paid = { transactionId: 2, amount: -4_000, balanceAfter: 6_000, paymentId: 2 };

export function userDetail(balance: number, usedToday = 10_000): Fields {
  return {
    accounts: [{ accountId: MAIN, balance, availableBalance: balance }],
    externalAccount: { dailyLimit: 3_000_000, usedToday, remainingToday: 3_000_000 - usedToday },
  };
}

function endOfStory(): Rows {
  const movement = { userId: 1, accountId: MAIN, counterAccountId: null, failureCode: null, keyLive: 1 };
  const charging = { ...movement, type: 'CHARGE', scope: 'user:1:charges' } as const;
  const entry = { seq: null, balanceAfter: null, postedOn: DAY };
  const withdrawal = { userId: 1, linkedAccountId: 1, fintechUseNum: HANDLE, businessDate: DAY, heldAmount: 0 };
  const account = { ownerId: 1, balance: 0, held: 0, lastSeq: 0, frozenAt: null };
  return {
    users: [{ id: 1, email: 'a@b' }],
    links: [
      { id: 1, userId: 1, isDefault: null, isLive: 1 },
      { id: 2, userId: 1, isDefault: 1, isLive: 1 },
      { id: 3, userId: 1, isDefault: null, isLive: null },
    ],
    accounts: [
      { ...account, id: BANK, kind: 'BANK_CLEARING', ownerId: 81 },
      { ...account, id: PARTNER, kind: 'PARTNER_PAYABLE', ownerId: 100 },
      { ...account, id: MAIN, kind: 'MAIN', balance: 6_000, lastSeq: 2 },
      { ...account, id: SAVINGS, kind: 'SAVINGS' },
    ],
    movements: [
      {
        ...charging,
        id: 1,
        status: 'COMPLETED',
        amount: 10_000,
        toppedUpAmount: 10_000,
        key: 'k-charge',
        completedAt: `${DAY} 12:00:01`,
      },
      {
        ...movement,
        id: 2,
        type: 'PAYMENT',
        status: 'COMPLETED',
        counterAccountId: PARTNER,
        amount: 4_000,
        toppedUpAmount: 0,
        scope: 'partner:100:payments',
        key: 'k-payment',
        completedAt: `${DAY} 12:00:02`,
      },
      {
        ...charging,
        id: 3,
        status: 'FAILED',
        amount: 500,
        toppedUpAmount: 500,
        key: 'k-refused',
        keyLive: null,
        failureCode: 'BALANCE_SHORT',
        completedAt: `${DAY} 12:00:03`,
      },
    ],
    entries: [
      { ...entry, movementId: 1, leg: 0, accountId: BANK, amount: -10_000 },
      { ...entry, movementId: 1, leg: 1, accountId: MAIN, amount: 10_000, seq: 1, balanceAfter: 10_000 },
      { ...entry, movementId: 2, leg: 2, accountId: MAIN, amount: -4_000, seq: 2, balanceAfter: 6_000 },
      { ...entry, movementId: 2, leg: 3, accountId: PARTNER, amount: 4_000 },
    ],
    withdrawals: [
      { ...withdrawal, movementId: 1, status: 'DONE', amount: 10_000, bankTranId: 'M202600001U000000001' },
      { ...withdrawal, movementId: 3, status: 'REFUSED', amount: 500, bankTranId: 'M202600001U000000003' },
    ],
    payouts: [],
    payments: [
      {
        movementId: 2,
        partnerId: 100,
        order: 'order-1',
        orderLive: 1,
        canceledAmount: 0,
        businessDate: DAY,
        ...NOT_AGREED,
      },
    ],
    cancels: [],
    events: [],
    savings: [{ accountId: SAVINGS, product: 'FREE', openedAt: `${DAY} 12:00:00`, closedAt: null }],
    postings: [],
    deposits: [],
    heldTransfers: [],
    transferEnds: [],
    authorizations: [],
    authorizationEnds: [],
    agreements: [],
    now: `${DAY} 12:01:00`,
    takings: [
      { bankTranId: 'M202600001U000000001', fintechUseNum: HANDLE, amount: 10_000, tranDtime: '20261122120001' },
    ],
    paid: [],
  };
}
