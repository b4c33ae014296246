// The whole system as real processes: the stack, the bank simulator and the service.
import { join } from 'node:path';
import { dataFolder, projectFolder } from './prepare.mjs';
import { startStack } from './stack.mjs';
import { freePort } from './stack/ports.mjs';
import { Program } from './stack/program.mjs';

/**
 * Starts everything, each part once the one below is ready: the stack, the simulator (unless BANK_URL names a bank),
 * and the compiled service, on `port` or a free one. `env` is added to the service's environment. Programs listen on
 * loopback, the service on another HOST where `env` has one. `beforeService` is handed the service's environment when
 * everything else is there. `release`: see startStack.
 *
 * Returns `{ baseUrl, simulatorUrl, stack, simulator, service, stop }`; there is no `simulator` where BANK_URL names a
 * bank. `simulator` and `service` are Programs (stack/program.mjs). `stop()` ends all of it, the service first.
 */
export async function startSystem({ ephemeral = false, port, env = {}, release, beforeService = () => {} }) {
  const stack = await startStack({ dataFolder, ephemeral, release });
  const programs = [];
  const stop = async () => {
    for (const program of programs.splice(0).reverse()) await program.stop();
    await stack.stop();
  };
  const bringUp = async (program) => {
    programs.push(program);
    await program.start();
    return program;
  };
  try {
    const simulator = process.env.BANK_URL ? undefined : await bringUp(await bankSimulator(stack, env));
    const simulatorUrl = simulator?.url ?? process.env.BANK_URL;
    const stores = { DATABASE_URL: stack.databaseUrl, REDIS_URL: stack.redisUrl, BANK_URL: simulatorUrl };
    // In production a bank that can be told to lie is refused.
    const isProduction = { ...process.env, ...env }.NODE_ENV === 'production';
    if (simulator && !isProduction) stores.BANK_SIMULATOR_URL = simulatorUrl;
    await beforeService({ ...process.env, ...stores, ...env });
    const service = await bringUp(
      payService({
        folder: join(stack.folder, 'service'),
        port: port ?? (await freePort()),
        env: { ...stores, ...env },
      }),
    );
    return { baseUrl: service.url, simulatorUrl, stack, simulator, service, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The simulator, with its record in `bankFolder`, and the bank's credentials of the service that asks it. */
export async function bankSimulator({ folder: parent, bankFolder }, serviceEnv = {}) {
  const { BANK_CLIENT_ID = '', BANK_CLIENT_SECRET = '' } = { ...process.env, ...serviceEnv };
  const folder = join(parent, 'simulator');
  const port = await freePort();
  return webProgram({
    name: 'The bank simulator',
    main: 'dist/bank-simulator/main.js',
    folder,
    port,
    probe: '/health/live',
    env: {
      SIMULATOR_HOST: '127.0.0.1',
      SIMULATOR_PORT: String(port),
      SIMULATOR_DATA: join(bankFolder, 'simulator.json'),
      SIMULATOR_CLIENT_ID: BANK_CLIENT_ID, // blank: its default, which is the service's too
      SIMULATOR_CLIENT_SECRET: BANK_CLIENT_SECRET,
    },
  });
}

/**
 * V8 would take what a large machine offers; all together is to stay near 300 MB. Nothing a request makes is allocated
 * as old (an old object keeps all that it points to until the next full collection), and full collections get one
 * thread beside the service's, not four: docs/decisions/0003-objects-that-die-young.md. The same in `start:prod` and
 * the Dockerfile.
 */
const V8 = [
  '--max-semi-space-size=24',
  '--initial-old-space-size=60',
  '--heap-growing-percent=20',
  '--max-old-space-size=400',
  '--no-allocation-site-pretenuring',
  '--v8-pool-size=1',
];

/**
 * One instance of the compiled service; several may share a stack. Or another program that is to be run like it, and
 * says at the same address when it is ready.
 */
export function payService({ folder, port, env, name = 'The service', main = 'dist/main.js' }) {
  return webProgram({
    name,
    main,
    options: V8,
    folder,
    port,
    probe: '/health/ready',
    env: { HOST: '127.0.0.1', ...env, PORT: String(port) },
  });
}

function webProgram({ name, main, options = [], folder, port, probe, env }) {
  const url = `http://127.0.0.1:${port}`;
  const program = new Program({
    name,
    folder,
    launch: {
      command: process.execPath,
      args: [...options, main],
      cwd: projectFolder,
      env: { ...process.env, ...env },
    },
    ready: () => answers(url + probe),
  });
  return Object.assign(program, { url });
}

const answers = (url) =>
  fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false, // nobody listens yet
  );
