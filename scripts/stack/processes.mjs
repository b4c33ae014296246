import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The command line a process runs under now; '' when there is no such process (or only its zombie is left). */
export function commandLine(pid) {
  if (existsSync('/proc/self/cmdline')) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return ''; // it has ended
    }
  }
  return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** Even a killed process takes a moment, on a busy machine, to give back what it holds. */
const killedWithinMs = 10_000;

/** Asks a process to end, and makes it end when it has not after `patienceMs`. It need not be a child of ours. */
export async function endProcess(pid, patienceMs) {
  signal(pid, 'SIGTERM');
  signal(pid, 'SIGCONT'); // a paused program cannot hear the first
  if (await isGone(pid, patienceMs)) return;
  signal(pid, 'SIGKILL');
  await isGone(pid, killedWithinMs);
}

async function isGone(pid, withinMs) {
  for (const deadline = Date.now() + withinMs; commandLine(pid) !== ''; await sleep(50)) {
    if (Date.now() > deadline) return false;
  }
  return true;
}

export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // ESRCH: it has ended already, which is what we want
  }
}
