import { answered, MAIN, SAVINGS, Story } from './story.js';

export const DAYS = ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27'] as const;
export const TODAY = DAYS[5];
export const NOW = `${TODAY} 12:00:00`;
const RECEIVER = 5;
const EXPENSE = 6;
const ESCROW = 7;
export const REGULAR = 8;
const KEY_LIVE = { failureCode: null, keyLive: 1, toppedUpAmount: 0, status: 'COMPLETED' } as const;

const at = <T>(rows: readonly T[], index: number): T => rows[index] as T;

interface Money {
  readonly id: number;
  readonly type: Story['state']['movements'][number]['type'];
  readonly amount: number;
  readonly from: number;
  readonly to: number;
  readonly counter: number;
  readonly scope: string;
  readonly key: string;
  readonly completedAt: string;
  readonly userId?: number;
}

/** A movement with its journal; the places and balances of the accounts follow. */
export function move({ state }: Story, { from, to, counter, ...movement }: Money): void {
  const { id, amount, completedAt, userId = 1 } = movement;
  const accountId = userId === 1 ? MAIN : RECEIVER;
  state.movements.push({ ...KEY_LIVE, ...movement, userId, accountId, counterAccountId: counter });
  for (const [leg, account, signed] of [
    [2, from, -amount],
    [3, to, amount],
  ] as const) {
    const row = state.accounts.find((one) => one.id === account) as Story['state']['accounts'][number];
    const isChained = row.kind === 'MAIN' || row.kind === 'SAVINGS';
    if (isChained) Object.assign(row, { balance: row.balance + signed, lastSeq: row.lastSeq + 1 });
    const place = isChained ? { seq: row.lastSeq, balanceAfter: row.balance } : { seq: null, balanceAfter: null };
    state.entries.push({
      movementId: id,
      leg,
      accountId: account,
      amount: signed,
      postedOn: completedAt.slice(0, 10),
      ...place,
    });
  }
}

/** Another user, who has regular savings, and the accounts that are nobody's. */
function wallet(): Story {
  const story = new Story();
  const { state } = story;
  const account = { ownerId: 0, balance: 0, held: 0, lastSeq: 0, frozenAt: null };
  state.now = NOW;
  state.users.push({ id: 2, email: 'c@d' });
  state.links.push({ id: 4, userId: 2, isDefault: 1, isLive: 1 });
  state.accounts.push(
    { ...account, id: RECEIVER, kind: 'MAIN', ownerId: 2, balance: 0 },
    { ...account, id: EXPENSE, kind: 'INTEREST_EXPENSE' },
    { ...account, id: ESCROW, kind: 'TRANSFER_ESCROW' },
    { ...account, id: REGULAR, kind: 'SAVINGS', ownerId: 2 },
  );
  state.savings.push({ accountId: REGULAR, product: 'REGULAR', openedAt: `${DAYS[1]} 07:59:59`, closedAt: null });
  const signUp = { userId: 2, mainAccount: { accountId: RECEIVER, balance: 0 } };
  story.tell({ kind: 'signUp', email: 'c@d', accountNumber: '12346' }, answered(201, 'Success', signUp));
  const opened = answered(201, 'Success', { accountId: REGULAR });
  story.tell({ kind: 'savings', userId: 2, dailyDeposit: 1_000 }, opened);
  // Its bank had no money on the first day, nobody ran on the next ones, and it has none today.
  for (const day of [DAYS[1], TODAY]) {
    const failed = { status: 'FAILED', amount: 1_000, movementId: null, failureCode: 'DailyLimitExceeded' } as const;
    state.deposits.push({ ...failed, accountId: REGULAR, day, recordedAt: `${day} 08:00:01` });
  }
  return story;
}

export const deposit = { kind: 'money', route: 'deposits', userId: 1, amount: 5_000, key: 'k-deposit' } as const;

/**
 * 5,000 won at 3 % are 1,500,000 parts a day, of which 3,650,000 are a won: on the third day there is one, and 850,000
 * are left, so that on the fifth day there is another one.
 */
export function saved(postings = 2): Story {
  const story = wallet();
  const main = { accountId: MAIN, balance: 1_000 };
  const detail = { transactionId: 10, amount: 5_000, toppedUpAmount: 0, mainAccount: main };
  const savings = { ...deposit, savingsId: SAVINGS };
  const answer = { ...detail, savingsAccount: { accountId: SAVINGS, balance: 5_000 } };
  story.tell(savings, answered(200, 'Success', answer, '/transactions/10'));
  move(story, {
    id: 10,
    type: 'SAVINGS_DEPOSIT',
    amount: 5_000,
    from: MAIN,
    to: SAVINGS,
    counter: SAVINGS,
    scope: 'user:1:deposits',
    key: 'k-deposit',
    completedAt: `${DAYS[0]} 12:00:05`,
  });
  earn(story, 11, DAYS[2], `${DAYS[3]} 04:00:00`);
  if (postings > 1) earn(story, 12, DAYS[4], `${TODAY} 04:00:00`);
  return story;
}

