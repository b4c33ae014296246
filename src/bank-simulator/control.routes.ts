import { type FastifyInstance } from 'fastify';
import { type Account, type AccountSettings, type Decision, type OrderKind } from './bank.js';
import { type Fault, FAULTS } from './faults.js';
import { findMistake, type Rules } from './lies.js';
import { type Desk } from './protocol.routes.js';

const PAGE_MAX = 1000;
const FAULT_NAMES = Object.keys(FAULTS) as Fault[];

const won = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const object = (properties: object, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const RULES = object(
  {
    seed: { type: 'integer' },
    rules: {
      type: 'array',
      maxItems: 100,
      items: object(
        {
          fault: { enum: FAULT_NAMES },
          on: { enum: ['token', 'withdraw', 'deposit', 'inquiry', 'statement', 'all'] },
          rate: { type: 'number', minimum: 0, maximum: 1 },
          accountNumber: { type: 'string', pattern: '^[\\d-]{1,30}$' },
          times: { type: 'integer', minimum: 1 },
          delayMs: { type: 'integer', minimum: 0, maximum: 600_000 },
        },
        ['fault'],
      ),
    },
  },
  ['rules'],
);
const LATENCY = object({ ms: { type: 'integer', minimum: 0, maximum: 60_000 } }, ['ms']);
const ACCOUNT = object({
  balance: won,
  transferLimit: { ...won, nullable: true },
  dailyLimit: { ...won, nullable: true },
  closed: { type: 'boolean' },
});
const ADDRESS = object({
  bankCode: { type: 'string', pattern: '^\\d{3}$' },
  number: { type: 'string', pattern: '^[\\d-]{1,30}$' },
});
const PAGE = object({
  fintechUseNum: { type: 'string', maxLength: 24 },
  after: { type: 'string', pattern: '^\\d{1,9}$' },
  limit: { type: 'string', pattern: '^\\d{1,4}$' },
});

/** How tests and people steer the simulator and read its record. It is open to everyone: a sandbox only. */
export function controlRoutes(app: FastifyInstance, desk: Desk): void {
  app.get('/health/live', () => ({ status: 'ok' }));
  ruleRoutes(app, desk);
  recordRoutes(app, desk);
  accountRoutes(app, desk);
}

function ruleRoutes(app: FastifyInstance, desk: Desk): void {
  app.get('/simulator/faults', () => ({ faults: FAULT_NAMES.map((fault) => shownFault(desk, fault)) }));
  app.get('/simulator/rules', () => desk.lies.rules);
  app.put<{ Body: Rules }>('/simulator/rules', { schema: { body: RULES } }, (request, reply) => {
    const mistakes = request.body.rules.map(findMistake).filter((mistake) => mistake !== null);
    if (mistakes.length > 0) return reply.code(400).send({ error: mistakes.join('; ') });
    desk.lies.setRules(request.body);
    return reply.send(desk.lies.rules);
  });
  app.delete('/simulator/rules', (_request, reply) => {
    desk.lies.setRules({ rules: [] });
    return reply.code(204).send();
  });
  app.put<{ Body: { ms: number } }>('/simulator/latency', { schema: { body: LATENCY } }, (request, reply) => {
    desk.latencyMs = request.body.ms;
    return reply.send(request.body);
  });
}

function shownFault({ lies }: Desk, fault: Fault) {
  const { does, calls } = FAULTS[fault];
  return { fault, does, calls, told: lies.told[fault] ?? 0 };
}

interface PageQuery {
  fintechUseNum?: string;
  after?: string;
  limit?: string;
}

/** The oracle: what the bank has really taken, and paid. */
function recordRoutes(app: FastifyInstance, desk: Desk): void {
  const record = (path: string, kind: OrderKind, moved: readonly Decision[]) => {
    app.get<{ Querystring: PageQuery }>(path, { schema: { querystring: PAGE } }, (request) =>
      pageOf(desk, moved, request.query),
    );
    app.get<{ Params: { bankTranId: string } }>(`${path}/:bankTranId`, (request, reply) => {
      const decision = desk.bank.findDecision(request.params.bankTranId, kind);
      return decision ? reply.send(shown(desk, decision)) : reply.code(404).send({ error: 'no such bank_tran_id' });
    });
  };
  record('/simulator/withdrawals', 'withdrawal', desk.bank.takings);
  record('/simulator/payouts', 'payout', desk.bank.payouts);
  app.get('/simulator/stats', () => ({
    asked: desk.asked,
    decided: desk.bank.decisionsCount,
    taken: desk.bank.takings.length,
    takenWon: desk.bank.takings.reduce((sum, { amount }) => sum + amount, 0),
    paidOut: desk.bank.payouts.length,
    paidOutWon: desk.bank.payouts.reduce((sum, { amount }) => sum + amount, 0),
    accounts: desk.bank.accountsCount,
    liesTold: desk.lies.told,
    latencyMs: desk.latencyMs,
  }));
}

/** `after` is the number of the last order already read; `nextAfter` is absent on the last page. */
function pageOf(desk: Desk, moved: readonly Decision[], { fintechUseNum, after = '0', limit = '1000' }: PageQuery) {
  const sizeMax = Math.min(Number(limit) || PAGE_MAX, PAGE_MAX);
  const items: object[] = [];
  let position = Number(after);
  for (; position < moved.length && items.length < sizeMax; position++) {
    const decision = moved[position];
    if (!decision || (fintechUseNum !== undefined && decision.fintechUseNum !== fintechUseNum)) continue;
    items.push({ number: position + 1, ...shown(desk, decision) });
  }
  return position < moved.length ? { items, nextAfter: position } : { items };
}

function shown({ bank }: Desk, { kind, fintechUseNum, atMs, knownAtMs, ...decision }: Decision) {
  const account = bank.findAccount(fintechUseNum);
  const isDone = decision.bankCode === '000';
  return {
    ...decision,
    ...(kind === 'payout' ? { paid: isDone } : { taken: isDone }),
    fintechUseNum,
    accountBankCode: account?.bankCode,
    accountNumber: account?.number,
    at: new Date(atMs).toISOString(),
    knownAt: new Date(knownAtMs).toISOString(),
  };
}

interface AccountRoute {
  Params: { bankCode: string; number: string };
  Body: Partial<AccountSettings>;
}

function accountRoutes(app: FastifyInstance, desk: Desk): void {
  const path = '/simulator/accounts/:bankCode/:number';
  app.put<AccountRoute>(path, { schema: { params: ADDRESS, body: ACCOUNT } }, (request) =>
    shownAccount(desk.bank.set(addressOf(request.params), request.body)),
  );
  app.get<AccountRoute>(path, { schema: { params: ADDRESS } }, (request) =>
    shownAccount(desk.bank.getAccount(addressOf(request.params))),
  );
}

function addressOf({ bankCode, number }: AccountRoute['Params']) {
  return { bankCode, number: number.replaceAll('-', '') };
}

function shownAccount({ takenByDay, ...account }: Account) {
  return { ...account, takenByDay: Object.fromEntries(takenByDay) };
}
