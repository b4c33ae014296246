// `npm start`: everything that the service needs, and the service, until Ctrl-C.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressFile, build, dataFolder, onEnd, prepareNode, projectFolder } from './prepare.mjs';
import { claimFolder } from './stack/folders.mjs';
import { listenError } from './stack/ports.mjs';
import { startSystem } from './system.mjs';

const defaultHost = '127.0.0.1';
let system;
let ending;
/** The first operator's key, when this start has made it. */
let firstKey;

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
  const release = await claimFolder(dataFolder); // what a start that was killed has left is ended first: it may have the port
  const port = await chosenPort();
  await build();
  console.log('Starting ...');
  const HOST = process.env.HOST || defaultHost;
  system = await startSystem({ port, env: { HOST }, release, beforeService: makeFirstKey });
  const { stack, simulatorUrl } = system;
  const addresses = { DATABASE_URL: stack.databaseUrl, REDIS_URL: stack.redisUrl, BANK_URL: simulatorUrl };
  writeFileSync(addressFile, JSON.stringify(addresses), { mode: 0o600 });
  watch();
  introduce(`http://localhost:${port}`);
}

async function chosenPort() {
  const text = process.env.PORT || '3000';
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new Error(`PORT must be a number from 1 to 65535, not "${text}".`);
  const host = process.env.HOST || defaultHost;
  const code = await listenError(port, host);
  if (!code) return port;
  if (code === 'EADDRINUSE')
    throw new Error(`Port ${port} is taken. Free it, or choose another: PORT=${port + 1} npm start`);
  if (code === 'EACCES') throw new Error(`PORT: ${port} is not for programs without special rights.`);
  throw new Error(`HOST: ${host} is no address of this machine (${code}).`);
}

/** A service that requires keys does not start before an operator has one. */
function makeFirstKey(env) {
  const { AUTH, NODE_ENV } = env;
  if ((AUTH || (NODE_ENV === 'production' ? 'required' : 'optional')) !== 'required') return;
  const args = ['dist/auth/keys.cli.js', 'create', '--role', 'operator', '--first', '--label', 'npm start'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: projectFolder, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim());
  firstKey = stdout.trim();
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

/** In production only where somebody has given it a key. */
const hasConsole = () => process.env.NODE_ENV !== 'production' || Boolean(process.env.CONSOLE_SESSION_KEYS);

function introduce(url) {
  const { stack, service, simulator, simulatorUrl } = system;
  const needsKey = firstKey !== undefined;
  const authorization = needsKey ? ` -H "Authorization: Bearer $KEY"` : '';
  const tag = randomBytes(3).toString('hex');
  console.log(`
Pay Practice is ready.

  API        ${url}
  Docs       ${url}/docs (as JSON: ${url}/openapi.json)${hasConsole() ? `\n  Console    ${url}/console (for a browser)` : ''}
  Bank       ${simulatorUrl} (${simulator ? 'a simulator' : 'configured by BANK_URL'})
  ${stack.describe.join('\n  ')}
  Data       ${dataFolder}
  Log        ${service.logFile}
${firstKey ? `  Operator   ${firstKey} (the first operator's key; it is shown this once)\n` : ''}
${needsKey ? 'Requests need a key: KEY=$(npm run -s keys -- create --role app), and for payments --partner 100\n\n' : ''}Sign a user up, then pay as user 1:

curl -i ${url}/users${authorization} -H 'Content-Type: application/json' \\
  -d '{"name":"홍길동","email":"hello-${tag}@gmail","externalBank":"HANA BANK","externalAccountNumber":"1234567890"}'

curl -i ${url}/payments${authorization} -H 'Content-Type: application/json' -H 'Idempotency-Key: key-${tag}' \\
  -d '{"userId":1,"partnerId":100,"partnerPayKey":"order-${tag}","productItems":[{"count":1,"name":"Product A"}],"totalPayAmount":23000}'

Hear of it as the partner would: npm run webhooks:listen -- --partner 100
A key for the sandbox's partner (see docs/partner-guide.md): npm run keys -- create --partner 100

Ctrl-C stops everything; the data stays for the next start.`);
}

start().catch(async (error) => {
  if (ending) return; // we were told to end while starting, and do
  console.error(error.message);
  await end(1);
});
