// `npm run shop`: an example shop that takes payments, in a browser, until Ctrl-C. It uses the service that runs at
// http://localhost:3000, or where PAY says; where none is running it starts one, as `npm start` does. KEY is the
// partner's key, and APP_KEY one of the wallet's back end, where keys are needed. SHOP_PORT is 3100 when it isn't set.
import { spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { buildClient, onEnd, prepareNode, projectFolder } from './prepare.mjs';

const baseUrl = (process.env.PAY ?? `http://localhost:${process.env.PORT || 3000}`).replace(/\/$/, '');
const partnerId = Number(process.env.PARTNER_ID ?? 100);
const port = Number(process.env.SHOP_PORT ?? 3100);
const products = [
  { icon: 'cup', name: '아메리카노', english: 'Americano', price: 4_500 },
  { icon: 'cake', name: '치즈케이크', english: 'Cheesecake', price: 7_200 },
  { icon: 'headphones', name: '헤드폰', english: 'Headphones', price: 189_000 },
];
/** The sandbox's bank lies about accounts with some last digits: src/bank-simulator/README.md. */
const people = [
  { name: '홍길동', note: '평범한 은행', english: 'an ordinary bank', ending: '1000' },
  { name: '김느림', note: '답이 늦는 은행', english: 'a bank that is slow', ending: '9016' },
  { name: '이부족', note: '잔액이 부족함', english: 'short of money', ending: '9001' },
];

let service;
async function main() {
  await prepareNode({ besideService: true });
  await buildClient();
  let end;
  const ended = new Promise((resolve) => (end = resolve));
  onEnd(() => end());
  if (!(await isServed())) await startService(end);
  const { createPayClient } = await import('@pay-practice/client');
  const { shopServer } = await import('../examples/shop/server.mjs');
  const partner = createPayClient({ baseUrl, key: process.env.KEY });

  let secretKnown;
  const secrets = new Promise((resolve) => (secretKnown = resolve));
  const server = shopServer({
    baseUrl,
    key: process.env.KEY,
    partnerId,
    secrets,
    products,
    customers: await signUp(createPayClient({ baseUrl, key: process.env.APP_KEY })),
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const address = `127.0.0.1:${server.address().port}`;

  const endpoints = { params: { path: { partnerId } } };
  const url = `http://${address}/pay-webhooks`;
  const { detail: former } = await partner.GET('/partners/{partnerId}/webhooks', endpoints);
  for (const endpoint of former.items.filter((it) => it.url === url)) await remove(partner, endpoint); // a shop was killed
  const { detail: endpoint } = await partner.POST('/partners/{partnerId}/webhooks', { ...endpoints, body: { url } });
  secretKnown(endpoint.secret);

  console.log(`\nThe shop is open: http://localhost:${server.address().port}\n\nCtrl-C closes it.`);
  await ended;
  await remove(partner, endpoint).catch(() => undefined); // Ctrl-C ends the service too; the next shop does it
}

const remove = (partner, { endpointId }) =>
  partner.DELETE('/partners/{partnerId}/webhooks/{endpointId}', { params: { path: { partnerId, endpointId } } });

const isServed = () =>
  fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Ends with us; and we end when it does. */
async function startService(end) {
  if (process.env.PAY) throw new Error(`Nobody answers at ${baseUrl}, where PAY says that the service is.`);
  service = spawn(process.execPath, [join(projectFolder, 'scripts/start.mjs')], {
    cwd: projectFolder,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = new Promise((resolve) => service.once('exit', resolve));
  gone.then(end);
  let isGone = false;
  gone.then(() => (isGone = true));
  while (!(await isServed())) {
    if (isGone) throw new Error('The service did not start.');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** The wallet's part, which in production is no business of a shop. */
async function signUp(wallet) {
  const customers = [];
  for (const { ending, ...person } of people) {
    const externalAccountNumber = `${randomInt(10 ** 9, 10 ** 10)}${ending}`;
    const email = `${randomUUID()}@shop.example`;
    const body = { name: person.name, email, externalBank: 'HANA BANK', externalAccountNumber };
    const { detail } = await wallet.POST('/users', { body });
    customers.push({ ...person, userId: detail.userId });
  }
  return customers;
}

async function stop(code) {
  if (service?.exitCode === null && service.signalCode === null) {
    const gone = new Promise((resolve) => service.once('exit', resolve));
    service.kill('SIGTERM');
    await gone;
  }
  process.exit(code);
}

main().then(
  () => stop(0),
  (error) => {
    console.error(error.message);
    return stop(1);
  },
);
