// Commands that work on a deployment, beside a service that may be running on these very files.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressFile, buildBesideService, prepareNode, projectFolder } from './prepare.mjs';

/** Runs a compiled program with our arguments, and ends with its exit code; with `couldNotRun` when it has none. */
export async function runBesideService(program, couldNotRun) {
  try {
    await prepareNode({ besideService: true });
    const env = deploymentHere();
    await buildBesideService();
    const { status, error } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], {
      cwd: projectFolder,
      stdio: 'inherit',
      env,
    });
    if (error) throw error;
    process.exitCode = status ?? couldNotRun;
    process.disconnect?.();
  } catch (error) {
    console.error(error.message);
    process.exit(couldNotRun);
  }
}

/**
 * The environment of a command that works on a deployment: the one that DATABASE_URL (or .env) names, or what `npm
 * start` runs here. Throws when there is neither.
 */
function deploymentHere() {
  const envFile = join(projectFolder, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile); // what is set already wins
  const started = existsSync(addressFile) ? JSON.parse(readFileSync(addressFile, 'utf8')) : {};
  // Another database than that of `npm start` belongs to another bank.
  const isOther = process.env.DATABASE_URL && process.env.DATABASE_URL !== started.DATABASE_URL;
  const env = { ...(isOther ? {} : started), ...process.env };
  if (!env.DATABASE_URL) throw new Error('npm start is not running here, and DATABASE_URL is not set.');
  return env;
}
