import { randomUUID } from 'node:crypto';
import {
  type Account,
  dayOf,
  type Decision,
  kindOf,
  type Order,
  type OrderKind,
  remainingToday,
  type StatementLine,
} from './bank.js';

/** A message of the protocol: every value is a string, or a list of such messages. */
export interface Message {
  readonly [field: string]: string | readonly Message[];
}

const SEOUL_OFFSET_MS = 9 * 3_600_000;

const CENTRE_MESSAGES: Readonly<Record<string, string>> = {
  A0000: '',
  A0001: '처리중',
  A0002: '참가은행 에러',
  A0004: '센터 점검 중',
  A0007: '처리시간 초과',
  A0010: '필수 항목 누락',
  A0011: '항목 형식 오류',
  A0012: '함께 쓸 수 없는 항목',
  A0013: '핀테크이용번호 오류',
  O0002: '토큰 오류',
  O0003: '토큰 만료',
  O0014: '토큰 권한 오류',
  O0015: '토큰 사용자 불일치',
};

const BANK_MESSAGES: Readonly<Record<string, string>> = {
  '000': '',
  '400': '처리중',
  '415': '해약 계좌',
  '453': '잔액 부족',
  '455': '1회 이체한도 초과',
  '456': '1일 이체한도 초과',
  '701': '원거래 없음',
  '804': '처리시간 초과',
  '822': '거래고유번호 중복',
};

/** The bank has no record of an id: our choice, as the official table could not be read. */
export const NO_SUCH_ID = '701';

const alphanumeric = (max: number) => new RegExp(`^[A-Za-z0-9]{1,${max}}$`);
const text = (max: number) => new RegExp(`^[\\p{L}\\p{N} ().,_-]{1,${max}}$`, 'u');
const digits = (max: number) => new RegExp(`^\\d{1,${max}}$`);

const MOMENT = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d$/;
const DAY = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const BANK_TRAN_ID = /^[A-Z0-9]{10}U[A-Z0-9]{9}$/;
const AMOUNT = /^(?!0+$)\d{1,12}$/;

type Shape = Readonly<Record<string, RegExp>>;

const WITHDRAWAL: Shape = {
  bank_tran_id: BANK_TRAN_ID,
  cntr_account_type: /^[NC]$/,
  cntr_account_num: alphanumeric(16),
  dps_print_content: text(20),
  fintech_use_num: alphanumeric(24),
  wd_print_content: text(20),
  tran_amt: AMOUNT,
  tran_dtime: MOMENT,
  req_client_name: text(20),
  req_client_num: alphanumeric(20),
  transfer_purpose: /^[A-Z]{2}$/,
};
const WITHDRAWAL_OPTIONAL: Shape = {
  req_client_bank_code: /^\d{3}$/,
  req_client_account_num: alphanumeric(16),
  req_client_fintech_use_num: alphanumeric(24),
};
const PAYOUT: Shape = {
  cntr_account_type: /^[NC]$/,
  cntr_account_num: alphanumeric(16),
  wd_pass_phrase: /^[!-~]{1,128}$/,
  wd_print_content: text(20),
  tran_dtime: MOMENT,
  req_cnt: /^1$/,
};
const PAYOUT_OPTIONAL: Shape = { name_check_option: /^(on|off)$/ };
const PAYOUT_ITEM: Shape = {
  tran_no: digits(5),
  bank_tran_id: BANK_TRAN_ID,
  fintech_use_num: alphanumeric(24),
  print_content: text(20),
  tran_amt: AMOUNT,
  req_client_name: text(20),
  req_client_num: alphanumeric(20),
  transfer_purpose: /^[A-Z]{2}$/,
};
const INQUIRY: Shape = { check_type: /^[12]$/, tran_dtime: MOMENT, req_cnt: /^([1-9]|1\d|2[0-5])$/ };
const INQUIRY_ITEM: Shape = {
  tran_no: digits(5),
  org_bank_tran_id: BANK_TRAN_ID,
  org_bank_tran_date: DAY,
  org_tran_amt: AMOUNT,
};

const STATEMENT: Shape = {
  bank_tran_id: BANK_TRAN_ID,
  fintech_use_num: alphanumeric(24),
  inquiry_type: /^[AIO]$/,
  inquiry_base: /^D$/,
  from_date: DAY,
  to_date: DAY,
  sort_order: /^[AD]$/,
  tran_dtime: MOMENT,
};
const STATEMENT_OPTIONAL: Shape = { befor_inquiry_trace_info: digits(20) };

