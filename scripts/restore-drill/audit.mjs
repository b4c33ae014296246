import { execFile } from 'node:child_process';
import { projectFolder } from '../prepare.mjs';

/** More than a drill can lose: every row that is wrong is named. */
const NAMED_MAX = '1000000';

/** `npm run audit` of one database against the bank: `{ exitCode, seconds, rows, violations, unknownToUs }`. */
export async function audit(env) {
  const startedMs = performance.now();
  const args = ['dist/audit.main.js', '--json', '--named', NAMED_MAX];
  const options = { cwd: projectFolder, env, maxBuffer: 1 << 28 };
  const { exitCode, stdout, stderr } = await new Promise((resolve) => {
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) =>
      resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
  if (stdout === '') throw new Error(`The audit could not run: ${stderr}`);
  const report = JSON.parse(stdout);
  const violations = report.checks.flatMap(({ first }) => first);
  return {
    exitCode,
    seconds: (performance.now() - startedMs) / 1000,
    rows: report.rows,
    violations,
    /** The bank's ids of what it took, and our books know nothing of. */
    unknownToUs: violations.flatMap(({ check, key }) => (check === 'bank' && key.bank_tran_id) || []).sort(),
  };
}
