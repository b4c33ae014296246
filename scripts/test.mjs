// `npm test`: all tests, against a fresh stack of their own. `test.mjs unit`, `e2e` or `faults` runs one kind; what follows goes to Jest.
// With BASE_URL the tests talk to that deployment instead, and nothing is started.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, dataFolder, onEnd, prepareNode, projectFolder } from './prepare.mjs';
import { tellGuard } from './stack/guard.mjs';
import { startSystem } from './system.mjs';

/** Retries after tenths of a second instead of minutes. */
const quickWebhooks = {
  WEBHOOK_INTERVAL_MS: '50',
  WEBHOOK_TIMEOUT_MS: '1000',
  WEBHOOK_RETRY_BASE_MS: '100',
  WEBHOOK_ATTEMPTS: '4',
};
const kinds = ['unit', 'e2e', 'faults'];
let system;
let ending = false;

async function test() {
  await prepareNode();
  onEnd(async () => {
    if (ending) return;
    ending = true;
    await system?.stop();
    process.exit(1);
  });
  const [first, ...rest] = process.argv.slice(2);
  const kind = kinds.includes(first) ? first : undefined;
  const jestArguments = kind ? [...rest, '--selectProjects', kind] : process.argv.slice(2);
  if (kind === 'faults') await build(); // each brings up a system of its own, to break it
  const env = kind === 'unit' || kind === 'faults' || process.env.BASE_URL ? {} : await systemUnderTest();
  const { passed, failed } = await runJest(jestArguments, env);
  if (failed > 0) keepLogs();
  await system?.stop();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  process.disconnect?.();
}

async function systemUnderTest() {
  await build();
  const started = Date.now();
  const clockFile = join(mkdtempSync(join(tmpdir(), 'pay-clock-')), 'offset-ms');
  tellGuard({ remove: join(clockFile, '..') });
  const env = { NODE_ENV: 'test', CLOCK_OFFSET_FILE: clockFile, ...quickWebhooks };
  system = await startSystem({ ephemeral: true, env });
  const { baseUrl, simulatorUrl, stack, service } = system;
  console.log(
    `${stack.describe.join('\n')}\nService    ${baseUrl}, ready within ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  return {
    BASE_URL: baseUrl,
    SIMULATOR_URL: simulatorUrl,
    DATABASE_URL: stack.databaseUrl,
    REDIS_URL: stack.redisUrl,
    SERVICE_LOG: service.logFile,
    CLOCK_OFFSET_FILE: clockFile,
  };
}

/** Runs Jest and counts. A file that could not run counts as one failure, and so does an end of Jest's without a reason. */
async function runJest(args, env) {
  const results = join(mkdtempSync(join(tmpdir(), 'pay-jest-')), 'results.json');
  tellGuard({ remove: join(results, '..') });
  const child = spawn(
    process.execPath,
    ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${results}`, ...args],
    {
      cwd: projectFolder,
      stdio: ['ignore', 'ignore', 'inherit'], // with --json its report is on stderr
      env: { ...process.env, ...env, NODE_OPTIONS: nodeOptions() },
    },
  );
  tellGuard({ watch: child.pid });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  tellGuard({ forget: child.pid });
  const counted = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined;
  rmSync(join(results, '..'), { recursive: true, force: true });
  const passed = counted?.numPassedTests ?? 0;
  const failed = (counted?.numFailedTests ?? 0) + (counted?.numRuntimeErrorTestSuites ?? 0);
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** Jest runs ES modules only with this flag, and its workers must have it too. */
function nodeOptions() {
  return `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim();
}

function keepLogs() {
  for (const program of [system?.service, system?.simulator]) {
    if (!program) continue;
    const kept = join(dataFolder, `failed-test-${program === system.service ? 'service' : 'simulator'}.log`);
    cpSync(program.logFile, kept);
    console.log(`What it printed during the failed tests: ${kept}${program.running ? '' : ' (it ended on the way!)'}`);
  }
}

test().catch(async (error) => {
  if (ending) return;
  console.error(error.message);
  await system?.stop();
  console.log('0 passed, 1 failed');
  process.exit(1);
});
