import { type Check, CHECKS, type Violation } from './checks.js';

const NAMED_MAX = 10;

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
  /** Withdrawals that the bank was asked about; null when it was left out. */
  readonly bank: { readonly asked: number; readonly unanswered: number } | null;
  readonly violations: number;
  readonly checks: readonly CheckResult[];
}

/** Collects violations: counts them all, keeps the first few of each check. */
export class Findings {
  private readonly byCheck = new Map<Check, { count: number; first: Violation[] }>();

  readonly add = (violation: Violation): void => {
    const found = this.byCheck.get(violation.check) ?? { count: 0, first: [] };
    this.byCheck.set(violation.check, found);
    found.count += 1;
    found.first = [...found.first, violation].sort(byKey).slice(0, NAMED_MAX);
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

/** `entries movement_id=12 leg=3: amount is 5, not 4` */
export function describe({ table, key, problem }: Violation): string {
  const names = Object.entries(key).map(([column, value]) => `${column}=${value}`);
  return `${table} ${names.join(' ')}: ${problem}`;
}

/** The report as people read it. */
export function asText(report: AuditReport): string {
  const count = (number: number) => number.toLocaleString('en');
  const rows = Object.entries(report.rows).map(([table, number]) => `${count(number)} ${table}`);
  const lines = [`Audited ${rows.join(', ')} in ${report.durationSeconds.toFixed(1)} s.`];
  if (report.bank) {
    const { asked, unanswered } = report.bank;
    lines.push(
      `Asked the bank about ${count(asked)} withdrawals${unanswered > 0 ? `; no answer on ${count(unanswered)}` : ''}.`,
    );
  } else {
    lines.push('The bank was not asked.');
  }
  for (const { check, promise, violations, first } of report.checks) {
    if (check === 'bank' && !report.bank) continue;
    lines.push(`${violations === 0 ? '  ok    ' : '  WRONG '} ${check.padEnd(16)} ${promise}`);
    for (const violation of first) lines.push(`           ${describe(violation)}`);
    if (violations > first.length) lines.push(`           … ${count(violations)} rows in all`);
  }
  lines.push(report.violations === 0 ? 'Everything agrees.' : `${count(report.violations)} rows disagree.`);
  return lines.join('\n');
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
