// The guard is a process of its own whose standard input is a pipe from us. When we end in any way, kill -9 included,
// the pipe closes, and the guard ends the programs that we left behind, the last started first, and removes our
// temporary folders.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endProcess } from './processes.mjs';

const file = fileURLToPath(import.meta.url);
let pipe;

/**
 * Tells the guard what to do after our end: `{ watch: pid }`, `{ forget: pid }`, `{ remove: folder }` or `{ keep:
 * folder }`.
 */
export function tellGuard(message) {
  if (!pipe) {
    const child = spawn(process.execPath, [file, 'guard'], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
    pipe = child.stdin;
    child.unref(); // neither it nor its pipe keeps us alive
    pipe.unref();
  }
  pipe.write(JSON.stringify(message) + '\n');
}

async function guard() {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {}); // only the end of the pipe ends the guard
  const pids = new Set();
  const folders = new Set();
  for await (const line of createInterface({ input: process.stdin })) {
    const { watch, forget, remove, keep } = JSON.parse(line);
    if (watch) pids.add(watch);
    if (forget) pids.delete(forget);
    if (remove) folders.add(remove);
    if (keep) folders.delete(keep);
  }
  for (const pid of [...pids].reverse()) await endProcess(pid, 20_000);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

if (process.argv[1] === file && process.argv[2] === 'guard') await guard();
