import type { AccountRow, BankRecord, MovementRow, OrderRow } from '../final-state.js';
import { type Evidence, groupBy } from './evidence.js';

const DAILY_LIMIT = 3_000_000;

/** The books agree with themselves, with the movements, and with the bank's. */
export function checkBooks(evidence: Evidence): void {
  for (const account of evidence.state.accounts) checkAccount(evidence, account);
  for (const movement of evidence.state.movements) checkMovement(evidence, movement);
  for (const [movementId, entries] of evidence.entries) {
    if (!evidence.movements.has(movementId)) {
      evidence.violate('balanced', `${entries.length} entries of movement ${movementId}, which does not exist`);
    }
  }
  checkBank(evidence);
  checkClearing(evidence);
  checkLimits(evidence);
}

function checkAccount(evidence: Evidence, { id, kind, balance, lastSeq }: AccountRow): void {
  if (kind !== 'MAIN' && kind !== 'SAVINGS') return;
  const chain = evidence.chains.get(id) ?? [];
  let sum = 0;
  for (const [index, { amount, seq, balanceAfter, movementId }] of chain.entries()) {
    sum += amount;
    if (seq !== index + 1 || balanceAfter !== sum || sum < 0) {
      const text = `account ${id}, entry ${seq} (movement ${movementId}): ${balanceAfter} won, and the sum is ${sum}`;
      evidence.violate('balances chain', text);
      return;
    }
  }
  if (balance !== sum || lastSeq !== chain.length) {
    evidence.violate(
      'balances chain',
      `account ${id} has ${balance} won, and its ${chain.length} entries sum to ${sum}`,
    );
  }
}

/** A COMPLETED movement has exactly the journal that it should have, any other has none. */
function checkMovement(evidence: Evidence, movement: MovementRow): void {
  const { id, status, toppedUpAmount, keyLive } = movement;
  const entries = evidence.entries.get(id) ?? [];
  const expected = status === 'COMPLETED' ? journalOf(evidence, movement) : [];
  const found = entries.map(({ leg, accountId, amount }) => `${leg}: ${amount} on ${accountId}`);
  if (found.join() !== expected.join()) {
    evidence.violate(
      'balanced',
      `movement ${id} (${status}) has [${found.join('; ')}] instead of [${expected.join('; ')}]`,
    );
  }
  if ((keyLive === 1) !== (status !== 'FAILED')) {
    evidence.violate('once', `movement ${id} is ${status}, and its key is ${keyLive === 1 ? 'taken' : 'free'}`);
  }
  const payment = evidence.payments.get(id);
  if (payment && (payment.orderLive === 1) !== evidence.holdsOrder(movement)) {
    evidence.violate(
      'once',
      `payment ${id} is ${status}, and its order is ${payment.orderLive === 1 ? 'taken' : 'free'}`,
    );
  }
  checkCancels(evidence, movement);
  const withdrawal = evidence.withdrawals.get(id);
  const payout = evidence.payouts.get(id);
  const end = { PENDING: 'PENDING', COMPLETED: 'DONE', FAILED: 'REFUSED' }[status];
  const isToppedUp = withdrawal
    ? withdrawal.status === end &&
      withdrawal.amount === toppedUpAmount &&
      withdrawal.amount + withdrawal.heldAmount === movement.amount
    : toppedUpAmount === 0 && status === 'COMPLETED';
  const isPaidOut =
    !withdrawal && payout?.status === end && payout.amount === movement.amount && payout.heldAmount === payout.amount;
  const isRight = movement.type === 'PAYOUT' ? isPaidOut : isToppedUp && !payout;
  if (!isRight) {
    evidence.violate(
      'balanced',
      `movement ${JSON.stringify(movement)} has the order ${JSON.stringify(withdrawal ?? payout)}`,
    );
  }
}

/** Never more is given back than was paid. */
function checkCancels(evidence: Evidence, movement: MovementRow): void {
  const { id, type } = movement;
  if (type !== 'PAYMENT' && type !== 'AUTHORIZATION') return;
  const paid = evidence.paidOf(movement);
  const cancels = evidence.state.cancels.filter(({ paymentId }) => paymentId === id);
  const sum = cancels.reduce((total, cancel) => total + cancel.amount, 0);
  const isRight =
    sum === evidence.canceledOf(id) &&
    sum <= paid &&
    cancels.every((cancel) => evidence.movements.get(cancel.movementId)?.amount === cancel.amount) &&
    (cancels.at(-1)?.cancelableAfter ?? paid) === paid - sum;
  if (!isRight)
    evidence.violate('balanced', `payment ${id} of ${paid} won has ${sum} won given back: ${JSON.stringify(cancels)}`);
}

