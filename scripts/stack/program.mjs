import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tellGuard } from './guard.mjs';
import { commandLine, endProcess, signal } from './processes.mjs';

const pidFileName = 'program.json';

/**
 * One program that runs beside us: it can be started, stopped, killed and started again with the same port and data.
 * It lives in a process group of its own, so that Ctrl-C reaches us alone and we stop things in order, and under the
 * guard, so that it never outlives us.
 */
export class Program {
  #child;
  #exit;
  #starts = 0;

  /**
   * `launch`: `{ command, args, env, cwd }`; `ready()` resolves to true once it can be used; `folder` holds its output
   * and its pid.
   */
  constructor({ name, launch, ready, folder, startWithinMs = 60_000, stopWithinMs = 30_000 }) {
    Object.assign(this, { name, launch, ready, folder, startWithinMs, stopWithinMs });
    this.logFile = join(folder, 'output.log');
  }

  get pid() {
    return this.running ? this.#child.pid : undefined;
  }

  get running() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves to `{ code, signal }` once the program that was started last has ended. */
  get exited() {
    return this.#exit;
  }

  async start() {
    if (this.running) return;
    mkdirSync(this.folder, { recursive: true });
    const log = openSync(this.logFile, this.#starts++ === 0 ? 'w' : 'a');
    const { command, args = [], env = process.env, cwd } = this.launch;
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env, cwd });
    closeSync(log);
    await once(child, 'spawn'); // throws when it cannot be run at all
    tellGuard({ watch: child.pid });
    this.#child = child;
    const pidFile = join(this.folder, pidFileName);
    this.#exit = once(child, 'exit').then(([code, signalName]) => {
      tellGuard({ forget: child.pid });
      rmSync(pidFile, { force: true });
      return { code, signal: signalName };
    });
    await this.#waitUntilReady();
    // Only now: some programs are started through a wrapper, or change their command line while starting.
    writeFileSync(
      pidFile,
      JSON.stringify({ pid: child.pid, command: commandLine(child.pid), stopWithinMs: this.stopWithinMs }),
    );
  }

  /** Ends it in good order; after `stopWithinMs` by force. */
  async stop() {
    if (!this.running) return;
    await endProcess(this.#child.pid, this.stopWithinMs);
    await this.#exit;
  }

  /** Ends it at once: nobody needs its data any more. */
  async discard() {
    await this.kill('SIGKILL');
  }

  /** Sends a signal, and waits for the end where the signal means one. SIGSTOP pauses it, SIGCONT lets it go on. */
  async kill(signalName = 'SIGKILL') {
    if (!this.running) return;
    signal(this.#child.pid, signalName);
    if (signalName !== 'SIGSTOP' && signalName !== 'SIGCONT') await this.#exit;
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  /** The end of what it printed. */
  lastWords(lines = 15) {
    return existsSync(this.logFile)
      ? readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
      : '';
  }

  async #waitUntilReady() {
    const deadline = Date.now() + this.startWithinMs;
    while (!(await this.ready())) {
      if (!this.running) throw new Error(`${this.name} ended while starting. It said:\n${this.lastWords()}`);
      if (Date.now() > deadline) {
        await this.kill();
        throw new Error(
          `${this.name} was not ready within ${this.startWithinMs / 1000} s. It said:\n${this.lastWords()}`,
        );
      }
      await sleep(50);
    }
    // What answers must be ours: a port that another program took first answers too.
    await sleep(50);
    if (!this.running) throw new Error(`${this.name} ended while starting. It said:\n${this.lastWords()}`);
  }
}

/** Ends the programs that an earlier run left in the folders of `parent` because it and its guard were both killed. */
export async function endLeftovers(parent) {
  for (const name of readdirSync(parent)) {
    const pidFile = join(parent, name, pidFileName);
    if (!existsSync(pidFile)) continue;
    const { pid, command, stopWithinMs } = JSON.parse(readFileSync(pidFile, 'utf8'));
    if (command && commandLine(pid) === command) await endProcess(pid, stopWithinMs); // else the pid is another program's by now
    rmSync(pidFile, { force: true });
  }
}
