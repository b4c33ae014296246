import { setTimeout as wait } from 'node:timers/promises';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Bank, type Decision, type Order, type OrderKind } from './bank.js';
import { type SimulatorConfig } from './config.js';
import { deliver, hangUp, saySilence } from './delivery.js';
import { type Call, type FaultSpec } from './faults.js';
import { type Lie, type Lies } from './lies.js';
import {
  head,
  type Inquiry,
  inquiryLine,
  NO_SUCH_ID,
  payoutAnswer,
  readInquiries,
  readOrder,
  readPayout,
  readStatementQuery,
  Refused,
  statementPage,
  withdrawalAnswer,
} from './messages.js';
import { INSTITUTION, type Tokens } from './tokens.js';

/** What the calls of the bank work with. */
export interface Desk {
  readonly config: SimulatorConfig;
  readonly bank: Bank;
  readonly lies: Lies;
  readonly tokens: Tokens;
  readonly asked: Record<Call | 'repeated', number>;
  latencyMs: number;
  /** Aborted when the simulator stops: what still waits is given up. */
  readonly closing: AbortSignal;
}

/** Lines on one page of a statement. */
const PAGE_MAX = 25;

/** The calls of the Open Banking protocol. */
export function protocolRoutes(app: FastifyInstance, desk: Desk): void {
  app.post('/oauth/2.0/token', async (request, reply) => {
    desk.asked.token += 1;
    await pause(desk, desk.latencyMs);
    return issueToken(desk, request, reply);
  });
  app.post('/v2.0/transfer/withdraw/fin_num', async (request, reply) => {
    desk.asked.withdraw += 1;
    await pause(desk, desk.latencyMs);
    return withdraw(desk, request, reply);
  });
  app.post('/v2.0/transfer/deposit/fin_num', async (request, reply) => {
    desk.asked.deposit += 1;
    await pause(desk, desk.latencyMs);
    return payOut(desk, request, reply);
  });
  app.post('/v2.0/transfer/result', async (request, reply) => {
    desk.asked.inquiry += 1;
    await pause(desk, desk.latencyMs);
    return inquire(desk, request, reply);
  });
  app.get('/v2.0/account/transaction_list/fin_num', async (request, reply) => {
    desk.asked.statement += 1;
    await pause(desk, desk.latencyMs);
    return listTransactions(desk, request, reply);
  });
}

async function issueToken(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  const isKnown =
    form.get('client_id') === desk.config.clientId && form.get('client_secret') === desk.config.clientSecret;
  const holder = findHolder(form);
  if (!isKnown || holder === null) {
    return reply.code(401).send(head('O0001', isKnown ? 'invalid grant' : 'invalid client'));
  }

  const accountNumber = holder === INSTITUTION ? undefined : desk.bank.findAccount(holder)?.number;
  const lie = desk.lies.pick('token', { bankTranId: '', accountNumber });
  if (lie?.turnedAway) return turnAway(desk, request, reply, lie.turnedAway);
  const token = {
    access_token: desk.tokens.issue(holder),
    token_type: 'Bearer',
    expires_in: String(desk.tokens.lifetimeSeconds),
  };
  if (lie?.delays === 'answer') await pause(desk, lie.delayMs);
  const answer =
    holder === INSTITUTION
      ? { ...token, scope: 'oob', client_use_code: desk.config.clientId }
      : { ...token, scope: 'login inquiry transfer', refresh_token: `sandbox-${holder}`, user_seq_no: '1000000001' };
  return deliver(reply, 200, answer, lie?.answer);
}

/** The institution, a linked account's handle, or null when the grant is not good for a token. */
function findHolder(form: URLSearchParams): string | null {
  const grant = form.get('grant_type');
  if (grant === 'client_credentials') return form.get('scope') === 'oob' ? INSTITUTION : null;
  const proof = grant === 'authorization_code' ? form.get('code') : form.get('refresh_token');
  if (grant !== 'authorization_code' && grant !== 'refresh_token') return null;
  return /^sandbox-(\d{3}[0-9A-Z]{21})$/.exec(proof ?? '')?.[1] ?? null;
}

async function withdraw(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const holder = holderOf(desk, request);
  const order = readOrder(request.body);
  if (holder === INSTITUTION) throw new Refused('O0014');
  if (holder !== order.fintechUseNum) throw new Refused('O0015');
  return move(desk, request, reply, order);
}

/** The institution pays a user's account. */
async function payOut(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const holder = holderOf(desk, request);
  const order = readPayout(request.body);
  if (holder !== INSTITUTION) throw new Refused('O0014');
  return move(desk, request, reply, order);
}

