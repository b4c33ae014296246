import {
  type BankOrder,
  type BankOutcome,
  type InquiryOrder,
  type InquiryOutcome,
  MISMATCH,
  type OrderKind,
  type RefusalReason,
} from '../bank-client.js';

/** An answer as it came in; `body` is undefined when it was not a JSON object. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Whether the answer is to the only message that was ever sent with this id. When an earlier one may have arrived,
 * only the bank itself can refuse: what turns the repetition away says nothing about the first message.
 */
export type Sending = 'first' | 'again';

/** The centre's own refusals (`rsp_code`): the message never went on to a bank. */
const CENTRE_REFUSALS: ReadonlyMap<string, RefusalReason> = new Map([
  ...reasons('ACCOUNT_REFUSED', 'A0312', 'A0316', 'A0319', 'A0323'),
  ...reasons('UNAVAILABLE', 'A0004'),
  ...reasons('CONFIGURATION', 'A0010', 'A0011', 'A0012', 'A0013', 'A0015', 'A0301', 'A0302', 'A0320', 'A0321'),
]);

/** Where the linked account is the reason, whichever way the money goes. */
const ACCOUNT_REFUSALS: readonly [string, RefusalReason][] = [
  ...reasons('ACCOUNT_REFUSED', ...Array.from({ length: 443 - 411 + 1 }, (_, i) => String(411 + i))),
  ...reasons('ACCOUNT_REFUSED', '464', '490', '499'),
];

/** The bank's refusals (`bank_rsp_code`, with `A0002`). Who is short is who pays: for a payout that is ourselves. */
const BANK_REFUSALS: Readonly<Record<OrderKind, ReadonlyMap<string, RefusalReason>>> = {
  withdrawal: new Map([
    ...reasons('BALANCE_SHORT', '453', '454'),
    ...reasons('BANK_LIMIT', '455', '456'),
    ...ACCOUNT_REFUSALS,
  ]),
  payout: new Map([...reasons('CONTRACT_ACCOUNT', '453', '454', '455', '456'), ...ACCOUNT_REFUSALS]),
};

/** A new token helps; the message itself was not looked at. */
const TOKEN_CODES: ReadonlySet<string> = new Set(['O0002', 'O0003', 'O0014', 'O0015']);

/** The bank has no record of the id. An assumption, shared with the simulator: the official table could not be read. */
const NO_SUCH_ID = '701';

const OK = '000';
const DONE: BankOutcome = { kind: 'done' };

export function refusesToken({ status, body }: Answer): boolean {
  return status < 500 && TOKEN_CODES.has(text(body, 'rsp_code'));
}

/**
 * True for an answer that a working bank gives, whatever it says. What is broken or 5xx counts against the circuit
 * like silence does.
 */
export function isHealthy({ status, body }: Answer): boolean {
  return status < 500 && body !== undefined;
}

/**
 * What an answer to an order says about the money. Everything that is not in the tables is unknown, so also what
 * the protocol calls so: `A0001` and 400 in progress, `A0007` and 804 time exceeded, 803 internal error, 819 not sent
 * on, 822 id already used (the earlier message did arrive).
 */
export function classifyOrder({ status, body }: Answer, order: BankOrder, sending: Sending): BankOutcome {
  if (!body) return unanswered(`HTTP ${status} without a readable body`);
  const isPayout = order.kind === 'payout';
  const items = linesIn(body);
  const about = isPayout ? items[0] : body;
  const rspCode = text(body, 'rsp_code');
  const bankCode = text(about, 'bank_rsp_code');
  const codes = `HTTP ${status}, ${show(rspCode)} ${show(bankCode)}`.trim();

  const centreReason = TOKEN_CODES.has(rspCode) ? 'CONFIGURATION' : CENTRE_REFUSALS.get(rspCode);
  // The centre that has not passed a payout on has nothing to say of it: with an item its answer contradicts itself.
  const isPlain = !isPayout || items.length === 0;
  if (centreReason && isPlain && (status < 500 || (status === 503 && centreReason === 'UNAVAILABLE'))) {
    if (sending === 'first') return refused(centreReason, rspCode);
    return { kind: 'unknown', why: `the repetition was turned away: ${codes}`, turnedAway: centreReason };
  }
  if (status !== 200 || !about || (isPayout && items.length !== 1)) return unknown(codes);
  if (rspCode === 'A0000' && bankCode === OK) return matches(about, order) ? DONE : unknown(MISMATCH);
  const bankReason = rspCode === 'A0002' && BANK_REFUSALS[order.kind].get(bankCode);
  if (!bankReason) return unknown(codes);
  // A bank may look at the account before it looks at the id: a repetition can be refused of what was paid before.
  if (isPayout && sending === 'again') return unknown(`the repetition was refused: ${codes}`);
  // What was to be paid out is given back then: only for an answer that is about this order in all that we know of it.
  const isOfOrder = isPayout ? matches(about, order) : text(about, 'bank_tran_id') === order.bankTranId;
  return isOfOrder ? refused(bankReason, bankCode) : unknown(MISMATCH);
}

