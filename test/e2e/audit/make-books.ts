import { expect } from '@jest/globals';
import { api } from '../../support/api.js';
import { agree } from '../../support/agreements.js';
import { authorize, capture, voidPayment } from '../../support/authorizations.js';
import { aSavingsAccount, aUser, done, newKey, paymentBody, SANDBOX_PARTNER } from '../../support/builders.js';
import type { Corruption } from '../../support/corruption.js';
import { freezeUser, unfreezeUser } from '../../support/freezes.js';
import { accept, hold } from '../../support/held-transfers.js';
import type { Books } from './corruptions.js';

/** Days that nobody has paid on. */
const FIRST_TOLD_DAY = Date.UTC(2020, 2, 1);
const DAY_MS = 86_400_000;

/**
 * Some of everything, of users of its own: payments with and without a top-up, a cancel, a deposit, a transfer, two
 * that have to be accepted, three that are authorised, a payout, a charge and a payout that the bank refused, and the settlement of a day that is
 * over, another one for each `place`. The first user was frozen for a moment.
 */
export async function makeBooks(database: Corruption, place: number): Promise<Books> {
  const [user, other, poor] = [await aUser({ charged: 1_000 }), await aUser(), await aUser({ bankAccount: '9001' })];
  const { userId } = user;
  const paid = (await done(api.pay(paymentBody(userId, { totalPayAmount: 23_000 }), newKey()))).detail;
  await done(api.charge({ userId, amount: 50_000 }));
  const plain = (await done(api.pay(paymentBody(userId, { totalPayAmount: 10_000 }), newKey()))).detail;
  await done(api.transfer({ fromUserId: userId, toUserId: other.userId, amount: 2_000 }));
  const held = await done(hold(user, other, 1_100));
  const ended = await done(hold(user, other, 1_200));
  const end = await done(accept(ended.detail.transactionId, other));
  const authorized = async () => (await done(authorize(userId, { totalPayAmount: 900 }))).detail.paymentId;
  const [authorization, endedAuthorization, voidedPayment] = [
    await authorized(),
    await authorized(),
    await authorized(),
  ];
  const { captureId } = (await done(capture(endedAuthorization, { captureAmount: 800 }))).detail;
  await done(voidPayment(voidedPayment));
  const agreement = (await done(agree(other.userId))).detail.agreementId;
  const agreed = (await done(api.pay(paymentBody(other.userId, { totalPayAmount: 700 }), newKey()))).detail;
  const savings = await aSavingsAccount(user);
  const deposit = (await done(api.deposit({ userId, amount: 3_000 }))).detail.transactionId;
  const cancelPath = `/payments/${plain.paymentId}/cancel`;
  const cancelBody = { cancelAmount: 4_000, cancelReason: 'changed my mind' };
  const cancel = await done(api.send<{ cancelId: number }>('POST', cancelPath, cancelBody, { key: newKey() }));
  expect((await api.charge({ userId: poor.userId, amount: 7_000 })).code).toBe('NotEnoughAccountBalance');
  const payout = (await done(api.payOut({ userId, amount: 4_000 }, newKey()))).detail.transactionId;
  await done(api.transfer({ fromUserId: userId, toUserId: poor.userId, amount: 600 }));
  expect((await api.payOut({ userId: poor.userId, amount: 500 }, newKey())).code).toBe('BankMaintenance');
  await done(freezeUser(userId));
  await done(unfreezeUser(userId));
  const toldDay = new Date(FIRST_TOLD_DAY + place * DAY_MS).toISOString().slice(0, 10);
  await done(api.send('GET', `/partners/${SANDBOX_PARTNER}/settlements?date=${toldDay}`));

  const failedOf = (type: string) =>
    database.find<{ id: number }>('SELECT id FROM movements WHERE user_id = ? AND type = ?', [poor.userId, type]);
  const [failed, failedPayout] = [await failedOf('CHARGE'), await failedOf('PAYOUT')];
  const paidOut = await database.find<{ bankTranId: string }>(
    'SELECT bank_tran_id AS bankTranId FROM payouts WHERE movement_id = ?',
    [payout],
  );
  const payable = await database.find<{ id: number }>(
    `SELECT account_id AS id FROM entries WHERE movement_id = ? AND leg = 3`,
    [paid.paymentId],
  );
  const withdrawal = await database.find<{ linked: number; businessDate: string; bankTranId: string }>(
    `SELECT linked_account_id AS linked, business_date AS businessDate, bank_tran_id AS bankTranId
     FROM withdrawals WHERE movement_id = ?`,
    [paid.paymentId],
  );
  const entry = await database.find<{ seq: number; movement_id: number; leg: number }>(
    'SELECT seq, movement_id, leg FROM entries WHERE movement_id = ? AND leg = 2',
    [paid.paymentId],
  );
  const told = await database.find<{ id: number }>(
    "SELECT id FROM settlement_parts WHERE partner_id = ? AND day = ? AND part_of = 'payments'",
    [SANDBOX_PARTNER, toldDay],
  );
  return {
    payment: paid.paymentId,
    plainPayment: plain.paymentId,
    cancel: cancel.detail.cancelId,
    deposit,
    failedCharge: failed.id,
    payout,
    failedPayout: failedPayout.id,
    payoutTranId: paidOut.bankTranId,
    heldTransfer: held.detail.transactionId,
    endedTransfer: ended.detail.transactionId,
    transferEnd: end.detail.transactionId,
    authorization,
    endedAuthorization,
    capture: captureId,
    voidedPayment,
    agreement,
    agreedPayment: agreed.paymentId,
    userId,
    account: user.accountId,
    savings,
    payable: payable.id,
    ...withdrawal,
    seq: entry.seq,
    chained: { movement_id: entry.movement_id, leg: entry.leg },
    toldDay,
    toldPart: told.id,
  };
}
