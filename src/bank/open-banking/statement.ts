import type { OrderKind, ReceiptsPage } from '../bank-client.js';
import { newBankTranId } from '../bank-tran-id.js';
import { sandboxHandle } from '../banks.js';
import type { Answer } from './answer-classification.js';

/** The bank of the sandbox's contract account. A real one has its handle from the contract. */
const SANDBOX_BANK = '097';
const BANK_TRAN_ID = /^[A-Z0-9]{10}U[A-Z0-9]{9}$/;

/** The handle (fintech_use_num) of the account for which users' banks pay us. */
export function contractAccountHandle(contractAccount: string): string {
  return sandboxHandle(SANDBOX_BANK, contractAccount);
}

/** Which side of the account: what came in, or what went out. */
const INQUIRY_TYPES: Readonly<Record<OrderKind, string>> = { withdrawal: 'I', payout: 'O' };

interface StatementQuestion {
  readonly kind: OrderKind;
  readonly holder: string;
  readonly bankInstitutionCode: string;
  /** YYYY-MM-DD */
  readonly day: string;
  readonly after: string | null;
  readonly askedAt: string;
}

/**
 * A question about what one day's orders of a kind have moved, oldest first. It has an id of its own, which moves
 * nothing and is never asked about.
 */
export function statementPath({ kind, holder, bankInstitutionCode, day, after, askedAt }: StatementQuestion): string {
  const compactDay = day.replaceAll('-', '');
  const query = new URLSearchParams({
    bank_tran_id: newBankTranId(bankInstitutionCode),
    fintech_use_num: holder,
    inquiry_type: INQUIRY_TYPES[kind],
    inquiry_base: 'D',
    from_date: compactDay,
    to_date: compactDay,
    sort_order: 'A',
    tran_dtime: askedAt,
    ...(after !== null && { befor_inquiry_trace_info: after }),
  });
  return `/v2.0/account/transaction_list/fin_num?${query.toString()}`;
}

/** A page that is wholly readable, or why there is none: half a statement would hide what it left out. */
export function readStatement({ status, body }: Answer, day: string): ReceiptsPage {
  const { rsp_code: code, bank_rsp_code: bankCode, res_list: list, next_page_yn: more } = body ?? {};
  const next = body?.['befor_inquiry_trace_info'];
  if (status !== 200 || code !== 'A0000' || bankCode !== '000' || !Array.isArray(list) || typeof next !== 'string') {
    return { kind: 'unknown', why: `statement: HTTP ${status}` };
  }
  const receipts = list.map((line: unknown) => readLine(line, day.replaceAll('-', '')));
  const isReadable = receipts.every((receipt) => receipt !== null) && (more === 'Y' || more === 'N');
  if (!isReadable || (more === 'Y' && receipts.length === 0))
    return { kind: 'unknown', why: 'statement: not readable' };
  return { kind: 'page', receipts, next, isLast: more === 'N' };
}

function readLine(line: unknown, compactDay: string) {
  const fields = (typeof line === 'object' && line !== null ? line : {}) as Record<string, unknown>;
  const { tran_date: date, tran_amt: amount, print_content: content } = fields;
  if (date !== compactDay || typeof amount !== 'string' || !/^\d{1,12}$/.test(amount)) return null;
  const bankTranId = typeof content === 'string' && BANK_TRAN_ID.test(content) ? content : null;
  return { bankTranId, amount: Number(amount) };
}
