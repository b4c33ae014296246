// What operators read, on millions of payments: how long each kind of search, each answer and each page of the console
// takes through the running service, one at a time and eight at a time, and how many rows the database reads for one.
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Pool } from 'undici';
import { describeMachine, withCpuTimes } from './machine.mjs';
import { accountNumberOf, linkedNumberOf, makeSearchable, makeWaiting, sizesOf } from './search-data.mjs';
import { startSite } from './site.mjs';
import { anyOf } from './traffic.mjs';

const warmUps = 20;
const alone = 300;
const together = 800;
const atOnce = 8;

/** Prints a table and writes every number as JSON. */
export async function search({ options, sites, tell }) {
  tell('Starting the stack, the simulator and the service ...');
  const sizes = sizesOf(options.millions);
  sites.main = await startSite({
    extra: { AUDIT_INTERVAL_MS: '0', CONSOLE_SESSION_KEYS: randomBytes(32).toString('hex') },
  });
  const site = sites.main;
  tell(`Making ${sizes.payments / 1e6} million payments ...`);
  const made = await makeSearchable(site, sizes, tell);
  const client = clientOf(site);
  const results = [];
  for (const { name, path, found } of kindsOf(site, sizes, made)) {
    results.push({ name, ...(await measure(site, client, path, found)) });
    tell(lineOf(results.at(-1)));
  }
  const browser = await signedIn(site);
  for (const { name, path } of consolePages(site, sizes, made)) {
    results.push({ name, ...(await measure(site, browser, path)) });
    tell(lineOf(results.at(-1)));
  }
  await browser.close();
  const waiting = await makeWaiting(site.database, sizes, site.ids);
  for (const { name, path } of waitingKinds(sizes, waiting)) {
    results.push({ name, ...(await measure(site, client, path, undefined, false)) });
    tell(lineOf(results.at(-1)));
  }
  await client.close();
  const machine = await describeMachine(site.database, site.stack);
  mkdirSync(dirname(options.json), { recursive: true });
  writeFileSync(options.json, JSON.stringify({ sizes, alone, together, atOnce, machine, results }, null, 2));
  console.log(['', ...results.map(lineOf), '', `All numbers: ${options.json}`].join('\n'));
}

/** Each asks for something else every time; `found` says whether the answer has it. */
function kindsOf({ ids: { users, partners, mainAccountOf } }, sizes, { firstPayment, next }) {
  const anyPayment = () => anyOf({ first: firstPayment, count: sizes.payments });
  const ofFirst = (count) => () => anyOf({ first: firstPayment, count });
  const shaOf = async (payment) => {
    const { createHash } = await import('node:crypto');
    return createHash('sha256')
      .update(String(payment - firstPayment))
      .digest('hex');
  };
  const hit =
    (kind) =>
    ({ items }) =>
      items.some((item) => item.kind === kind);
  const q = (text) => `/operations/search?q=${encodeURIComponent(text)}`;
  const search = (name, kind, textOf) => ({ name, path: async () => q(await textOf()), found: hit(kind) });
  return [
    search('user by e-mail', 'USER', () => `user-${anyOf(users)}@bench`),
    search('user by linked account', 'USER', () => linkedNumberOf(anyOf(users))),
    search('account by number', 'ACCOUNT', () => accountNumberOf(anyOf({ first: 0, count: sizes.users }))),
    search('payment by id', 'PAYMENT', anyPayment),
    search('payment by key', 'PAYMENT', async () => {
      const payment = anyPayment();
      return `${(await shaOf(payment)).slice(0, 8)}-old${payment - firstPayment}`;
    }),
    search('payment by order number', 'PAYMENT', async () => {
      const payment = anyPayment();
      return `order-${(await shaOf(payment)).slice(-8)}-old${payment - firstPayment}`;
    }),
    search(
      'partner by whole name',
      'PARTNER',
      () => `store ${String(anyOf({ first: 0, count: sizes.partners })).padStart(6, '0')}`,
    ),
    search('partners by one letter', 'PARTNER', () => 's'),
    { name: 'what is not there', path: () => q(`no-such-${anyPayment()}`) },
    page(
      'partners, anywhere',
      () => `partners?cursor=${cursorOf(anyOf({ first: next.partner, count: sizes.partners }))}`,
    ),
    page('user', () => `users/${anyOf(users)}`),
    page("a user's movements", () => `users/${anyOf(users)}/movements`),
    page("a user's movements, anywhere", () => `users/${anyOf(users)}/movements?cursor=${cursorOf(anyPayment())}`),
    page('movement', () => `movements/${anyPayment()}`),
    page('payment story, bank and webhook', () => `payments/${ofFirst(sizes.toldOf)()}/story`),
    page('payment story, balance alone', () => `payments/${anyPayment()}/story`),
    { name: "a user's statement (as before)", path: () => `/accounts/${mainAccountOf(anyOf(users))}/transactions` },
    { name: "a partner's payments (as before)", path: () => `/payments?partnerId=${anyOf(partners)}&from=${today()}` },
  ];
}

