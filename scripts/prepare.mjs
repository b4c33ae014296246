// What a clean clone lacks: the packages, the Node that the lockfile pins, the compiled service. Runs on Node 20 with nothing installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimFolder } from './stack/folders.mjs';

export const projectFolder = join(dirname(fileURLToPath(import.meta.url)), '..');
export const dataFolder = join(projectFolder, '.data');
/** Where the parts of a running `npm start` are found, as variables of the service's environment. */
export const addressFile = join(dataFolder, 'addresses.json');
const pinnedNode = join(projectFolder, 'node_modules/.bin/node');
const oldestMajor = 24;

/**
 * Installs what is missing and goes on only in the pinned Node: under an older one this runs the same command again in the pinned
 * one, and ends with its exit code.
 */
export async function prepareNode() {
  const release = await claimFolder(join(dataFolder, 'install'), { wait: true }); // start and test may both be first
  try {
    if (!isInstalled()) install();
  } finally {
    release();
  }
  if (Number(process.versions.node.split('.')[0]) >= oldestMajor) return;
  if (!isPinnedNodeThere())
    throw new Error(`Node ${oldestMajor} is missing: run "npm rebuild node", or install Node ${oldestMajor}.`);
  await runAgainIn(pinnedNode);
}

/** Whether node_modules holds what the lockfile asks for; packages for other systems may be absent. */
function isInstalled() {
  const installed = join(projectFolder, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const here = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(projectFolder, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || here[path]?.version === version,
  );
}

function install() {
  const modules = join(projectFolder, 'node_modules');
  // npm ci would empty the folder behind a link, which belongs to another clone, and install somewhere else.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new Error(
      `${modules} is a link and lacks what package-lock.json asks for: remove the link, or install behind it.`,
    );
  console.error('Installing packages (npm ci) ...');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: projectFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('npm ci failed; what it said is above.');
}

function isPinnedNodeThere() {
  return spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' }).stdout?.startsWith(`v${oldestMajor}.`) === true;
}

/** The channel between the two tells the second when the first was killed. */
function runAgainIn(node) {
  const PATH = [dirname(node), process.env.PATH].join(delimiter);
  const child = spawn(node, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH },
  });
  onEnd(() => child.kill('SIGTERM'));
  return new Promise(() => {
    child.once('exit', (code) => process.exit(code ?? 1));
  });
}

/** Calls `end` when we are asked to end, by Ctrl-C, by a signal, or because whoever started us was killed. */
export function onEnd(end) {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, end);
  process.on('disconnect', end);
  if (!process.env.npm_lifecycle_event) return; // only npm is sure to wait for us: a shell may leave us running on purpose
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 500).unref();
}

/** Compiles the service unless the compiled one is of this very source. */
export async function build() {
  const release = await claimFolder(join(dataFolder, 'build'), { wait: true });
  try {
    const stamp = join(projectFolder, 'dist/built-from');
    const source = fingerprint();
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === source) return;
    console.error('Building ...');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build'], {
      cwd: projectFolder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`);
    writeFileSync(stamp, source);
  } finally {
    release();
  }
}

/** Of the names, sizes and times of everything that the build reads. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(projectFolder, 'src'), { recursive: true }).map((name) => join('src', name));
  const settings = ['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', '.swcrc', 'package-lock.json'];
  for (const name of [...sources, ...settings].sort()) {
    const { size, mtimeMs } = statSync(join(projectFolder, name));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/**
 * The environment of a command that works on a deployment: the one that DATABASE_URL (or .env) names, or what `npm start` runs here.
 * Throws when there is neither.
 */
export function deploymentHere() {
  const envFile = join(projectFolder, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile); // what is set already wins
  const started = existsSync(addressFile) ? JSON.parse(readFileSync(addressFile, 'utf8')) : {};
  // Another database than that of `npm start` belongs to another bank.
  const isOther = process.env.DATABASE_URL && process.env.DATABASE_URL !== started.DATABASE_URL;
  const env = { ...(isOther ? {} : started), ...process.env };
  if (!env.DATABASE_URL) throw new Error('npm start is not running here, and DATABASE_URL is not set.');
  return env;
}
