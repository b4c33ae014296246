import { expect } from '@jest/globals';
import { type Check } from '../../../src/audit/checks.js';
import { DAILY_LIMIT } from '../../support/builders.js';

/** Where the rows are that get broken. */
export interface Books {
  /** Paid with 1,000 won of the user's own and the rest from the bank. */
  readonly payment: number;
  readonly plainPayment: number;
  readonly cancel: number;
  readonly deposit: number;
  readonly failedCharge: number;
  /** What was paid out, what the bank refused to pay, and the id of the first at the bank. */
  readonly payout: number;
  readonly failedPayout: number;
  readonly payoutTranId: string;
  /** A transfer that is held still, one that was accepted, and its end. */
  readonly heldTransfer: number;
  readonly endedTransfer: number;
  readonly transferEnd: number;
  readonly authorization: number;
  readonly endedAuthorization: number;
  readonly capture: number;
  readonly voidedPayment: number;
  readonly agreement: number;
  readonly agreedPayment: number;
  readonly account: number;
  readonly savings: number;
  readonly payable: number;
  readonly linked: number;
  readonly businessDate: string;
  readonly userId: number;
  readonly bankTranId: string;
  /** A day that is over, whose settlement was told, and the part of it with the partner's payments: there were none. */
  readonly toldDay: string;
  readonly toldPart: number;
  /** Two entries of the main account, one after the other. */
  readonly seq: number;
  readonly chained: { readonly movement_id: number; readonly leg: number };
}

export interface Case {
  readonly check: Check;
  readonly what: string;
  readonly table: string;
  readonly where: (books: Books) => string;
  readonly by: (books: Books) => string;
  readonly key: (books: Books) => Record<string, number | string>;
}

const entryOf = ({ chained }: Books) => `movement_id = ${chained.movement_id} AND leg = ${chained.leg}`;

/**
 * One thing wrong in books of its own, as if by somebody with a SQL prompt; the constraints of the schema would refuse
 * some others.
 */
