import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tellGuard } from './guard.mjs';
import { commandLine } from './processes.mjs';
import { endLeftovers } from './program.mjs';

const ownerFileName = 'owner.json';
const ephemeralPrefix = 'run-';

/**
 * Makes a folder ours until the returned function is called: two starts must not share one set of data files. Throws
 * when a living process owns it, or waits for that one with `wait`; what a dead owner left running in there is ended
 * first.
 */
export async function claimFolder(folder, { wait = false } = {}) {
  mkdirSync(folder, { recursive: true });
  const ownerFile = join(folder, ownerFileName);
  while (!createOwnerFile(ownerFile)) {
    const owner = ownerOf(folder);
    if (!owner) rmSync(ownerFile, { force: true });
    else if (wait) await sleep(200);
    else throw new Error(`${folder} is in use by process ${owner} (${commandLine(owner)}): stop that one first.`);
  }
  await endLeftovers(folder);
  return () => rmSync(ownerFile, { force: true });
}

/** False when the folder has an owner already. */
function createOwnerFile(ownerFile) {
  try {
    writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, command: commandLine(process.pid) }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * A new folder inside `parent` that does not outlive us; what killed runs left beside it is removed on this occasion.
 */
export async function makeEphemeralFolder(parent) {
  for (const name of readdirSync(parent)) {
    const other = join(parent, name);
    if (!name.startsWith(ephemeralPrefix) || ownerOf(other)) continue;
    await endLeftovers(other);
    rmSync(other, { recursive: true, force: true });
  }
  // It gets the name that others look for only when it has its owner.
  const unowned = mkdtempSync(join(parent, 'new-'));
  await claimFolder(unowned);
  const folder = join(parent, `${ephemeralPrefix}${basename(unowned).slice('new-'.length)}`);
  renameSync(unowned, folder);
  tellGuard({ remove: folder });
  return folder;
}

/** The pid of the living process that owns a folder. */
function ownerOf(folder) {
  try {
    const { pid, command } = JSON.parse(readFileSync(join(folder, ownerFileName), 'utf8'));
    return command && commandLine(pid) === command ? pid : undefined;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined; // none yet, or killed while writing it
    throw error;
  }
}
