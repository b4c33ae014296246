// `npm run audit`: checks the books of the system that `npm start` runs here, or of what DATABASE_URL and BANK_URL name. Exit codes as
// of src/audit/main.ts, which does the work; `npm run audit -- --help` tells more.
import { spawnSync } from 'node:child_process';
import { build, deploymentHere, prepareNode, projectFolder } from './prepare.mjs';

const couldNotRun = 2;

async function audit() {
  await prepareNode();
  const env = deploymentHere();
  await build();
  const { status, error } = spawnSync(process.execPath, ['dist/audit/main.js', ...process.argv.slice(2)], {
    cwd: projectFolder,
    stdio: 'inherit',
    env,
  });
  if (error) throw error;
  process.exitCode = status ?? couldNotRun;
  process.disconnect?.();
}

audit().catch((error) => {
  console.error(error.message);
  process.exit(couldNotRun);
});