export const CASES: readonly Case[] = [
  {
    check: 'journal-balance',
    what: 'an amount on a partner’s account is changed',
    table: 'entries',
    where: (b) => `movement_id = ${b.payment} AND leg = 3`,
    by: (b) => `UPDATE entries SET amount = amount + 1 WHERE movement_id = ${b.payment} AND leg = 3`,
    key: (b) => ({ movement_id: b.payment }),
  },
  {
    check: 'journal-entries',
    what: 'an entry is deleted',
    table: 'entries',
    where: (b) => `movement_id = ${b.payment} AND leg = 3`,
    by: (b) => `DELETE FROM entries WHERE movement_id = ${b.payment} AND leg = 3`,
    key: (b) => ({ movement_id: b.payment, leg: 3 }),
  },
  {
    check: 'journal-entries',
    what: 'both amounts of a journal are changed, so that it still sums to zero',
    table: 'entries',
    where: (b) => `movement_id = ${b.payment} AND leg IN (2, 3)`,
    by: (b) =>
      `UPDATE entries SET amount = amount + IF(leg = 2, -5, 5) WHERE movement_id = ${b.payment} AND leg IN (2, 3)`,
    key: (b) => ({ movement_id: b.payment, leg: 2 }),
  },
  {
    check: 'journal-entries',
    what: 'a cancel’s money goes to another user',
    table: 'entries',
    where: (b) => `movement_id = ${b.cancel} AND leg = 3`,
    by: (b) => `UPDATE entries SET account_id = ${b.savings}, seq = 9 WHERE movement_id = ${b.cancel} AND leg = 3`,
    key: (b) => ({ movement_id: b.cancel, leg: 3 }),
  },
  {
    check: 'journal-cause',
    what: 'a failed movement has entries',
    table: 'entries',
    where: (b) => `movement_id = ${b.failedCharge}`,
    by: (b) =>
      `INSERT INTO entries VALUES (${b.failedCharge}, 0, ${b.payable}, -5, NULL, NULL, '2026-01-01'),
         (${b.failedCharge}, 1, ${b.payable}, 5, NULL, NULL, '2026-01-01')`,
    key: (b) => ({ movement_id: b.failedCharge, leg: 0 }),
  },
  {
    check: 'journal-cause',
    what: 'there is a journal of no movement, far beyond the last one',
    table: 'entries',
    where: () => 'movement_id = 900000000000',
    by: (b) => `INSERT INTO entries VALUES (900000000000, 2, ${b.payable}, -5, NULL, NULL, '2026-01-01'),
         (900000000000, 3, ${b.payable}, 5, NULL, NULL, '2026-01-01')`,
    key: () => ({ movement_id: 900_000_000_000, leg: 2 }),
  },
  {
    check: 'movement',
    what: 'a movement is given to another user',
    table: 'movements',
    where: (b) => `id = ${b.deposit}`,
    by: (b) => `UPDATE movements SET user_id = user_id + 1 WHERE id = ${b.deposit}`,
    key: (b) => ({ id: b.deposit }),
  },
  {
    check: 'chain',
    what: 'balance_after is changed',
    table: 'entries',
    where: (b) => entryOf(b),
    by: (b) => `UPDATE entries SET balance_after = balance_after + 1 WHERE ${entryOf(b)}`,
    key: (b) => ({ account_id: b.account, seq: b.seq, ...b.chained }),
  },
  {
    check: 'chain',
    what: 'a place in a chain is skipped',
    table: 'entries',
    where: (b) => `movement_id = ${b.cancel} AND leg = 3`,
    by: (b) => `UPDATE entries SET seq = seq + 7 WHERE movement_id = ${b.cancel} AND leg = 3`,
    key: (b) => ({ movement_id: b.cancel, leg: 3 }),
  },
  {
    check: 'entry-account',
    what: 'a partner’s entry has a place in a chain',
    table: 'entries',
    where: (b) => `movement_id = ${b.payment} AND leg = 3`,
    by: (b) => `UPDATE entries SET seq = 1000000, balance_after = 5 WHERE movement_id = ${b.payment} AND leg = 3`,
    key: (b) => ({ movement_id: b.payment, leg: 3 }),
  },
  {
    check: 'entry-account',
    what: 'a user’s entry has none',
    table: 'entries',
    where: (b) => entryOf(b),
    by: (b) => `UPDATE entries SET seq = NULL WHERE ${entryOf(b)}`,
    key: (b) => b.chained,
  },
  {
    check: 'balance',
    what: 'a user is given a won',
    table: 'accounts',
    where: (b) => `id = ${b.savings}`,
    by: (b) => `UPDATE accounts SET balance = balance + 1 WHERE id = ${b.savings}`,
    key: (b) => ({ id: b.savings }),
  },
  {
    check: 'balance',
    what: 'a partner’s account carries a balance',
    table: 'accounts',
    where: (b) => `id = ${b.payable}`,
    by: (b) => `UPDATE accounts SET balance = 5 WHERE id = ${b.payable}`,
    key: (b) => ({ id: b.payable }),
  },
  {
    check: 'hold',
    what: 'money is held for nothing',
    table: 'accounts',
    where: (b) => `id = ${b.savings}`,
    by: (b) => `UPDATE accounts SET held = 1 WHERE id = ${b.savings}`,
    key: (b) => ({ id: b.savings }),
  },
  {
    check: 'withdrawal',
    what: 'a withdrawal is of another amount than its movement',
    table: 'withdrawals',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `UPDATE withdrawals SET amount = amount + 1 WHERE movement_id = ${b.payment}`,
    key: (b) => ({ movement_id: b.payment }),
  },
  {
    check: 'withdrawal',
    what: 'a withdrawal is lost',
    table: 'withdrawals',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `DELETE FROM withdrawals WHERE movement_id = ${b.payment}`,
    key: (b) => ({ id: b.payment }),
  },
  {
    check: 'payout',
    what: 'a payout is called refused, though its movement is completed',
    table: 'payouts',
    where: (b) => `movement_id = ${b.payout}`,
    by: (b) => `UPDATE payouts SET status = 'REFUSED', refusal = 'UNAVAILABLE' WHERE movement_id = ${b.payout}`,
    key: (b) => ({ movement_id: b.payout }),
  },
  {
    check: 'payout',
    what: 'a payout is lost',
    table: 'payouts',
    where: (b) => `movement_id = ${b.payout}`,
    by: (b) => `DELETE FROM payouts WHERE movement_id = ${b.payout}`,
    key: (b) => ({ id: b.payout }),
  },
  {
    check: 'clearing',
    what: 'what was paid out is booked elsewhere',
    table: 'entries',
    where: (b) => `movement_id = ${b.payout} AND leg = 3`,
    by: (b) => `UPDATE entries SET account_id = ${b.payable} WHERE movement_id = ${b.payout} AND leg = 3`,
    key: (b) => ({ movement_id: b.payout }),
  },
  {
    check: 'hold',
    what: 'a payout is open, and nothing is held for it',
    table: 'payouts',
    where: (b) => `movement_id = ${b.payout}`,
    by: (b) => `UPDATE payouts SET status = 'PENDING' WHERE movement_id = ${b.payout}`,
    key: (b) => ({ id: b.account }),
  },
  {
    check: 'bank',
    what: 'we say that the bank paid what it has never heard of',
    table: 'payouts',
    where: (b) => `movement_id = ${b.payout}`,
    by: (b) => `UPDATE payouts SET bank_tran_id = 'M202600001UYYYYYYYYY' WHERE movement_id = ${b.payout}`,
    key: (b) => ({ movement_id: b.payout }),
  },
  {
    check: 'bank',
    what: 'we have given back what the bank paid',
    table: 'payouts',
    where: (b) => `movement_id = ${b.payout}`,
    by: (b) => `UPDATE payouts SET status = 'REFUSED', refusal = 'UNAVAILABLE' WHERE movement_id = ${b.payout}`,
    key: (b) => ({ movement_id: b.payout }),
  },
  {
    check: 'bank',
    what: 'we say that the bank paid what it refused to pay',
    table: 'payouts',
    where: (b) => `movement_id = ${b.failedPayout}`,
    by: (b) => `UPDATE payouts SET status = 'DONE', refusal = NULL WHERE movement_id = ${b.failedPayout}`,
    key: (b) => ({ movement_id: b.failedPayout }),
  },
  {
    check: 'bank',
    what: 'the bank paid what we know nothing of',
    table: 'payouts',
    where: (b) => `movement_id = ${b.payout}`,
    by: (b) => `DELETE FROM payouts WHERE movement_id = ${b.payout}`,
    key: (b) => ({ bank_tran_id: b.payoutTranId }),
  },
  {
    check: 'limit',
    what: 'more than a day’s limit is used',
    table: 'withdrawals',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `UPDATE withdrawals SET amount = ${DAILY_LIMIT + 1} WHERE movement_id = ${b.payment}`,
    key: (b) => ({ linked_account_id: b.linked, business_date: b.businessDate }),
  },
  {
    check: 'clearing',
    what: 'what came from the bank is booked elsewhere',
    table: 'entries',
    where: (b) => `movement_id = ${b.payment} AND leg = 0`,
    by: (b) => `UPDATE entries SET account_id = ${b.payable} WHERE movement_id = ${b.payment} AND leg = 0`,
    key: (b) => ({ movement_id: b.payment }),
  },
  {
    check: 'key',
    what: 'a completed movement has lost its key',
    table: 'movements',
    where: (b) => `id = ${b.payment}`,
    by: (b) => `UPDATE movements SET key_live = NULL WHERE id = ${b.payment}`,
    key: (b) => ({ id: b.payment }),
  },
  {
    check: 'key',
    what: 'a failed movement still holds its key',
    table: 'movements',
    where: (b) => `id = ${b.failedCharge}`,
    by: (b) => `UPDATE movements SET key_live = 1 WHERE id = ${b.failedCharge}`,
    key: (b) => ({ id: b.failedCharge }),
  },
  {
    check: 'order',
    what: 'a paid order could be paid again',
    table: 'payments',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `UPDATE payments SET order_live = NULL WHERE movement_id = ${b.payment}`,
    key: (b) => ({ movement_id: b.payment }),
  },
  {
    check: 'payment',
    what: 'a payment’s record is lost',
    table: 'payments',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `DELETE FROM payments WHERE movement_id = ${b.payment}`,
    key: (b) => ({ movement_id: b.payment }),
  },
  {
    check: 'payment',
    what: 'a deposit passes for a payment',
    table: 'payments',
    where: (b) => `movement_id = ${b.deposit}`,
    by: (b) =>
      `INSERT INTO payments (movement_id, partner_id, partner_pay_key, order_live, business_date, product_items)
       VALUES (${b.deposit}, 100, 'by hand ${b.deposit}', 1, '2026-01-01', '[]')`,
    key: (b) => ({ movement_id: b.deposit }),
  },
  {
    check: 'cancel',
    what: 'more is said to be cancelled than was given back',
    table: 'payments',
    where: (b) => `movement_id = ${b.plainPayment}`,
    by: (b) => `UPDATE payments SET canceled_amount = canceled_amount + 1 WHERE movement_id = ${b.plainPayment}`,
    key: (b) => ({ movement_id: b.plainPayment }),
  },
  {
    check: 'cancel',
    what: 'a cancel’s record is lost',
    table: 'payment_cancels',
    where: (b) => `movement_id = ${b.cancel}`,
    by: (b) => `DELETE FROM payment_cancels WHERE movement_id = ${b.cancel}`,
    key: (b) => ({ movement_id: b.cancel }),
  },
  {
    check: 'business-day',
    what: 'a payment counts for another day',
    table: 'payments',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `UPDATE payments SET business_date = business_date - INTERVAL 1 DAY WHERE movement_id = ${b.payment}`,
    key: (b) => ({ movement_id: b.payment }),
  },
  {
    check: 'business-day',
    what: 'a payment counts for a later day although its own was not closed',
    table: 'payments',
    where: (b) => `movement_id = ${b.plainPayment}`,
    by: (b) =>
      `UPDATE payments SET business_date = business_date + INTERVAL 1 DAY WHERE movement_id = ${b.plainPayment}`,
    key: (b) => ({ movement_id: b.plainPayment }),
  },
  {
    check: 'settlement',
    what: 'a payment is put on a day whose settlement was told',
    table: 'payments',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `UPDATE payments SET business_date = '${b.toldDay}' WHERE movement_id = ${b.payment}`,
    key: (b) => ({ id: b.toldPart }),
  },
  {
    check: 'settlement',
    what: 'what a settlement said is changed',
    table: 'settlement_parts',
    where: (b) => `id = ${b.toldPart}`,
    by: (b) => `UPDATE settlement_parts SET amount = amount + 1 WHERE id = ${b.toldPart}`,
    key: (b) => ({ id: b.toldPart }),
  },
  {
    check: 'settlement',
    what: 'a day whose settlement was told is open again',
    table: 'business_days',
    where: (b) => `day = '${b.toldDay}'`,
    by: (b) => `UPDATE business_days SET closed_at = NULL WHERE day = '${b.toldDay}'`,
    key: (b) => ({ id: b.toldPart }),
  },
  {
    check: 'reference',
    what: 'a user is gone',
    table: 'users',
    where: (b) => `id = ${b.userId}`,
    by: (b) => `DELETE FROM users WHERE id = ${b.userId}`,
    key: (b) => ({ id: b.account }),
  },
  {
    check: 'reference',
    what: 'a secret is of no endpoint',
    table: 'webhook_secrets',
    where: (b) => `endpoint_id = ${900_000_000 + b.payment}`,
    by: (b) => `INSERT INTO webhook_secrets (endpoint_id, ciphertext) VALUES (${900_000_000 + b.payment}, 'x')`,
    key: () => ({ id: expect.any(Number) as unknown as number }),
  },
  {
    check: 'reference',
    what: 'an act was done with a key that there is not',
    table: 'operator_acts',
    where: (b) => `key_id = ${900_000_000 + b.payment}`,
    by: (b) => `INSERT INTO operator_acts (acted_at, action, key_id, role, address, subject)
      VALUES ('2030-01-01', 'cancelPayment', ${900_000_000 + b.payment}, 'operator', '203.0.113.7', 'payment')`,
    key: () => ({ id: expect.any(Number) as unknown as number }),
  },
  {
    check: 'link',
    what: 'a user’s linked account is gone',
    table: 'linked_accounts',
    where: (b) => `id = ${b.linked}`,
    by: (b) => `DELETE FROM linked_accounts WHERE id = ${b.linked}`,
    key: (b) => ({ id: b.userId }),
  },
  {
    check: 'link',
    what: 'none of a user’s linked accounts is the default',
    table: 'linked_accounts',
    where: (b) => `id = ${b.linked}`,
    by: (b) => `UPDATE linked_accounts SET is_default = NULL WHERE id = ${b.linked}`,
    key: (b) => ({ id: b.userId }),
  },
  {
    check: 'link',
    what: 'a linked account that was removed is live',
    table: 'linked_accounts',
    where: (b) => `id = ${b.linked}`,
    by: (b) => `UPDATE linked_accounts SET removed_at = linked_at WHERE id = ${b.linked}`,
    key: (b) => ({ id: b.linked }),
  },
  {
    check: 'link',
    what: 'the handle of a linked account is another one’s',
    table: 'linked_accounts',
    where: (b) => `id = ${b.linked}`,
    by: (b) =>
      `UPDATE linked_accounts l JOIN (SELECT sealed_handle AS handle FROM linked_accounts WHERE id <> ${b.linked} LIMIT 1) other
       SET l.sealed_handle = other.handle WHERE l.id = ${b.linked}`,
    key: (b) => ({ id: b.linked }),
  },
  {
    check: 'interest',
    what: 'a deposit counts as interest',
    table: 'interest_postings',
    where: (b) => `movement_id = ${b.deposit}`,
    by: (b) =>
      `INSERT INTO interest_postings (movement_id, account_id, day, rest, settled_seq)
       VALUES (${b.deposit}, ${b.savings}, '2020-01-01', 0, 0)`,
    key: (b) => ({ movement_id: b.deposit }),
  },
  {
    check: 'interest',
    what: 'a savings account is of no product',
    table: 'savings_accounts',
    where: (b) => `account_id = ${b.savings}`,
    by: (b) => `UPDATE savings_accounts SET product = 'GOLD' WHERE account_id = ${b.savings}`,
    key: (b) => ({ account_id: b.savings }),
  },
  {
    check: 'daily-deposit',
    what: 'a deposit that was made is said to have failed',
    table: 'daily_deposits',
    where: (b) => `movement_id = ${b.deposit}`,
    by: (b) =>
      `INSERT INTO daily_deposits (account_id, day, status, amount, movement_id, recorded_at)
       VALUES (${b.savings}, '2020-01-01', 'FAILED', 3000, ${b.deposit}, UTC_TIMESTAMP(3))`,
    key: (b) => ({ movement_id: b.deposit }),
  },
  {
    check: 'bank',
    what: 'the bank took what we know nothing of',
    table: 'withdrawals',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `DELETE FROM withdrawals WHERE movement_id = ${b.payment}`,
    key: (b) => ({ bank_tran_id: b.bankTranId }),
  },
  {
    check: 'business-day',
    what: 'a cancel counts against another partner',
    table: 'payment_cancels',
    where: (b) => `movement_id = ${b.cancel}`,
    by: (b) => `UPDATE payment_cancels SET partner_id = partner_id + 1 WHERE movement_id = ${b.cancel}`,
    key: (b) => ({ movement_id: b.cancel }),
  },
  {
    check: 'bank',
    what: 'we say that the bank took another amount',
    table: 'withdrawals',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `UPDATE withdrawals SET amount = amount + 1 WHERE movement_id = ${b.payment}`,
    key: (b) => ({ movement_id: b.payment }),
  },
  {
    check: 'bank',
    what: 'we say that the bank took what it has never heard of',
    table: 'withdrawals',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `UPDATE withdrawals SET bank_tran_id = 'M202600001UZZZZZZZZZ' WHERE movement_id = ${b.payment}`,
    key: (b) => ({ movement_id: b.payment }),
  },
  {
    check: 'bank',
    what: 'we say that it refused what it took',
    table: 'withdrawals',
    where: (b) => `movement_id = ${b.payment}`,
    by: (b) => `UPDATE withdrawals SET status = 'REFUSED', refusal = 'BALANCE_SHORT' WHERE movement_id = ${b.payment}`,
    key: (b) => ({ movement_id: b.payment }),
  },
  {
    check: 'bank',
    what: 'we say that it took what it refused',
    table: 'withdrawals',
    where: (b) => `movement_id = ${b.failedCharge}`,
    by: (b) => `UPDATE withdrawals SET status = 'DONE', refusal = NULL WHERE movement_id = ${b.failedCharge}`,
    key: (b) => ({ movement_id: b.failedCharge }),
  },
  {
    check: 'transfer',
    what: 'a transfer that is held is called ended',
    table: 'held_transfers',
    where: (b) => `movement_id = ${b.heldTransfer}`,
    by: (b) => `UPDATE held_transfers SET is_held = NULL WHERE movement_id = ${b.heldTransfer}`,
    key: (b) => ({ movement_id: b.heldTransfer }),
  },
  {
    check: 'transfer',
    what: 'the record of a transfer that is held is deleted',
    table: 'held_transfers',
    where: (b) => `movement_id = ${b.heldTransfer}`,
    by: (b) => `DELETE FROM held_transfers WHERE movement_id = ${b.heldTransfer}`,
    key: (b) => ({ movement_id: b.heldTransfer }),
  },
  {
    check: 'transfer',
    what: 'an accepted transfer is called cancelled',
    table: 'transfer_ends',
    where: (b) => `movement_id = ${b.transferEnd}`,
    by: (b) => `UPDATE transfer_ends SET outcome = 'CANCELED' WHERE movement_id = ${b.transferEnd}`,
    key: (b) => ({ movement_id: b.transferEnd }),
  },
  {
    check: 'transfer',
    what: 'the end of a transfer is another one’s',
    table: 'transfer_ends',
    where: (b) => `movement_id = ${b.transferEnd}`,
    by: (b) => `UPDATE transfer_ends SET transfer_id = ${b.heldTransfer} WHERE movement_id = ${b.transferEnd}`,
    key: (b) => ({ movement_id: b.transferEnd }),
  },
  {
    check: 'escrow',
    what: 'a transfer that has ended is held once more',
    table: 'held_transfers',
    where: (b) => `movement_id = ${b.endedTransfer}`,
    by: (b) => `UPDATE held_transfers SET is_held = 1 WHERE movement_id = ${b.endedTransfer}`,
    key: (b) => ({ movement_id: b.endedTransfer }),
  },
  {
    check: 'journal-entries',
    what: 'what is held is on another account than that of all transfers',
    table: 'entries',
    where: (b) => `movement_id = ${b.heldTransfer} AND leg = 3`,
    by: (b) => `UPDATE entries SET account_id = ${b.payable} WHERE movement_id = ${b.heldTransfer} AND leg = 3`,
    key: (b) => ({ movement_id: b.heldTransfer, leg: 3 }),
  },
  {
    check: 'authorization',
    what: 'a payment that is held is called ended',
    table: 'authorizations',
    where: (b) => `movement_id = ${b.authorization}`,
    by: (b) => `UPDATE authorizations SET is_held = NULL WHERE movement_id = ${b.authorization}`,
    key: (b) => ({ movement_id: b.authorization }),
  },
  {
    check: 'hold',
    what: 'a payment that was captured is held once more',
    table: 'authorizations',
    where: (b) => `movement_id = ${b.endedAuthorization}`,
    by: (b) => `UPDATE authorizations SET is_held = 1 WHERE movement_id = ${b.endedAuthorization}`,
    key: (b) => ({ id: b.account }),
  },
  {
    check: 'authorization',
    what: 'a capture is called a void',
    table: 'authorization_ends',
    where: (b) => `movement_id = ${b.capture}`,
    by: (b) => `UPDATE authorization_ends SET outcome = 'VOIDED' WHERE movement_id = ${b.capture}`,
    key: (b) => ({ movement_id: b.capture }),
  },
  {
    check: 'authorization',
    what: 'a capture is deleted from the record',
    table: 'authorization_ends',
    where: (b) => `movement_id = ${b.capture}`,
    by: (b) => `DELETE FROM authorization_ends WHERE movement_id = ${b.capture}`,
    key: (b) => ({ movement_id: b.capture }),
  },
  {
    check: 'authorization',
    what: 'a capture took more than it says',
    table: 'authorization_ends',
    where: (b) => `movement_id = ${b.capture}`,
    by: (b) => `UPDATE authorization_ends SET captured_amount = captured_amount - 1 WHERE movement_id = ${b.capture}`,
    key: (b) => ({ movement_id: b.capture }),
  },
  {
    check: 'order',
    what: 'a payment that was voided holds its order',
    table: 'payments',
    where: (b) => `movement_id = ${b.voidedPayment}`,
    by: (b) => `UPDATE payments SET order_live = 1 WHERE movement_id = ${b.voidedPayment}`,
    key: (b) => ({ movement_id: b.voidedPayment }),
  },
  {
    check: 'business-day',
    what: 'a capture counts for another day',
    table: 'authorization_ends',
    where: (b) => `movement_id = ${b.capture}`,
    by: (b) =>
      `UPDATE authorization_ends SET business_date = business_date - INTERVAL 1 DAY WHERE movement_id = ${b.capture}`,
    key: (b) => ({ movement_id: b.capture }),
  },
  {
    check: 'agreement',
    what: 'a day of an agreement counts less than was taken',
    table: 'agreements',
    where: (b) => `id = ${b.agreement}`,
    by: (b) => `UPDATE agreements SET used_amount = used_amount - 1 WHERE id = ${b.agreement}`,
    key: (b) => ({ id: b.agreement }),
  },
  {
    check: 'agreement',
    what: 'a payment counts for an agreement on no day',
    table: 'payments',
    where: (b) => `movement_id = ${b.agreedPayment}`,
    by: (b) => `UPDATE payments SET agreement_day = NULL WHERE movement_id = ${b.agreedPayment}`,
    key: (b) => ({ movement_id: b.agreedPayment }),
  },
  {
    check: 'agreement',
    what: 'a payment counts for an agreement that is not there',
    table: 'payments',
    where: (b) => `movement_id = ${b.agreedPayment}`,
    by: (b) => `UPDATE payments SET agreement_id = 4000000000 WHERE movement_id = ${b.agreedPayment}`,
    key: (b) => ({ movement_id: b.agreedPayment }),
  },
  {
    check: 'agreement',
    what: 'an agreement has forgotten the day of a payment',
    table: 'agreements',
    where: (b) => `id = ${b.agreement}`,
    by: (b) => `UPDATE agreements SET used_on = NULL, used_amount = 0 WHERE id = ${b.agreement}`,
    key: (b) => ({ movement_id: b.agreedPayment }),
  },
  {
    check: 'agreement',
    what: 'an agreement is not the latest one, and there is none after it',
    table: 'agreements',
    where: (b) => `id = ${b.agreement}`,
    by: (b) => `UPDATE agreements SET is_latest = NULL, ended_at = agreed_at WHERE id = ${b.agreement}`,
    key: (b) => ({ id: b.agreement }),
  },
  {
    check: 'frozen',
    what: 'an account is frozen that operators have freed',
    table: 'accounts',
    where: (b) => `id = ${b.account}`,
    by: (b) => `UPDATE accounts SET frozen_at = opened_at WHERE id = ${b.account}`,
    key: (b) => ({ id: b.account }),
  },
  {
    check: 'frozen',
    what: 'an account is free that operators have frozen',
    table: 'operator_acts',
    where: (b) => `subject = 'user' AND subject_id = ${b.userId} AND action = 'unfreezeUser'`,
    by: (b) =>
      `DELETE FROM operator_acts WHERE subject = 'user' AND subject_id = ${b.userId} AND action = 'unfreezeUser'`,
    key: (b) => ({ id: b.account }),
  },
  {
    check: 'frozen',
    what: 'a savings account is frozen',
    table: 'accounts',
    where: (b) => `id = ${b.savings}`,
    by: (b) => `UPDATE accounts SET frozen_at = opened_at WHERE id = ${b.savings}`,
    key: (b) => ({ id: b.savings }),
  },
];