/** A message that is refused before anything is done with it. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    reason = '',
  ) {
    super(reason ? `${CENTRE_MESSAGES[code] ?? ''}: ${reason}` : (CENTRE_MESSAGES[code] ?? ''));
  }
}

export interface Inquiry {
  readonly kind: OrderKind;
  readonly number: string;
  readonly bankTranId: string;
  readonly day: string;
  readonly amount: string;
}

/** @throws {Refused} A0010 missing, A0011 malformed, A0012 contradictory: which says which is our assumption */
export function readOrder(body: unknown): Order {
  const fields = readFields(body, WITHDRAWAL, WITHDRAWAL_OPTIONAL);
  checkClient(fields);
  return {
    kind: 'withdrawal',
    bankTranId: fields['bank_tran_id'] ?? '',
    fintechUseNum: fields['fintech_use_num'] ?? '',
    amount: Number(fields['tran_amt']),
    tranDtime: fields['tran_dtime'] ?? '',
    contractAccount: fields['cntr_account_num'] ?? '',
    printContent: fields['dps_print_content'] ?? '',
  };
}

/** @throws {Refused} as above */
export function readPayout(body: unknown): Order {
  const fields = readFields(body, PAYOUT, PAYOUT_OPTIONAL);
  const list = (body as { req_list?: unknown }).req_list;
  if (!Array.isArray(list) || list.length !== 1) throw new Refused('A0011', 'req_list');
  const item = readFields(list[0], PAYOUT_ITEM, WITHDRAWAL_OPTIONAL);
  checkClient(item);
  return {
    kind: 'payout',
    bankTranId: item['bank_tran_id'] ?? '',
    fintechUseNum: item['fintech_use_num'] ?? '',
    amount: Number(item['tran_amt']),
    tranDtime: fields['tran_dtime'] ?? '',
    contractAccount: fields['cntr_account_num'] ?? '',
    printContent: fields['wd_print_content'] ?? '',
  };
}

/** A client is named by an account or by a handle, never by both. */
function checkClient(fields: Record<string, string>): void {
  const byAccount = 'req_client_bank_code' in fields || 'req_client_account_num' in fields;
  if (byAccount === 'req_client_fintech_use_num' in fields) {
    throw new Refused('A0012', 'req_client_account_num | req_client_fintech_use_num');
  }
}

/** @throws {Refused} as above */
export function readInquiries(body: unknown): Inquiry[] {
  const fields = readFields(body, INQUIRY, {});
  const list = (body as { req_list?: unknown }).req_list;
  if (!Array.isArray(list) || String(list.length) !== fields['req_cnt']) throw new Refused('A0011', 'req_list');
  return list.map((item) => {
    const of = readFields(item, INQUIRY_ITEM, {});
    return {
      kind: fields['check_type'] === '2' ? 'payout' : 'withdrawal',
      number: of['tran_no'] ?? '',
      bankTranId: of['org_bank_tran_id'] ?? '',
      day: of['org_bank_tran_date'] ?? '',
      amount: of['org_tran_amt'] ?? '',
    };
  });
}

/** What of an account's statement is asked for. */
export interface StatementQuery {
  readonly bankTranId: string;
  readonly fintechUseNum: string;
  readonly from: string;
  readonly to: string;
  /** How many lines the caller has seen. */
  readonly seen: number;
  readonly newestFirst: boolean;
  readonly kinds: readonly OrderKind[];
}

/** By `inquiry_type`: all, what came in, what went out. */
const KINDS: Readonly<Record<string, readonly OrderKind[]>> = {
  A: ['withdrawal', 'payout'],
  I: ['withdrawal'],
  O: ['payout'],
};

/** @throws {Refused} as above */
export function readStatementQuery(query: unknown): StatementQuery {
  const fields = readFields(query, STATEMENT, STATEMENT_OPTIONAL);
  return {
    bankTranId: fields['bank_tran_id'] ?? '',
    fintechUseNum: fields['fintech_use_num'] ?? '',
    from: fields['from_date'] ?? '',
    to: fields['to_date'] ?? '',
    seen: Number(fields['befor_inquiry_trace_info'] ?? 0),
    newestFirst: fields['sort_order'] === 'D',
    kinds: KINDS[fields['inquiry_type'] ?? ''] ?? [],
  };
}

