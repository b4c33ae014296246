import { execFile } from 'node:child_process';
import type { AuditReport } from '../../src/audit/audit-report.js';
import type { Check } from '../../src/audit/checks.js';
import { stackPart } from './environment.js';

export interface Audited {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the auditor as a process of its own, as `npm run audit` does. */
export function runAudit(args: readonly string[], env: Record<string, string> = {}): Promise<Audited> {
  const addresses = { DATABASE_URL: stackPart('databaseUrl'), BANK_URL: stackPart('simulatorUrl') };
  return new Promise((resolve) => {
    const options = { env: { ...process.env, NODE_OPTIONS: '', ...addresses, ...env } };
    const child = execFile(process.execPath, ['dist/audit.main.js', ...args], options, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

export async function auditReport(args: readonly string[] = []): Promise<{ exitCode: number; report: AuditReport }> {
  const { exitCode, stdout, stderr } = await runAudit(['--json', ...args]);
  if (stdout === '') throw new Error(`the audit reported nothing: ${stderr}`);
  return { exitCode, report: JSON.parse(stdout) as AuditReport };
}

/** What the report says about one check. */
export function resultOf(report: AuditReport, check: Check) {
  const result = report.checks.find((candidate) => candidate.check === check);
  if (!result) throw new Error(`the report knows no check ${check}`);
  return result;
}

/** The checks that found something. */
export function wrongIn(report: AuditReport): Check[] {
  const wrong = report.checks.filter(({ violations }) => violations > 0);
  if (wrong.length > 0) console.log(JSON.stringify(wrong)); // what to look for, where nothing should be wrong
  return wrong.map(({ check }) => check);
}
