// `npm run keys`: makes, ends and lists API keys of the system that `npm start` runs here, or of what DATABASE_URL names.
// src/auth/keys.cli.ts does the work; a deployment without this folder runs `node dist/auth/keys.cli.js` instead.
import { spawnSync } from 'node:child_process';
import { build, deploymentHere, prepareNode, projectFolder } from './prepare.mjs';

async function keys() {
  await prepareNode();
  const env = deploymentHere();
  await build();
  const { status, error } = spawnSync(process.execPath, ['dist/auth/keys.cli.js', ...process.argv.slice(2)], {
    cwd: projectFolder,
    stdio: 'inherit',
    env,
  });
  if (error) throw error;
  process.exitCode = status ?? 1;
  process.disconnect?.();
}

keys().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