function readFields(body: unknown, required: Shape, optional: Shape): Record<string, string> {
  if (typeof body !== 'object' || body === null) throw new Refused('A0011', 'JSON');
  const given = body as Record<string, unknown>;
  const fields: Record<string, string> = {};
  for (const [name, shape] of Object.entries({ ...required, ...optional })) {
    const value = given[name];
    if (value === undefined && name in optional) continue;
    if (value === undefined || value === '') throw new Refused('A0010', name);
    if (typeof value !== 'string' || !shape.test(value)) throw new Refused('A0011', name);
    fields[name] = value;
  }
  return fields;
}

/** The head of every answer of the centre. */
export function head(code: string, message = CENTRE_MESSAGES[code] ?? ''): Message {
  return { api_tran_id: randomUUID(), api_tran_dtm: nowInSeoul(), rsp_code: code, rsp_message: message };
}

/** The answer to a withdrawal that has reached the bank. */
export function withdrawalAnswer(rspCode: string, bankCode: string, order: Order, account: Account): Message {
  return {
    ...head(rspCode),
    bank_tran_id: order.bankTranId,
    bank_tran_date: dayOf(order),
    bank_code_tran: account.bankCode,
    bank_rsp_code: bankCode,
    bank_rsp_message: BANK_MESSAGES[bankCode] ?? '',
    dps_bank_code_std: account.bankCode,
    dps_account_num_masked: mask(order.contractAccount),
    fintech_use_num: order.fintechUseNum,
    bank_code_std: account.bankCode,
    bank_name: '오픈은행',
    account_num_masked: mask(account.number),
    tran_amt: String(order.amount),
    wd_limit_remain_amt: String(remainingToday(account, dayOf(order))),
  };
}

/** The answer to a payout that has reached the bank. */
export function payoutAnswer(rspCode: string, bankCode: string, order: Order, account: Account): Message {
  return {
    ...head(rspCode),
    wd_bank_code_std: '097',
    wd_bank_name: '오픈은행',
    wd_account_num_masked: mask(order.contractAccount),
    wd_print_content: order.printContent ?? '',
    res_cnt: '1',
    res_list: [
      {
        tran_no: '1',
        bank_tran_id: order.bankTranId,
        bank_tran_date: dayOf(order),
        bank_code_tran: account.bankCode,
        bank_rsp_code: bankCode,
        bank_rsp_message: BANK_MESSAGES[bankCode] ?? '',
        fintech_use_num: order.fintechUseNum,
        bank_code_std: account.bankCode,
        account_num_masked: mask(account.number),
        tran_amt: String(order.amount),
      },
    ],
  };
}

/** One line of an inquiry's answer; a line about an unknown id repeats what was asked. */
export function inquiryLine(asked: Inquiry, decision: Decision | undefined, bankCode: string): Message {
  return {
    tran_no: asked.number,
    bank_tran_id: asked.bankTranId,
    bank_tran_date: decision ? dayOf(decision) : asked.day,
    bank_code_tran: decision?.fintechUseNum.slice(0, 3) ?? '000',
    bank_rsp_code: bankCode,
    bank_rsp_message: BANK_MESSAGES[bankCode] ?? '',
    tran_amt: decision ? String(decision.amount) : asked.amount,
  };
}

/** A page of a contract account's statement. */
export function statementPage(
  query: StatementQuery,
  bankCode: string,
  lines: readonly StatementLine[],
  isLast: boolean,
): Message {
  return {
    ...head('A0000'),
    bank_tran_id: query.bankTranId,
    bank_tran_date: query.to,
    bank_code_tran: bankCode,
    bank_rsp_code: '000',
    bank_rsp_message: '',
    fintech_use_num: query.fintechUseNum,
    balance_amt: String(lines.at(-1)?.balanceAfter ?? 0),
    page_record_cnt: String(lines.length),
    next_page_yn: isLast ? 'N' : 'Y',
    befor_inquiry_trace_info: String(query.seen + lines.length),
    res_list: lines.map(({ decision, balanceAfter }) => ({
      tran_date: dayOf(decision),
      tran_time: decision.tranDtime.slice(8),
      inout_type: kindOf(decision) === 'payout' ? '출금' : '입금',
      tran_type: '이체',
      print_content: decision.printContent ?? decision.bankTranId,
      tran_amt: String(decision.amount),
      after_balance_amt: String(balanceAfter),
      branch_name: '오픈은행',
    })),
  };
}

function mask(number: string): string {
  return number.slice(0, -3) + '***';
}

/** yyyyMMddHHmmssSSS */
function nowInSeoul(): string {
  return new Date(Date.now() + SEOUL_OFFSET_MS).toISOString().replace(/\D/g, '');
}
