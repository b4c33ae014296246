import { type InquiryOrder, type WithdrawalOrder } from '../bank-client.js';

/** What users read on their statements. */
const STATEMENT_LINE = '페이충전';
const CHARGE = 'RC';
const NAME_LENGTH_MAX = 20;
const CLIENT_NUMBER_LENGTH_MAX = 20;

/** A withdrawal, as the protocol writes it: strings only. */
export function withdrawalMessage(order: WithdrawalOrder, contractAccount: string): object {
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

/** A question about withdrawals, by the dates and amounts they were sent with. */
export function inquiryMessage(orders: readonly InquiryOrder[], askedAt: string): object {
  return {
    check_type: '1',
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