function waitingKinds(sizes, { first }) {
  const anywhere = () => cursorOf(anyOf({ first, count: sizes.waiting }));
  return [
    page(`what waits for a bank, of ${sizes.waiting}`, () => 'withdrawals?status=PENDING'),
    page('the same, anywhere', () => `withdrawals?status=PENDING&cursor=${anywhere()}`),
  ];
}

const page = (name, path) => ({ name, path: () => `/operations/${path()}` });
const cursorOf = (number) => Buffer.from(String(number)).toString('base64url');
const today = () => new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10); // in Seoul

/** What a person looks at; each is one page, with all that it asks the API for. Searches are forms: measured above. */
function consolePages({ ids: { users, partners, mainAccountOf } }, sizes, { firstPayment }) {
  const payment = () => anyOf({ first: firstPayment, count: sizes.payments });
  const paths = {
    today: () => 'today',
    'a user': () => `users/${anyOf(users)}`,
    'a partner': () => `partners/${anyOf(partners)}`,
    partners: () => 'partners',
    'a payment': () => `payments/${payment()}`,
    "an account's statement": () => `accounts/${mainAccountOf(anyOf(users))}`,
    'what is pending': () => 'pending',
    "a partner's webhooks": () => `webhooks/${anyOf(partners)}`,
    "a day's settlement": () => `settlements?partnerId=${anyOf(partners)}&day=${today()}`,
    audits: () => 'audits',
    acts: () => 'acts',
    keys: () => 'keys',
  };
  return Object.entries(paths).map(([name, path]) => ({ name: `page: ${name}`, path: () => `/console/${path()}` }));
}

const clientOf = ({ service, keys }) => reader(service, { authorization: `Bearer ${keys.operator}` }, JSON.parse);

/** A browser in which an operator has signed in. */
async function signedIn({ service, keys }) {
  const url = `${service.url}/console/sign-in`;
  const asked = await fetch(url);
  const csrf = /name="csrf" value="([^"]+)"/.exec(await asked.text())[1];
  const { headers } = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookieOf(asked.headers), 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ csrf, key: keys.operator, to: '/console' }),
  });
  return reader(service, { cookie: cookieOf(headers), 'sec-fetch-site': 'same-origin' }, (page) => ({ page }));
}

const cookieOf = (headers) =>
  headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');

function reader(service, headers, parse) {
  const pool = new Pool(service.url, { connections: atOnce });
  return {
    async get(path) {
      const startedAt = performance.now();
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
      const text = await body.text();
      const answer = parse(text);
      const ms = performance.now() - startedAt;
      if (statusCode !== 200) throw new Error(`${path} was answered ${statusCode}: ${text.slice(0, 500)}`);
      return { ms, detail: answer.detail };
    },
    close: () => pool.close(),
  };
}

/** Background work reads rows too: `rows` is a little too high, and not told where that is much (`isQuiet` is false). */
async function measure({ database, service, stack }, client, path, found = () => true, isQuiet = true) {
  const ask = async () => {
    const asked = await path();
    const { ms, detail } = await client.get(asked);
    if (!found(detail)) throw new Error(`${asked} found ${JSON.stringify(detail)}`);
    return ms;
  };
  for (let nth = 0; nth < warmUps; nth += 1) await ask();
  const before = await rowsRead(database);
  const one = [];
  const { cpuMs } = await withCpuTimes({ service: [service.pid], database: [stack.database.pid] }, async () => {
    for (let nth = 0; nth < alone; nth += 1) one.push(await ask());
  });
  const rows = isQuiet ? ((await rowsRead(database)) - before) / alone : null;
  const cpuMsEach = { service: cpuMs.service / alone, database: cpuMs.database / alone };
  const many = [];
  const worker = async () => {
    while (many.length < together) many.push(await ask());
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { rows, cpuMsEach, alone: quantiles(one), together: quantiles(many) };
}

async function rowsRead(database) {
  const [rows] = await database.query("SHOW GLOBAL STATUS LIKE 'Handler_read%'");
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}

function quantiles(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) };
}

function lineOf({ name, rows, cpuMsEach, alone: one, together: many }) {
  const of = ({ p50, p99 }) => `${p50.toFixed(1).padStart(6)} / ${p99.toFixed(1).padStart(6)} ms`;
  const read = rows === null ? '' : `${Math.round(rows)} rows`;
  const cpu = `${cpuMsEach.service.toFixed(1)} + ${cpuMsEach.database.toFixed(1)} ms of CPU`;
  return `${name.padEnd(36)} alone ${of(one)}   ${atOnce} at once ${of(many)}   ${cpu}   ${read}`;
}
