// `npm test`: all tests, two files at a time (TEST_WORKERS), each worker of Jest against a fresh system of its own.
// `test.mjs unit`, `e2e` or `faults` runs one kind. What follows goes to Jest: files that it names run one by one.
// With BASE_URL the tests talk to that deployment, and nothing is started. Where it requires keys they are taken from
// APP_KEY, OPERATOR_KEY and PARTNER_KEY (of partner PARTNER_ID, 100 when it is not set). What it has no place for is
// skipped, and said to be.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, buildClient, dataFolder, onEnd, prepareNode, projectFolder } from './prepare.mjs';
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
/** Looks at all that the others have left behind in a system: comes when they are done, once for each. */
const lastFile = 'balance-ledger';
/** More would make each other late. */
const workersMax = Number(process.env.TEST_WORKERS ?? Math.min(2, availableParallelism()));
/** The service is started hundreds of times: a quarter of what loading it costs is compiling the same files. */
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'pay-practice-compiled');
const systems = [];
let ending = false;
/** So long after its results Jest may take to end. */
const leftOpenMs = 30_000;

async function test() {
  await prepareNode();
  onEnd(async () => {
    if (ending) return;
    ending = true;
    await stopAll();
    process.exit(1);
  });
  const [first, ...rest] = process.argv.slice(2);
  const kind = kinds.includes(first) ? first : undefined;
  const args = kind ? [...rest, '--selectProjects', kind] : process.argv.slice(2); // it takes all words behind it
  const { BASE_URL } = process.env;
  if (BASE_URL) await requireAccess(BASE_URL);
  else if (kind !== 'unit') await build();
  if (kind !== 'unit') await buildClient();
  const { passed, failed, skipped } = sumOf(await runAll(kind, args, BASE_URL || namesFiles(args) ? 1 : workersMax));
  if (failed > 0) keepLogs();
  await stopAll();
  for (const line of skippedIn(skipped)) console.log(line);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  ending = true; // what follows is no end on the way
  process.disconnect?.();
}

const namesFiles = (args) => args.some((argument) => !argument.startsWith('-') && !kinds.includes(argument));

/** What each run of Jest has counted. */
async function runAll(kind, args, workers) {
  // The faults' tests bring up systems of their own, to break them.
  const own = kind === 'unit' || kind === 'faults' || process.env.BASE_URL ? 0 : workers;
  const started = Array.from({ length: own }, () => startSystemUnderTest());
  await Promise.allSettled(started); // so that all can be stopped where one fails
  const places = await Promise.all(started);
  if (own === 0 || namesFiles(args)) return [await runJest([...args, `--maxWorkers=${workers}`], places)];
  const counted = [await runJest([...args, `--maxWorkers=${workers}`, `--testPathIgnorePatterns=${lastFile}`], places)];
  for (const place of places)
    counted.push(await runJest(['--selectProjects', 'e2e', '--runInBand', lastFile], [place]));
  return counted;
}

/** Says what is missing instead of failing a thousand times. */
async function requireAccess(baseUrl) {
  const needed = { APP_KEY: '/users/1', OPERATOR_KEY: '/partners/1' };
  const missing = [];
  for (const [variable, path] of Object.entries(needed)) {
    const key = process.env[variable];
    const headers = key ? { authorization: `Bearer ${key}` } : {};
    const { status } = await fetch(baseUrl.replace(/\/$/, '') + path, { headers });
    if (key && status === 401) throw new Error(`${baseUrl} does not know the key in ${variable}.`);
    if (status === 401) missing.push(variable);
  }
  if (missing.length > 0) throw new Error(`${baseUrl} requires keys: set ${missing.join(' and ')} (npm run keys).`);
}

async function startSystemUnderTest() {
  const started = Date.now();
  const clockFile = join(mkdtempSync(join(tmpdir(), 'pay-clock-')), 'offset-ms');
  tellGuard({ remove: join(clockFile, '..') });
  const env = { NODE_ENV: 'test', CLOCK_OFFSET_FILE: clockFile, ...quickWebhooks };
  const system = await startSystem({ ephemeral: true, env });
  systems.push(system);
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

async function stopAll() {
  for (const system of systems) await system.stop();
}

/**
 * Runs Jest, whose worker N finds its system at the Nth of `places` (jest.setup.mjs), and counts. A file that could not
 * run counts as one failure, and so does an end of Jest's without a reason.
 */
async function runJest(args, places) {
  const results = join(mkdtempSync(join(tmpdir(), 'pay-jest-')), 'results.json');
  tellGuard({ remove: join(results, '..') });
  const child = spawn(
    process.execPath,
    ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${results}`, ...args],
    {
      cwd: projectFolder,
      stdio: ['ignore', 'ignore', 'inherit'], // with --json its report is on stderr
      env: { ...process.env, TEST_PLACES: JSON.stringify(places), NODE_OPTIONS: nodeOptions() },
    },
  );
  tellGuard({ watch: child.pid });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const code = await Promise.race([ended, leftOpen(results, ended)]);
  if (code === undefined) child.kill('SIGKILL');
  tellGuard({ forget: child.pid });
  const counted = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined;
  rmSync(join(results, '..'), { recursive: true, force: true });
  const passed = counted?.numPassedTests ?? 0;
  const failed = (counted?.numFailedTests ?? 0) + (counted?.numRuntimeErrorTestSuites ?? 0);
  const tests = counted?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? [];
  const skipped = tests.filter(({ status }) => status === 'pending');
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
}

/** Nothing for a code when Jest has written its results and does not end: a test has left something open. */
async function leftOpen(results, ended) {
  const isOver = ended.then(() => true);
  while (!existsSync(results)) if (await Promise.race([isOver, sleep(1_000, false, { ref: false })])) return ended;
  if (await Promise.race([isOver, sleep(leftOpenMs, false, { ref: false })])) return ended;
  console.error(
    'A test has left something open that keeps Jest from ending: it is ended, and this counts as a failure.',
  );
  return undefined;
}

const sumOf = (counted) => ({
  passed: counted.reduce((sum, { passed }) => sum + passed, 0),
  failed: counted.reduce((sum, { failed }) => sum + failed, 0),
  skipped: counted.flatMap(({ skipped }) => skipped),
});

/** A line for each thing that tests were skipped for want of, which stands in the name of their group. */
function skippedIn(tests) {
  const needs = tests
    .map(({ ancestorTitles }) => /\[needs (.+)\]$/.exec(ancestorTitles.find((title) => title.endsWith(']')) ?? '')?.[1])
    .filter(Boolean);
  const counts = Map.groupBy(needs, (need) => need);
  return [...counts].map(([need, { length }]) => `${length} skipped: they need ${need}, which is not set or not here.`);
}

/** Jest runs ES modules only with this flag, and its workers must have it too. */
function nodeOptions() {
  return `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim();
}

function keepLogs() {
  systems.forEach(({ service, simulator }, index) => {
    for (const [name, program] of Object.entries({ service, simulator })) {
      if (!program) continue;
      const kept = join(dataFolder, `failed-test-${name}-${1 + index}.log`);
      cpSync(program.logFile, kept);
      const ended = program.running ? '' : ' (it ended on the way!)';
      console.log(`What it printed during the failed tests: ${kept}${ended}`);
    }
  });
}

test().catch(async (error) => {
  if (ending) return;
  console.error(error.message);
  await stopAll();
  console.log('0 passed, 1 failed');
  process.exit(1);
});
