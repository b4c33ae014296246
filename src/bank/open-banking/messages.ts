import type { BankOrder, InquiryOrder, OrderKind } from '../bank-client.js';

/** What users read on their statements. */
const STATEMENT_LINE = '페이충전';
const PAYOUT_STATEMENT_LINE = '페이출금';
const CHARGE = 'RC';
const REMITTANCE = 'TR';
/** What an inquiry is about. */
const CHECK_TYPES: Readonly<Record<OrderKind, string>> = { withdrawal: '1', payout: '2' };
const NAME_LENGTH_MAX = 20;
const CLIENT_NUMBER_LENGTH_MAX = 20;

/** A withdrawal, as the protocol writes it: strings only. */
export function withdrawalMessage(order: BankOrder, contractAccount: string): object {
  return {
    bank_tran_id: order.bankTranId,
    cntr_account_type: 'N',
    cntr_account_num: contractAccount,
    // By this the statement of our contract account names the withdrawal: nothing else on it does.
    dps_print_content: order.bankTranId,
    fintech_use_num: order.fintechUseNum,
    wd_print_content: STATEMENT_LINE,
    tran_amt: String(order.amount),
    tran_dtime: order.tranDtime,
    req_client_name: nameFor(order.ownerName),
    req_client_fintech_use_num: order.fintechUseNum,
    req_client_num: order.fintechUseNum.slice(-CLIENT_NUMBER_LENGTH_MAX),
    transfer_purpose: CHARGE,
  };
}

/** A payout, as the protocol writes it: a list of one. `passPhrase` is what the bank knows us by. */
export function payoutMessage(order: BankOrder, contractAccount: string, passPhrase: string): object {
  return {
    cntr_account_type: 'N',
    cntr_account_num: contractAccount,
    wd_pass_phrase: passPhrase,
    // By this the statement of our contract account names the payout: nothing else on it does.
    wd_print_content: order.bankTranId,
    name_check_option: 'on',
    tran_dtime: order.tranDtime,
    req_cnt: '1',
    req_list: [
      {
        tran_no: '1',
        bank_tran_id: order.bankTranId,
        fintech_use_num: order.fintechUseNum,
        print_content: PAYOUT_STATEMENT_LINE,
        tran_amt: String(order.amount),
        req_client_name: nameFor(order.ownerName),
        req_client_fintech_use_num: order.fintechUseNum,
        req_client_num: order.fintechUseNum.slice(-CLIENT_NUMBER_LENGTH_MAX),
        transfer_purpose: REMITTANCE,
      },
    ],
  };
}

/** A question about orders of one kind, by the dates and amounts they were sent with. */
export function inquiryMessage(orders: readonly InquiryOrder[], askedAt: string): object {
  return {
    check_type: CHECK_TYPES[orders[0]?.kind ?? 'withdrawal'],
    tran_dtime: askedAt,
    req_cnt: String(orders.length),
    req_list: orders.map((order, index) => ({
      tran_no: String(index + 1),
      org_bank_tran_id: order.bankTranId,
      org_bank_tran_date: order.tranDtime.slice(0, 8),
      org_tran_amt: String(order.amount),
    })),
  };
}

/** The bank's field holds 20 letters, digits and spaces; a name that has none of them must not stop a top-up. */
function nameFor(ownerName: string): string {
  const allowed = ownerName.replace(/[^\p{L}\p{N} ]/gu, '').trim();
  return [...allowed].slice(0, NAME_LENGTH_MAX).join('').trim() || '고객';
}
