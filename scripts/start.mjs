// `npm start`: everything that the service needs, and the service, until Ctrl-C.
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressFile, build, dataFolder, onEnd, prepareNode, projectFolder } from './prepare.mjs';
import { isFree } from './stack/ports.mjs';
import { startSystem } from './system.mjs';

let system;
let ending;

function end(code) {
  ending ??= (async () => {
    if (system) console.log('\nStopping ...');
    if (system) rmSync(addressFile, { force: true });
    await system?.stop();
    process.exit(code); // what was still starting is ended by its guard
  })();
  return ending;
}

async function start() {
  await prepareNode();
  onEnd(() => end(0));
  const envFile = join(projectFolder, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile); // what is set already wins
  const port = await chosenPort();
  await build();
  console.log('Starting ...');
  const HOST = process.env.HOST ?? '127.0.0.1';
  system = await startSystem({ port, env: { HOST } });
  const { stack, simulatorUrl } = system;
  const addresses = { DATABASE_URL: stack.databaseUrl, REDIS_URL: stack.redisUrl, BANK_URL: simulatorUrl };
  writeFileSync(addressFile, JSON.stringify(addresses), { mode: 0o600 });
  watch();
  introduce(`http://localhost:${port}`);
}

async function chosenPort() {
  const text = process.env.PORT ?? '3000';
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new Error(`PORT must be a number from 1 to 65535, not "${text}".`);
  if (await isFree(port, process.env.HOST ?? '127.0.0.1')) return port;
  throw new Error(`Port ${port} is taken. Free it, or choose another: PORT=${port + 1} npm start`);
}

/** Without the service there is nothing left to run for; without the others it goes on as well as it can. */
function watch() {
  const { service, simulator, stack } = system;
  service.exited.then(async ({ code, signal }) => {
    if (ending) return;
    console.error(`\nThe service ended (${signal ?? `exit code ${code}`}). It said last:\n${service.lastWords()}`);
    await end(1);
  });
  for (const program of [simulator, stack.database, stack.redis]) {
    program?.exited?.then(({ code, signal }) => {
      if (!ending) console.error(`${program.name} ended (${signal ?? `exit code ${code}`}).`);
    });
  }
}

function introduce(url) {
  const { stack, service, simulator, simulatorUrl } = system;
  const tag = randomBytes(3).toString('hex');
  console.log(`
Pay Practice is ready.

  API        ${url}
  Docs       ${url}/docs (as JSON: ${url}/openapi.json)
  Bank       ${simulatorUrl} (${simulator ? 'a simulator' : 'configured by BANK_URL'})
  ${stack.describe.join('\n  ')}
  Data       ${dataFolder}
  Log        ${service.logFile}

Sign a user up, then pay as user 1:

curl -i ${url}/users -H 'Content-Type: application/json' \\
  -d '{"name":"홍길동","email":"hello-${tag}@gmail","externalBank":"HANA BANK","externalAccountNumber":"1234567890"}'

curl -i ${url}/payments -H 'Content-Type: application/json' -H 'Idempotency-Key: key-${tag}' \\
  -d '{"userId":1,"partnerId":100,"partnerPayKey":"order-${tag}","productItems":[{"count":1,"name":"Product A"}],"totalPayAmount":23000}'

A key for the sandbox's partner (see docs/partner-guide.md): npm run keys -- create --partner 100

Ctrl-C stops everything; the data stays for the next start.`);
}

start().catch(async (error) => {
  if (ending) return; // we were told to end while starting, and do
  console.error(error.message);
  await end(1);
});