function journalOf(
  evidence: Evidence,
  { type, accountId, counterAccountId, amount, toppedUpAmount }: MovementRow,
): string[] {
  const move = (from: number | null | undefined, to: number | null | undefined) => [
    `2: ${-amount} on ${from}`,
    `3: ${amount} on ${to}`,
  ];
  const clearing = evidence.systemAccount('BANK_CLEARING');
  const bank = [`0: ${-toppedUpAmount} on ${clearing}`, `1: ${toppedUpAmount} on ${accountId}`];
  const topUp = toppedUpAmount > 0 ? bank : [];
  const escrow = evidence.systemAccount('TRANSFER_ESCROW');
  switch (type) {
    case 'PAYMENT_CANCEL':
    case 'SAVINGS_WITHDRAWAL':
    case 'SAVINGS_CLOSING':
      return move(counterAccountId, accountId);
    case 'TRANSFER_RELEASE':
    case 'TRANSFER_RETURN':
      return move(escrow, accountId);
    case 'INTEREST':
      return move(evidence.systemAccount('INTEREST_EXPENSE'), counterAccountId);
    case 'PAYOUT':
      return move(accountId, clearing);
    case 'CAPTURE':
      return move(accountId, counterAccountId);
    case 'CHARGE':
    case 'AUTHORIZATION':
      return topUp;
    case 'VOID':
      return [];
    case 'TRANSFER_HOLD':
      return [...topUp, ...move(accountId, escrow)];
    case 'PAYMENT':
    case 'SAVINGS_DEPOSIT':
    case 'TRANSFER':
      return [...topUp, ...move(accountId, counterAccountId)];
  }
}

/** What the bank took is exactly what we credited, and what it paid exactly what we debited, order by order. */
function checkBank(evidence: Evidence): void {
  const { withdrawals, takings, payouts, paid } = evidence.state;
  compare(evidence, withdrawals, takings, { did: 'took', ours: 'was credited' });
  compare(evidence, payouts, paid, { did: 'paid', ours: 'was debited' });
}

function compare(
  evidence: Evidence,
  orders: readonly OrderRow[],
  record: readonly BankRecord[],
  { did, ours }: { did: string; ours: string },
): void {
  const open = new Map(record.map((line) => [line.bankTranId, line]));
  if (open.size !== record.length) evidence.violate('the bank agrees', `the bank ${did} an id twice`);
  for (const order of orders) {
    const { bankTranId, movementId, status, amount, fintechUseNum, businessDate } = order;
    const line = open.get(bankTranId);
    open.delete(bankTranId);
    if (status === 'DONE' && !line) {
      evidence.violate('the bank agrees', `movement ${movementId} ${ours} ${amount} won that the bank never ${did}`);
    } else if (status !== 'DONE' && line) {
      const text = `the bank ${did} ${line.amount} won for movement ${movementId}, whose order is ${status}`;
      evidence.violate('the bank agrees', text);
    } else if (line) {
      const isSame =
        line.amount === amount &&
        line.fintechUseNum === fintechUseNum &&
        line.tranDtime.startsWith(businessDate.replaceAll('-', ''));
      const text = `${JSON.stringify(line)} is not ${JSON.stringify(order)}`;
      if (!isSame) evidence.violate('the bank agrees', text);
    }
  }
  for (const { bankTranId, amount } of open.values()) {
    evidence.violate('the bank agrees', `the bank ${did} ${amount} won under ${bankTranId}, of which we know nothing`);
  }
}

/** No won is made or lost: what all others have is what the bank took, less what it paid. */
function checkClearing(evidence: Evidence): void {
  const { accounts, entries, takings, paid } = evidence.state;
  const banks = new Set(accounts.filter(({ kind }) => kind === 'BANK_CLEARING').map(({ id }) => id));
  const sum = (rows: readonly { readonly amount: number }[]) => rows.reduce((total, { amount }) => total + amount, 0);
  const held = sum(entries.filter(({ accountId }) => !banks.has(accountId)));
  const came = sum(takings) - sum(paid);
  if (held !== came) {
    evidence.violate('the bank agrees', `the accounts have ${held} won, and the bank gave ${came} more than it got`);
  }
}

/** Of each account and of each user, by the bank's record, which knows of what we may have forgotten. */
function checkLimits(evidence: Evidence): void {
  const { withdrawals, takings } = evidence.state;
  const userOf = new Map(withdrawals.map(({ bankTranId, userId }) => [bankTranId, userId]));
  const accountDay = ({ fintechUseNum, tranDtime }: BankRecord) => `${fintechUseNum} ${tranDtime.slice(0, 8)}`;
  const userDay = ({ bankTranId, tranDtime }: BankRecord) => `user ${userOf.get(bankTranId)} ${tranDtime.slice(0, 8)}`;
  for (const [day, taken] of [...groupBy(takings, accountDay), ...groupBy(takings, userDay)]) {
    const sum = taken.reduce((total, { amount }) => total + amount, 0);
    if (sum > DAILY_LIMIT) evidence.violate('the limit holds', `${day}: ${sum} won were taken`);
  }
}
