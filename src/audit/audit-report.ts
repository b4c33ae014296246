import type { BankReport } from './bank-reconciliation.js';
import { type Check, CHECKS, type Violation } from './checks.js';
import { nameOf } from './table-walker.js';

/** So many of each check are named, unless more are wanted. */
export const NAMED_MAX = 10;
/** So many are remembered by name, so that none of them is counted twice. */
const NAMES_MAX = 10_000;

export interface CheckResult {
  readonly check: Check;
  readonly promise: string;
  /** How many rows disagree. */
  readonly violations: number;
  /** The first of them in the order of their keys. */
  readonly first: readonly Violation[];
}

export interface AuditReport {
  readonly startedAt: string;
  readonly durationSeconds: number;
  /** Rows looked at, by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** What the bank was asked; null when it was left out. */
  readonly bank: BankReport | null;
  /** What should have been checked and could not be, in words. */
  readonly unchecked: readonly string[];
  readonly violations: number;
  readonly checks: readonly CheckResult[];
}

/** Collects violations: counts them all, keeps the first few of each check. */
export class Findings {
  private readonly byCheck = new Map<Check, { count: number; first: Violation[] }>();
  private readonly names = new Set<string>();

  constructor(private readonly namedMax = NAMED_MAX) {}

  readonly add = (violation: Violation): void => {
    const name = nameOf(violation);
    if (this.names.has(name)) return;
    if (this.names.size < NAMES_MAX) this.names.add(name);
    const found = this.byCheck.get(violation.check) ?? { count: 0, first: [] };
    this.byCheck.set(violation.check, found);
    found.count += 1;
    found.first = [...found.first, violation].sort(byKey).slice(0, this.namedMax);
  };

  get count(): number {
    return this.results.reduce((sum, { violations }) => sum + violations, 0);
  }

  get results(): CheckResult[] {
    return (Object.keys(CHECKS) as Check[]).map((check) => {
      const { count = 0, first = [] } = this.byCheck.get(check) ?? {};
      return { check, promise: CHECKS[check], violations: count, first };
    });
  }
}

/** The report of an audit that is over. `startedMs` is by `performance.now()`. */
export function reportOf(
  { startedAt, startedMs }: { readonly startedAt: Date; readonly startedMs: number },
  rows: AuditReport['rows'],
  bank: BankReport | null,
  findings: Findings,
): AuditReport {
  return {
    startedAt: startedAt.toISOString(),
    durationSeconds: (performance.now() - startedMs) / 1000,
    rows,
    bank,
    unchecked: uncheckedOf(bank),
    violations: findings.count,
    checks: findings.results,
  };
}

/** `entries movement_id=12 leg=3: amount is 5, not 4` */
export function describe({ table, key, problem }: Violation): string {
  const names = Object.entries(key).map(([column, value]) => `${column}=${value}`);
  return `${table} ${names.join(' ')}: ${problem}`;
}

/** What of the bank's record could not be compared, in words. */
function uncheckedOf(bank: BankReport | null): string[] {
  if (!bank) return [];
  const unchecked: string[] = [];
  const { asked, unanswered, statements, statementsUnread } = bank;
  if (unanswered > 0) {
    unchecked.push(`the bank gave no clear answer on ${count(unanswered)} of ${count(asked)} withdrawals and payouts`);
  }
  if (statementsUnread > 0) {
    const days = count(statements + statementsUnread);
    unchecked.push(`the bank's statement of ${count(statementsUnread)} of ${days} days could not be read`);
  }
  return unchecked;
}

/** The report as people read it. */
export function asText(report: AuditReport): string {
  const rows = Object.entries(report.rows).map(([table, number]) => `${count(number)} ${table}`);
  const lines = [`Audited ${rows.join(', ')} in ${report.durationSeconds.toFixed(1)} s.`];
  if (report.bank) {
    const { asked, statements } = report.bank;
    lines.push(
      `Asked the bank about ${count(asked)} withdrawals and payouts, and read its statements of ${count(statements)} days.`,
    );
  } else {
    lines.push('The bank was not asked.');
  }
  for (const { check, promise, violations, first } of report.checks) {
    const isUnchecked = check === 'bank' && (!report.bank || report.unchecked.length > 0);
    const mark = violations > 0 ? 'WRONG ' : isUnchecked ? '?     ' : 'ok    ';
    lines.push(`  ${mark}${check.padEnd(18)} ${promise}`);
    for (const violation of first) lines.push(`           ${describe(violation)}`);
    if (violations > first.length) lines.push(`           … ${count(violations)} rows in all`);
  }
  lines.push(verdictOf(report));
  return lines.join('\n');
}

function verdictOf({ violations, unchecked, bank }: AuditReport): string {
  if (violations > 0) return `${count(violations)} rows disagree.`;
  if (unchecked.length > 0) return `Not everything was checked: ${unchecked.join('; ')}.`;
  return bank ? 'Everything agrees.' : 'Everything but the bank was checked, and agrees.';
}

function count(number: number): string {
  return number.toLocaleString('en');
}

function byKey(a: Violation, b: Violation): number {
  const [left, right] = [Object.values(a.key), Object.values(b.key)];
  for (const [place, value] of left.entries()) {
    const other = right[place];
    if (other === undefined) return 1;
    const order =
      typeof value === 'number' && typeof other === 'number'
        ? value - other
        : String(value).localeCompare(String(other));
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
