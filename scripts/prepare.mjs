// What a clean clone lacks: the packages, the Node that the lockfile pins, the compiled service. Runs on Node 20 with
// nothing installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimFolder } from './stack/folders.mjs';

export const projectFolder = join(dirname(fileURLToPath(import.meta.url)), '..');
export const dataFolder = join(projectFolder, '.data');
/** Where the parts of a running `npm start` are found, as variables of the service's environment. */
export const addressFile = join(dataFolder, 'addresses.json');
const installedFile = join(projectFolder, 'node_modules/.package-lock.json');
const compiler = join(projectFolder, 'node_modules/@nestjs/cli/bin/nest.js');
const compiled = join(projectFolder, 'dist/main.js');
const stamp = join(projectFolder, 'dist/built-from');
const pinnedNode = join(projectFolder, 'node_modules/.bin/node');
const oldestMajor = 24;
const clientPath = 'clients/typescript';

/**
 * Installs what is missing and goes on only in the pinned Node: under an older one this runs the same command again in
 * the pinned one, and ends with its exit code. With `besideService` nothing that is installed is touched: a service may
 * be running on it.
 */
export async function prepareNode({ besideService = false } = {}) {
  if (!(besideService && existsSync(installedFile))) await installOnce();
  if (Number(process.versions.node.split('.')[0]) >= oldestMajor) return;
  if (!isPinnedNodeThere())
    throw new Error(`Node ${oldestMajor} is missing: run "npm rebuild node", or install Node ${oldestMajor}.`);
  await runAgainIn(pinnedNode);
}

async function installOnce() {
  const release = await claimFolder(join(dataFolder, 'install'), { wait: true }); // start and test may both be first
  try {
    if (!isInstalled()) install();
  } finally {
    release();
  }
}

/** Whether node_modules holds what the lockfile asks for; packages for other systems may be absent. */
function isInstalled() {
  if (!existsSync(installedFile)) return false;
  const here = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
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
  const settings = ['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', '.swcrc', 'package-lock.json'];
  await buildOnce('build', stamp, ['src', ...settings], [compiler, 'build']);
}

/** The same of the client for partners, which is a package of its own. */
export async function buildClient() {
  const typescript = join(projectFolder, 'node_modules/typescript/bin/tsc');
  const settings = ['tsconfig.json', `${clientPath}/tsconfig.json`, 'package-lock.json'];
  const clientStamp = join(projectFolder, clientPath, 'dist/built-from');
  await buildOnce('build-client', clientStamp, [`${clientPath}/src`, ...settings], [typescript, '-p', clientPath]);
}

/** And of the peer that the benchmark measures the service against; the same compiler with the same settings. */
export async function buildPlainPeer() {
  const swc = join(projectFolder, 'node_modules/@swc/cli/bin/swc.js');
  const stampFile = join(projectFolder, 'bench/dist/built-from');
  const command = [swc, 'bench/plain', '-d', 'bench/dist', '--config-file', '.swcrc', '--strip-leading-paths'];
  await buildOnce('build-plain-peer', stampFile, ['bench/plain', '.swcrc', 'package-lock.json'], command);
}

/** Runs a compiler unless what is there was compiled from these very files. */
async function buildOnce(name, stampFile, sources, command) {
  const release = await claimFolder(join(dataFolder, name), { wait: true });
  try {
    const source = fingerprint(sources);
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === source) return;
    console.error('Building ...');
    rmSync(dirname(stampFile), { recursive: true, force: true }); // what has no source any more
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: projectFolder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`);
    writeFileSync(stampFile, source);
  } finally {
    release();
  }
}

/**
 * What a command beside a running service needs: compiled by us for this source, or by whoever has deployed it, who is
 * not to lose it under the service.
 */
export async function buildBesideService() {
  const isDeployed = existsSync(compiled) && !existsSync(stamp);
  if (!isDeployed && existsSync(compiler)) await build();
  else requireCompiled();
}

/** Compiles only when there is nothing compiled. */
export async function buildWhenMissing() {
  if (!existsSync(compiled) && existsSync(compiler)) await build();
  requireCompiled();
}

function requireCompiled() {
  if (existsSync(compiled)) return;
  throw new Error(
    'dist/ is missing, and so is the compiler, which is no part of a production install: run "npm ci && npm run build" here, ' +
      'or bring dist/ from where it was built.',
  );
}

/** Of the names, sizes and times of everything that a build reads. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  const names = paths.flatMap((path) => {
    if (statSync(join(projectFolder, path)).isFile()) return path;
    return readdirSync(join(projectFolder, path), { recursive: true }).map((name) => join(path, name));
  });
  for (const name of names.sort()) {
    const { size, mtimeMs } = statSync(join(projectFolder, name));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
