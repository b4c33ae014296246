import { describe, expect, it } from '@jest/globals';
import { api } from '../support/api.js';
import { newEmail, newKey, newOrder } from '../support/builders.js';
import { expectAnswer, expectSuccess } from '../support/contract.js';
import { describeIf } from '../support/describe-if.js';

/** A deployment without a first user is fresh: only there do the document's own ids and names fit. */
const isFresh = (await api.user(1)).status === 404;
const SEOUL_DATE_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/** The four requests of the document, in its order and with its values. */
const requests = {
  signUp: { name: '홍길동', email: 'hello@gmail', externalBank: 'HANA BANK', externalAccountNumber: '1234567890' },
  openSavings: { userId: 1 },
  deposit: { userId: 1, amount: 10000 },
  key: 'test-idempotency-key',
  pay: {
    userId: 1,
    partnerId: 100,
    partnerPayKey: 'partner-key-123',
    productItems: [
      { count: 1, name: 'Product A' },
      { count: 2, name: 'Product B' },
    ],
    totalPayAmount: 23000,
  },
};

async function expectDocumentedAnswers({ signUp, openSavings, deposit, key, pay }: typeof requests, known?: 1) {
  const signedUp = await api.signUp(signUp);
  expectSuccess(signedUp, 201);
  const { userId, mainAccount } = signedUp.detail;
  if (known) expect(userId).toBe(known);
  expect(signedUp.detail).toEqual({
    userId,
    name: '홍길동',
    email: signUp.email,
    mainAccount: {
      accountId: mainAccount.accountId,
      accountNumber: mainAccount.accountNumber,
      type: 'MAIN',
      balance: 0,
    },
    externalAccount: { bank: 'HANA BANK', accountNumber: '******7890' },
  });

  const savings = await api.openSavings({ ...openSavings, userId });
  expectSuccess(savings, 201);
  expect(savings.detail).toMatchObject({ type: 'SAVINGS', balance: 0 });

  const deposited = await api.deposit({ ...deposit, userId });
  expectSuccess(deposited, 200);
  expect(deposited.detail).toEqual({
    transactionId: deposited.detail.transactionId,
    amount: 10000,
    toppedUpAmount: 10000,
    mainAccount: { accountId: mainAccount.accountId, balance: 0 },
    savingsAccount: { accountId: savings.detail.accountId, balance: 10000 },
  });

  const paid = await api.pay({ ...pay, userId }, key);
  expectSuccess(paid, 201);
  const { paymentId, paymentDateTime } = paid.detail;
  expect(paid.detail).toEqual({ paymentId, partnerPayKey: pay.partnerPayKey, totalPayAmount: 23000, paymentDateTime });
  expect(paymentDateTime).toMatch(SEOUL_DATE_TIME);

  const again = await api.pay({ ...pay, userId }, key);
  expectAnswer(again, 'PaymentComplete');
  expect(again.detail).toEqual(paid.detail);
}

describeIf(isFresh, 'a deployment without users', 'the four requests of the document, copied exactly,', () => {
  it('work in order on a fresh start', async () => {
    await expectDocumentedAnswers(requests, 1);
  });
});

describe('the four requests of the document', () => {
  it('work in order for anybody, any number of times', async () => {
    const signUp = { ...requests.signUp, email: newEmail() };
    const pay = { ...requests.pay, partnerPayKey: newOrder() };
    await expectDocumentedAnswers({ ...requests, signUp, pay, key: newKey() });
  });
});