export function earn(story: Story, id: number, day: string, completedAt: string): void {
  const interest = { id, type: 'INTEREST', amount: 1, completedAt, scope: 'interest' } as const;
  move(story, { ...interest, from: EXPENSE, to: SAVINGS, counter: SAVINGS, key: `${SAVINGS}/${day}` });
  story.state.postings.push({ movementId: id, accountId: SAVINGS, day });
}

export const close = { kind: 'close', userId: 1, savingsId: SAVINGS, key: 'k-close' } as const;

const CLOSED_AT = `${TODAY} 11:00:00`;

/** What was saved goes back, and the account is closed. */
export function closed(postings = 2, askedOn: string = TODAY): Story {
  const story = saved(postings);
  const amount = 5_000 + postings;
  const accounts = {
    mainAccount: { accountId: MAIN, balance: 1_000 + amount },
    savingsAccount: { accountId: SAVINGS, balance: 0 },
  };
  const answer = { transactionId: 13, amount, ...accounts };
  const days = [askedOn, TODAY] as const;
  story.tell(close, answered(201, 'Success', answer, '/transactions/13'), { days });
  story.tell(close, answered(409, 'AlreadyComplete', answer, '/transactions/13'), { days });
  move(story, {
    id: 13,
    type: 'SAVINGS_CLOSING',
    amount,
    from: SAVINGS,
    to: MAIN,
    counter: SAVINGS,
    scope: 'user:1:savings-closings',
    key: 'k-close',
    completedAt: CLOSED_AT,
  });
  at(story.state.savings, 0).closedAt = CLOSED_AT;
  story.tell({ ...deposit, key: 'k-late', savingsId: SAVINGS }, answered(409, 'AccountClosed'));
  return story;
}

const hold = { kind: 'money', route: 'holds', userId: 1, toUserId: 2, amount: 2_000, key: 'k-hold' } as const;
const accept = { ...hold, route: 'transfer-accepts', userId: 2, toUserId: 1, transferId: 20, key: 'k-accept' } as const;
export const cancel = { ...hold, route: 'transfer-cancels', transferId: 20, key: 'k-cancel' } as const;
const HELD_AT = `${TODAY} 11:00:06`;
const ENDED_AT = `${TODAY} 11:00:07`;
const EXPIRES_AT = '2026-11-30 11:00:06';

/** Two transfers wait; one is accepted, just before its sender would have it back. */
export function transferred(): Story {
  const story = wallet();
  for (const [id, key, balance] of [
    [20, 'k-hold', 4_000],
    [21, 'k-hold-2', 2_000],
  ] as const) {
    const main = { accountId: MAIN, balance };
    const detail = { transactionId: id, amount: 2_000, toppedUpAmount: 0, mainAccount: main, status: 'HELD' };
    const answer = { ...detail, expiresAt: EXPIRES_AT };
    story.tell({ ...hold, key }, answered(201, 'Success', answer, `/transactions/${id}`));
    const held = { id, type: 'TRANSFER_HOLD', amount: 2_000, key, completedAt: HELD_AT } as const;
    move(story, { ...held, from: MAIN, to: ESCROW, counter: RECEIVER, scope: 'user:1:transfers' });
    story.state.heldTransfers.push({
      movementId: id,
      isHeld: 1,
      expiresAt: EXPIRES_AT,
      remindedAt: null,
    });
  }
  const end = { transferId: 20, status: 'ACCEPTED' };
  const detail = { transactionId: 22, amount: 2_000, mainAccount: { accountId: RECEIVER, balance: 2_000 }, ...end };
  story.tell(accept, answered(201, 'Success', detail, '/transactions/22'));
  story.tell(cancel, answered(409, 'TransferDecided', { ...end, endedAt: ENDED_AT }));
  release(story, 22);
  at(story.state.heldTransfers, 0).isHeld = null;
  readAcceptance(story, 20, 'ACCEPTED');
  readAcceptance(story, 21, 'HELD');
  return story;
}

export function release(story: Story, id: number, key = 'k-accept'): void {
  const released = { id, type: 'TRANSFER_RELEASE', amount: 2_000, key, completedAt: ENDED_AT, userId: 2 } as const;
  move(story, { ...released, from: ESCROW, to: RECEIVER, counter: MAIN, scope: 'user:2:transfer-accepts' });
  story.state.transferEnds.push({ movementId: id, transferId: 20, outcome: 'ACCEPTED' });
}

export function readAcceptance(story: Story, id: number, status: string): void {
  const detail = { transactionId: id, status: 'COMPLETED', acceptance: { status } };
  const read = { kind: 'read', what: 'transaction', id, path: `/transactions/${id}` } as const;
  story.tell(read, answered(200, 'Success', detail));
}
