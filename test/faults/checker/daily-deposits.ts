import type { DepositRow, SavingsRow } from '../final-state.js';
import type { Answered, Operation, SavingsIntent } from '../history.js';
import { isSuccess } from '../history.js';
import { dayNumber, dayOf, hourOf } from './days.js';
import { type Evidence, groupBy } from './evidence.js';

const PAID_AT_HOUR = 8;
/** Why a deposit can fail for good. */
const FAILURES = ['NotEnoughAccountBalance', 'DailyLimitExceeded', 'BankMaintenance', 'AccountClosed', 'AccountFrozen'];

/** Each account is paid into once on each day at most, with what was agreed, and today's was not forgotten. */
export function checkDailyDeposits(evidence: Evidence): void {
  const { state } = evidence;
  const agreed = agreedDeposits(evidence);
  const byAccount = groupBy(state.deposits, ({ accountId }) => accountId);
  for (const savings of state.savings) {
    const own = byAccount.get(savings.accountId) ?? [];
    for (const [day, rows] of groupBy(own, (row) => row.day)) {
      if (rows.length === 1) continue;
      const text = `account ${savings.accountId} has ${rows.length} deposits of ${day}: ${JSON.stringify(rows)}`;
      evidence.violate('once', text);
    }
    for (const row of own) checkRow(evidence, savings, row, agreed.get(savings.accountId));
    checkToday(evidence, savings, own);
  }
  const known = new Set(state.deposits.map(({ movementId }) => movementId));
  for (const { id, scope, counterAccountId } of state.movements) {
    if (scope !== 'daily-deposits' || known.has(id)) continue;
    evidence.violate('only what was asked for', `movement ${id} is a deposit of no day into ${counterAccountId}`);
  }
}

/** won a day, where the opening was answered; 0 of free savings. */
function agreedDeposits({ history }: Evidence): Map<number, number> {
  const opened = history.operations.filter((o): o is Operation<SavingsIntent> => o.intent.kind === 'savings');
  return new Map(
    opened
      .filter(isSuccess)
      .map(({ intent, outcome }) => [(outcome as Answered).detail['accountId'] as number, intent.dailyDeposit ?? 0]),
  );
}

function checkRow(evidence: Evidence, savings: SavingsRow, row: DepositRow, agreed: number | undefined): void {
  const { accountId, day, status, amount, movementId, failureCode } = row;
  const movement = movementId === null ? null : evidence.movements.get(movementId);
  const end = { PENDING: 'PENDING', PAID: 'COMPLETED', FAILED: 'FAILED' }[status];
  const isMoved = movement
    ? movement.status === end &&
      movement.type === 'SAVINGS_DEPOSIT' &&
      movement.counterAccountId === accountId &&
      movement.amount === amount
    : movement === null && status === 'FAILED';
  if (!isMoved) {
    const text = `the deposit ${JSON.stringify(row)} has the movement ${JSON.stringify(movement)}`;
    evidence.violate('balanced', text);
  }
  const isExplained = status === 'FAILED' ? FAILURES.includes(failureCode ?? '') : failureCode === null;
  if (!isExplained) evidence.violate('refusals are true', `${JSON.stringify(row)} failed without a reason`);
  const isDue = dayNumber(day) >= firstDue(savings) && dayNumber(day) <= dayOf(evidence.state.now);
  if (isDue && savings.product === 'REGULAR' && amount === (agreed ?? amount)) return;
  const text = `account ${accountId} (${JSON.stringify(savings)}, ${agreed} won a day): ${JSON.stringify(row)}`;
  evidence.violate('only what was asked for', text);
}

/** Days on which nobody ran are not made up for; in the end somebody does. */
function checkToday(evidence: Evidence, savings: SavingsRow, own: readonly DepositRow[]): void {
  const { now } = evidence.state;
  const { accountId, product, closedAt } = savings;
  const isDue = hourOf(now) >= PAID_AT_HOUR && firstDue(savings) <= dayOf(now);
  if (product !== 'REGULAR' || closedAt !== null || !isDue) return;
  if (own.some(({ day }) => dayNumber(day) === dayOf(now))) return;
  evidence.violate('nothing stays open', `account ${accountId} has no deposit of ${now.slice(0, 10)}`);
}

/** The day of its opening, when that was before 08:00, else the next. */
function firstDue({ openedAt }: SavingsRow): number {
  return dayOf(openedAt) + (hourOf(openedAt) < PAID_AT_HOUR ? 0 : 1);
}
