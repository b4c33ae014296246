// Processes of the benchmark's own that do one job after the other: code that has run before is compiled already.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a module of this folder as a process; `ask(job, input)` resolves to what the job returns. */
export function startWorker(name) {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${name} ended (${signal ?? `exit code ${code}`})`);
  });
  exited.catch(() => undefined); // whoever waits for an answer hears of it
  return {
    pid: child.pid,
    async ask(job, input) {
      child.send({ job, input });
      const [{ result, error }] = await Promise.race([once(child, 'message'), exited]);
      if (error) throw new Error(`${name}: ${error}`);
      return result;
    },
    stop: () => child.disconnect(),
  };
}

/** The other side: answers jobs until the process that started us has ended, or needs us no more. */
export function serveJobs(jobs) {
  process.on('message', async ({ job, input }) => {
    try {
      process.send({ result: await jobs[job](input) });
    } catch (error) {
      process.send({ error: error.stack });
    }
  });
  process.once('disconnect', () => process.exit());
}