/**
 * What the result inquiry says about the money, when so many orders were asked about at once: only the bank's own line
 * about this very order counts.
 */
export function classifyInquiry({ status, body }: Answer, order: InquiryOrder, asked = 1): InquiryOutcome {
  if (!body) return unanswered(`HTTP ${status} without a readable body`);
  const rspCode = text(body, 'rsp_code');
  const lines = linesIn(body);
  const line = asked === 1 ? lines[0] : lines.find((about) => text(about, 'bank_tran_id') === order.bankTranId);
  if (status !== 200 || rspCode !== 'A0000' || lines.length !== asked || !line) {
    return unanswered(`inquiry: HTTP ${status}, ${show(rspCode)}`);
  }
  if (!matches(line, order)) return unknown(MISMATCH);
  const bankCode = text(line, 'bank_rsp_code');
  if (bankCode === OK) return DONE;
  if (bankCode === NO_SUCH_ID) return { kind: 'notFound' };
  const reason = BANK_REFUSALS[order.kind].get(bankCode);
  return reason ? refused(reason, bankCode) : unknown(`inquiry: ${show(bankCode)}`);
}

/** Where an answer has the handle of the linked account. */
const HANDLE_FIELDS: Readonly<Record<OrderKind, readonly string[]>> = {
  withdrawal: ['fintech_use_num', 'wd_fintech_use_num'],
  payout: ['fintech_use_num', 'dps_fintech_use_num'],
};

/** Whether all that we know of an order is what the answer says of it. */
function matches(about: Readonly<Record<string, unknown>>, order: InquiryOrder): boolean {
  const amount = text(about, 'tran_amt');
  const handles = HANDLE_FIELDS[order.kind].map((field) => text(about, field)).filter((handle) => handle !== '');
  return (
    text(about, 'bank_tran_id') === order.bankTranId &&
    text(about, 'bank_tran_date') === order.tranDtime.slice(0, 8) &&
    /^\d{1,12}$/.test(amount) &&
    Number(amount) === order.amount &&
    (order.fintechUseNum === undefined || handles.every((handle) => handle === order.fintechUseNum))
  );
}

/** The list in an answer; empty when something in it is no object. */
function linesIn(body: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  const list: unknown = body['res_list'];
  return Array.isArray(list) && list.every(isObject) ? list : [];
}

function refused(reason: RefusalReason, bankCode: string): BankOutcome {
  return { kind: 'refused', reason, bankCode };
}

function unknown(why: string): BankOutcome {
  return { kind: 'unknown', why };
}

/** Nothing is said of anything that was asked. */
function unanswered(why: string): BankOutcome {
  return { kind: 'unknown', why, isUnanswered: true };
}

/** Every value of the protocol is a string; what is not, counts as absent. */
function text(body: Readonly<Record<string, unknown>> | undefined, field: string): string {
  const value = body?.[field];
  return typeof value === 'string' ? value : '';
}

/** A code as it may be logged: what a broken answer has in its place may be anything. */
function show(code: string): string {
  return /^[A-Z]?\d{3,5}$/.test(code) ? code : '-';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reasons(reason: RefusalReason, ...codes: string[]): [string, RefusalReason][] {
  return codes.map((code) => [code, reason]);
}
