import type { SavingsRow } from '../final-state.js';
import { isClose } from '../history.js';
import { dayNumber, dayOf, dayOfNumber, hourOf } from './days.js';
import { type Evidence, groupBy } from './evidence.js';

/** Basis points a year, as they are published. */
const RATES: Readonly<Record<string, bigint>> = { FREE: 300n, REGULAR: 500n };
/** A day earns a 365th of that. */
const PARTS_OF_A_WON = 365n * 10_000n;
const POSTED_AT_HOUR = 4;

interface Interest {
  readonly day: number;
  readonly amount: number;
}

/** Each account was paid what it earned, day by day, and each day once. */
export function checkInterest(evidence: Evidence): void {
  const postings = groupBy(evidence.state.postings, ({ accountId }) => accountId);
  const days = new Map(evidence.state.postings.map(({ movementId, day }) => [movementId, dayNumber(day)]));
  for (const { id, type, status } of evidence.state.movements) {
    if (type !== 'INTEREST' || (days.has(id) && status === 'COMPLETED')) continue;
    evidence.violate('interest is exact', `movement ${id} is ${status} interest of no day`);
  }
  for (const savings of evidence.state.savings) {
    const { accountId } = savings;
    for (const [day, own] of groupBy(postings.get(accountId) ?? [], (posting) => posting.day)) {
      if (own.length === 1) continue;
      const ids = own.map(({ movementId }) => movementId).join();
      evidence.violate('once', `account ${accountId} was paid interest for ${day} ${own.length} times: ${ids}`);
    }
    checkAccount(evidence, savings, days);
  }
}

function checkAccount(evidence: Evidence, savings: SavingsRow, days: ReadonlyMap<number, number>): void {
  const { accountId, closedAt } = savings;
  const { now } = evidence.state;
  const last = closedAt === null ? dayOf(now) - (hourOf(now) < POSTED_AT_HOUR ? 2 : 1) : dayOf(closedAt) - 1;
  // A closing pays up to the day before the one on which it was asked for.
  const required = closedAt === null ? last : Math.min(last, firstClosing(evidence, accountId) - 1);
  const posted = postedOf(evidence, accountId, days);
  const earned = earnedOf(evidence, savings, days, last);
  const length = Math.max(posted.length, earned.length);
  for (let index = 0; index < length; index++) {
    const [is, due] = [posted[index], earned[index]];
    if (is?.day === due?.day && is?.amount === due?.amount) continue;
    if (!is && due && due.day > required) return;
    const text = `account ${accountId} was paid ${textOf(is)} where it had earned ${textOf(due)}`;
    evidence.violate('interest is exact', text);
    return;
  }
}

function firstClosing(evidence: Evidence, accountId: number): number {
  const asked = evidence.history.operations.filter(isClose).filter(({ intent }) => intent.savingsId === accountId);
  return Math.min(...asked.map(({ days: [sentOn] }) => dayNumber(sentOn)));
}

function postedOf(evidence: Evidence, accountId: number, days: ReadonlyMap<number, number>): Interest[] {
  return (evidence.chains.get(accountId) ?? []).flatMap(({ movementId, amount }) => {
    const day = days.get(movementId);
    return day === undefined ? [] : [{ day, amount }];
  });
}

/**
 * Worked out on paper, from everything but interest that moved. An entry counts from the day on which it was posted,
 * but no earlier than those before it, nor on a day whose interest was posted by then.
 */
function earnedOf(
  evidence: Evidence,
  { accountId, product }: SavingsRow,
  days: ReadonlyMap<number, number>,
  last: number,
): Interest[] {
  const moved: Interest[] = [];
  let earliest = 0;
  for (const { movementId, amount, postedOn } of evidence.chains.get(accountId) ?? []) {
    const settled = days.get(movementId);
    earliest = Math.max(earliest, settled === undefined ? dayNumber(postedOn) : settled + 1);
    if (settled === undefined) moved.push({ day: earliest, amount });
  }
  const earned: Interest[] = [];
  let [balance, parts, next] = [0n, 0n, 0];
  for (let day = moved[0]?.day ?? Infinity; day <= last; day++) {
    for (; (moved[next]?.day ?? Infinity) <= day; next++) balance += BigInt((moved[next] as Interest).amount);
    parts += balance * (RATES[product] ?? 0n);
    const won = parts / PARTS_OF_A_WON;
    parts %= PARTS_OF_A_WON;
    balance += won;
    if (won > 0n) earned.push({ day, amount: Number(won) });
  }
  return earned;
}

function textOf(interest: Interest | undefined): string {
  return interest ? `${interest.amount} won for ${dayOfNumber(interest.day)}` : 'nothing';
}
