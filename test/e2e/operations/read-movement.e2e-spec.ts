import { expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { authorize } from '../../support/authorizations.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer } from '../../support/contract.js';
import { describeKeyless } from '../../support/environment.js';
import { accept, hold } from '../../support/held-transfers.js';
import { eventually } from '../../support/money.js';
import { read } from '../../support/operations.js';
import { aPartner } from '../../support/settlements.js';

interface MovementPage {
  readonly status: string;
  readonly journal: readonly object[];
  readonly bankOrder?: object;
}
const pageOf = (id: number | undefined) => read<MovementPage>(`movements/${id}`);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

describeKeyless("a movement's page", () => {
  it('has the journal with both sides, and what the bank was asked for', async () => {
    const user = await aUser({ given: 3_000 });
    const partnerId = await aPartner();
    const key = newKey();
    const body = paymentBody(user.userId, { partnerId, totalPayAmount: 8_000 });
    const { paymentId } = (await done(api.pay(body, key))).detail;
    const { accountNumber } = (await api.user(user.userId)).detail.accounts[0]!;
    const main = { accountId: user.accountId, type: 'MAIN', number: accountNumber, ownerId: user.userId };
    const payable = { accountId: expect.any(Number), type: 'PARTNER_PAYABLE', number: `PARTNER-${partnerId}` };
    expect(await pageOf(paymentId)).toEqual({
      transactionId: paymentId,
      type: 'PAYMENT',
      status: 'COMPLETED',
      amount: 8_000,
      toppedUpAmount: 5_000,
      paymentId,
      counterAccount: { ...payable, ownerId: partnerId, ownerName: '길동상회' },
      requestedAt: time,
      endedAt: time,
      userId: user.userId,
      userName: user.name,
      idempotencyKey: key,
      journal: [
        {
          amount: 5_000,
          postedAt: time,
          from: {
            accountId: expect.any(Number),
            type: 'BANK_CLEARING',
            number: 'BANK-081',
            ownerId: 81,
            ownerName: '하나은행',
          },
          to: { ...main, ownerName: user.name, balanceAfter: 8_000 },
        },
        {
          amount: 8_000,
          postedAt: time,
          from: { ...main, ownerName: user.name, balanceAfter: 0 },
          to: { ...payable, ownerId: partnerId, ownerName: '길동상회' },
        },
      ],
      bankOrder: {
        kind: 'WITHDRAWAL',
        bankTranId: expect.stringMatching(/^[A-Z0-9]{20}$/),
        status: 'DONE',
        amount: 5_000,
        heldAmount: 3_000,
        linkedAccountId: expect.any(Number),
        bank: 'HANA BANK',
        bankCode: '081',
        businessDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        askedAt: time,
        inquiries: 0,
        settledAt: time,
      },
    });
  });

  it('has no journal of what failed, and why the bank said no', async () => {
    const user = await aUser({ bankAccount: '9001' });
    expectAnswer(await api.charge({ userId: user.userId, amount: 1_000 }), 'NotEnoughAccountBalance');
    const { items } = await read<{ items: { transactionId: number }[] }>(`users/${user.userId}/movements`);
    const page = await pageOf(items[0]?.transactionId);
    expect(page).toMatchObject({
      type: 'CHARGE',
      status: 'FAILED',
      failureCode: 'NotEnoughAccountBalance',
      journal: [],
      bankOrder: { status: 'REFUSED', refusal: 'BALANCE_SHORT', heldAmount: 0 },
    });
    expect(page).not.toHaveProperty('counterAccount');
    expect(page).not.toHaveProperty('idempotencyKey'); // it came without
  });

  it('has what waits for the bank, and what became of it', async () => {
    const user = await aUser({ bankAccount: '9016' });
    const waiting = await api.charge({ userId: user.userId, amount: 1_000 });
    expectAnswer(waiting, 'Processing');
    const { transactionId } = waiting.detail;
    expect(await pageOf(transactionId)).toMatchObject({
      status: 'PENDING',
      journal: [],
      bankOrder: { status: 'PENDING', amount: 1_000, nextInquiryAt: time },
    });
    const ended = await eventually(
      () => pageOf(transactionId),
      ({ status }) => status !== 'PENDING',
    );
    expect(ended).toMatchObject({ status: 'COMPLETED', bankOrder: { status: 'DONE', settledAt: time } });
    expect(ended.bankOrder).not.toHaveProperty('nextInquiryAt');
    expect(ended.journal).toHaveLength(1);
  });

  it('has the memo of a transfer, and whether it was accepted', async () => {
    const [from, to] = [await aUser({ given: 5_000 }), await aUser()];
    const { transactionId } = (await done(hold(from, to, 2_000, { memo: '점심값 <b>' }))).detail;
    expect(await pageOf(transactionId)).toMatchObject({
      type: 'TRANSFER_HOLD',
      memo: '점심값 <b>',
      acceptance: { status: 'HELD', expiresAt: time },
      counterAccount: { accountId: to.accountId, ownerName: to.name },
      journal: [{ amount: 2_000, to: { type: 'TRANSFER_ESCROW', ownerId: 0 } }],
    });
    await done(accept(transactionId, to));
    expect(await pageOf(transactionId)).toMatchObject({ acceptance: { status: 'ACCEPTED', endedAt: time } });
  });

  it('has no journal of what is only set aside', async () => {
    const user = await aUser({ given: 5_000 });
    const { paymentId } = (await done(authorize(user.userId, { totalPayAmount: 2_000 }))).detail;
    expect(await pageOf(paymentId)).toMatchObject({ type: 'AUTHORIZATION', status: 'COMPLETED', journal: [] });
  });

  it('is not there of what is not there', async () => {
    expectAnswer(await api.send('GET', '/operations/movements/999999999999'), 'NotFound');
    expectAnswer(await api.send('GET', '/operations/movements/x'), 'InvalidRequest');
  });
});
