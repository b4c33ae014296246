/** What a bank is asked for: to take money from a linked account, or to pay money into one. */
export type OrderKind = 'withdrawal' | 'payout';

/**
 * Why a bank definitely did not, and under this id never will, move the money. `CONTRACT_ACCOUNT`: our own account has
 * too little for a payout, or may pay no more today. `BUSY`: it was never asked, for want of a slot.
 */
export type RefusalReason =
  'BALANCE_SHORT' | 'BANK_LIMIT' | 'ACCOUNT_REFUSED' | 'CONTRACT_ACCOUNT' | 'UNAVAILABLE' | 'CONFIGURATION' | 'BUSY';

/** What is known of an order after an answer, or after the lack of one. Only `done` and `refused` are definite. */
export type BankOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly bankCode: string }
  | {
      readonly kind: 'unknown';
      readonly why: string;
      /** There was no answer that could be read, whatever was asked with it. */
      readonly isUnanswered?: true;
      /** Why the centre did not pass a repetition on. It says nothing about the message before it. */
      readonly turnedAway?: RefusalReason;
    };

/** The bank has no record of this id (yet): an earlier message may still be on its way. */
export type InquiryOutcome = BankOutcome | { readonly kind: 'notFound' };

/**
 * Why an answer is `unknown` that is about another amount, day or account than our order: one side's books are wrong.
 */
export const MISMATCH = 'the answer is about another id, date, amount or account';

/** How many orders one inquiry may be about. */
export const INQUIRIES_MAX = 25;

/** One order as the bank is asked for it. Sending it again is safe: the bank takes an id once. */
export interface BankOrder {
  readonly kind: OrderKind;
  /** 20 characters: the institution's code (10), `U`, and 9 of A–Z0–9; unique. */
  readonly bankTranId: string;
  /** KST `yyyyMMddHHmmss` of the reservation; its first eight digits are the bank_tran_date. */
  readonly tranDtime: string;
  /** won */
  readonly amount: number;
  /** KFTC's three digits of the bank that the linked account is with. */
  readonly bankCode: string;
  /** Handle of the linked account, 24 characters. */
  readonly fintechUseNum: string;
  /** Name of the account's owner; goes to the bank only, never to a log. */
  readonly ownerName: string;
}

/** What an inquiry needs to know of an order. The handle is compared where the answer has one. */
export type InquiryOrder = Pick<BankOrder, 'kind' | 'bankTranId' | 'tranDtime' | 'amount'> &
  Partial<Pick<BankOrder, 'fintechUseNum'>>;

/** What our contract account has received or paid, as its statement says; `next` leads to what comes after these. */
export type ReceiptsPage =
  | { readonly kind: 'page'; readonly receipts: readonly Receipt[]; readonly next: string; readonly isLast: boolean }
  | { readonly kind: 'unknown'; readonly why: string };

export interface Receipt {
  /** Null when the line doesn't name an order of ours. */
  readonly bankTranId: string | null;
  /** won */
  readonly amount: number;
}

/**
 * The outside bank. No method throws for anything the bank or the network does: what is not a definite answer is
 * `unknown`. Never call these inside a transaction.
 *
 * A customer's calls wait for one of their bank's slots until `giveUpAt` (by `performance.now()`), and are then not
 * sent. The calls of background work wait for nobody and keep nobody waiting: whoever makes them makes few at a time.
 */
export abstract class BankClient {
  /** False while this bank is left alone after many failures: don't reserve what would not be asked for. */
  abstract isAvailable(bankCode: string): boolean;
  /** A customer's: the first time an order is sent. `refused` UNAVAILABLE or BUSY when it certainly was not. */
  abstract send(order: BankOrder, giveUpAt: number): Promise<BankOutcome>;
  /** A customer's: what became of an order. */
  abstract inquire(order: BankOrder, giveUpAt: number): Promise<InquiryOutcome>;
  /**
   * In the background: the same order under the same id once more. Not sent is `unknown`: the first may have arrived.
   */
  abstract resend(order: BankOrder): Promise<BankOutcome>;
  /** In the background: about up to INQUIRIES_MAX orders of one kind in one call, answered in their order. */
  abstract inquireAll(orders: readonly InquiryOrder[]): Promise<InquiryOutcome[]>;
  /**
   * A page of what was taken for us, or paid out by us, on a business day (YYYY-MM-DD), oldest first; `after` is an
   * earlier page's `next`.
   */
  abstract listReceipts(kind: OrderKind, day: string, after: string | null): Promise<ReceiptsPage>;
}