/** Whichever way the money goes: one decision per id, and the same lies. */
async function move(desk: Desk, request: FastifyRequest, reply: FastifyReply, order: Order): Promise<FastifyReply> {
  const account = desk.bank.findAccount(order.fintechUseNum);
  if (!account) throw new Refused('A0013', 'fintech_use_num');

  const isPayout = order.kind === 'payout';
  const subject = { bankTranId: order.bankTranId, accountNumber: account.number };
  const lie = desk.lies.pick(isPayout ? 'deposit' : 'withdraw', subject);
  if (lie?.turnedAway) return turnAway(desk, request, reply, lie.turnedAway);
  if (lie?.delays === 'acceptance') await pause(desk, lie.delayMs);
  const decision = desk.bank.decide(order, account, {
    bankCode: lie?.decision,
    inProgressMs: lie?.delays === 'result' ? lie.delayMs : 0,
  });
  if (decision === 'repeated') desk.asked.repeated += 1;
  const [rspCode, bankCode] = decision === 'repeated' ? REPEATED : wordsFor(decision, lie);
  if (lie?.delays === 'answer') await pause(desk, lie.delayMs);
  const answer = isPayout ? payoutAnswer : withdrawalAnswer;
  return deliver(reply, 200, answer(rspCode, bankCode, order, account), lie?.answer);
}

type Words = readonly [rspCode: string, bankCode: string];

const REPEATED: Words = ['A0002', '822'];

function wordsFor(decision: Decision, lie: Lie | undefined): Words {
  if (lie?.says === 'timeExceeded') return ['A0007', '804'];
  if (lie?.says === 'repeated') return REPEATED;
  if (Date.now() < decision.knownAtMs) return ['A0001', '400'];
  return decision.bankCode === '000' ? ['A0000', '000'] : ['A0002', decision.bankCode];
}

async function inquire(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const holder = holderOf(desk, request);
  const inquiries = readInquiries(request.body);
  if (holder !== INSTITUTION) throw new Refused('O0014');

  const bankTranId = inquiries[0]?.bankTranId ?? '';
  const known = desk.bank.findDecision(bankTranId);
  const accountNumber = known && desk.bank.findAccount(known.fintechUseNum)?.number;
  const lie = desk.lies.pick('inquiry', { bankTranId, accountNumber });
  if (lie?.turnedAway) return turnAway(desk, request, reply, lie.turnedAway);
  const list = inquiries.map((inquiry) => lineFor(desk.bank, inquiry, lie));
  if (lie?.delays === 'answer') await pause(desk, lie.delayMs);
  return deliver(reply, 200, { ...head('A0000'), res_cnt: String(list.length), res_list: list }, lie?.answer);
}

function lineFor(bank: Bank, inquiry: Inquiry, lie: Lie | undefined) {
  const decision = bank.findDecision(inquiry.bankTranId, inquiry.kind);
  if (lie?.says === 'inProgress') return inquiryLine(inquiry, decision, '400');
  if (!decision) return inquiryLine(inquiry, undefined, NO_SUCH_ID);
  return inquiryLine(inquiry, decision, Date.now() < decision.knownAtMs ? '400' : decision.bankCode);
}

/** The statement of a contract account, by its handle: what was withdrawn for it, and what it paid out. */
async function listTransactions(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const holder = holderOf(desk, request);
  const query = readStatementQuery(request.query);
  if (holder !== query.fintechUseNum) throw new Refused('O0015');
  const account = desk.bank.findAccount(query.fintechUseNum);
  if (!account) throw new Refused('A0013', 'fintech_use_num');

  const lie = desk.lies.pick('statement', { bankTranId: query.bankTranId, accountNumber: account.number });
  if (lie?.turnedAway) return turnAway(desk, request, reply, lie.turnedAway);
  const listed = (kind: OrderKind) => desk.bank.listStatement(kind, account.number, query.from, query.to);
  const all = query.kinds.flatMap(listed).sort((one, other) => one.decision.atMs - other.decision.atMs);
  if (query.newestFirst) all.reverse();
  const lines = all.slice(query.seen, query.seen + PAGE_MAX);
  if (lie?.delays === 'answer') await pause(desk, lie.delayMs);
  const isLast = query.seen + lines.length >= all.length;
  return deliver(reply, 200, statementPage(query, account.bankCode, lines, isLast), lie?.answer);
}

function turnAway(
  desk: Desk,
  request: FastifyRequest,
  reply: FastifyReply,
  how: NonNullable<FaultSpec['turnedAway']>,
): FastifyReply {
  switch (how) {
    case 'silence':
      return saySilence(reply);
    case 'reset':
      return hangUp(reply);
    case 'maintenance':
      return reply.send(head('A0004'));
    case 'maintenance503':
      return reply.code(503).send(head('A0004'));
    case 'tokenExpired':
      desk.tokens.revoke(request.headers.authorization ?? '');
      return reply.send(head('O0003'));
  }
}

function holderOf(desk: Desk, request: FastifyRequest): string {
  const check = desk.tokens.check(request.headers.authorization);
  if ('refusedWith' in check) throw new Refused(check.refusedWith);
  return check.holder;
}

async function pause({ closing }: Desk, ms: number): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { signal: closing });
}
