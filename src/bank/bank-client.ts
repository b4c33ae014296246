/** Why a bank definitely did not, and under this id never will, take the money. */
export type RefusalReason = 'BALANCE_SHORT' | 'BANK_LIMIT' | 'ACCOUNT_REFUSED' | 'UNAVAILABLE' | 'CONFIGURATION';

/** What is known of a withdrawal after an answer, or after the lack of one. Only `done` and `refused` are definite. */
export type BankOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly bankCode: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** The bank has no record of this id (yet): an earlier message may still be on its way. */
export type InquiryOutcome = BankOutcome | { readonly kind: 'notFound' };

/** Why an answer is `unknown` that is about another amount or day than our order: one side's books are wrong. */
export const MISMATCH = 'the answer is about another id, date or amount';

/** How many withdrawals one inquiry may be about. */
export const INQUIRIES_MAX = 25;

/** One withdrawal as the bank is asked for it. Sending the same order again is safe: the bank takes an id once. */
export interface WithdrawalOrder {
  /** 20 characters: the institution's code (10), `U`, and 9 of A–Z0–9; unique. */
  readonly bankTranId: string;
  /** KST `yyyyMMddHHmmss` of the reservation; its first eight digits are the bank_tran_date. */
  readonly tranDtime: string;
  /** won */
  readonly amount: number;
  /** Handle of the linked account, 24 characters. */
  readonly fintechUseNum: string;
  /** Name of the account's owner; goes to the bank only, never to a log. */
  readonly ownerName: string;
}

/** What an inquiry needs to know of an order. */
export type InquiryOrder = Pick<WithdrawalOrder, 'bankTranId' | 'tranDtime' | 'amount'>;

/**
 * The outside bank. No method throws for anything the bank or the network does: what is not a definite answer is
 * `unknown`. Never call these inside a transaction.
 */
export abstract class BankClient {
  /** False while the circuit is open: don't reserve for a bank that would not be asked. */
  abstract readonly available: boolean;
  /** The first, and usually only, time an order is sent: `refused` UNAVAILABLE when it certainly was not sent. */
  abstract withdraw(order: WithdrawalOrder): Promise<BankOutcome>;
  /** The same order under the same id once more: not sent is `unknown` here, because the first one may have arrived. */
  abstract resend(order: WithdrawalOrder): Promise<BankOutcome>;
  abstract inquire(order: InquiryOrder): Promise<InquiryOutcome>;
  /** About up to INQUIRIES_MAX orders in one call, answered in their order. */
  abstract inquireAll(orders: readonly InquiryOrder[]): Promise<InquiryOutcome[]>;
}
