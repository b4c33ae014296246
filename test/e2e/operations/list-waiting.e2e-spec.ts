import { expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { describeKeyless } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { read } from '../../support/operations.js';

interface Waiting {
  readonly transactionId: number;
  readonly kind: string;
  readonly ageSeconds: number;
}
interface WaitingPage {
  readonly items: readonly Waiting[];
  readonly nextCursor: string | null;
}

const page = (query: Record<string, string | number> = {}) => read<WaitingPage>('withdrawals', query);

/** All that waits, page by page. */
async function waitingOf(limit: number): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const found: WaitingPage = await page({ status: 'pending', limit, ...(cursor && { cursor }) });
    waiting.push(...found.items);
    cursor = found.nextCursor;
  }
  return waiting;
}

describeKeyless('what waits for a bank', () => {
  it('is listed in both directions, oldest first, and gone once the bank has said', async () => {
    const slow = () => aUser({ bankAccount: '9016', given: 2_000 });
    const users = [await slow(), await slow(), await slow()] as const;
    const partner = paymentBody(users[0].userId, { totalPayAmount: 5_000 });
    // At once: the first must not be settled by the time the last is answered.
    const [paid, paidOut, charged] = await Promise.all([
      api.pay(partner, newKey()),
      api.payOut({ userId: users[1].userId, amount: 1_500 }, newKey()),
      api.charge({ userId: users[2].userId, amount: 700 }),
    ]);
    for (const received of [paid, paidOut, charged]) expectAnswer(received, 'Processing');
    const ids = [paid.detail.paymentId, paidOut.detail.transactionId, charged.detail.transactionId];
    const own = (all: readonly Waiting[]) => all.filter(({ transactionId }) => ids.includes(transactionId));
    const waiting = own(await waitingOf(100));
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const oldestFirst = ids.toSorted((a, b) => a - b);
    expect(waiting.map(({ transactionId }) => transactionId)).toEqual(oldestFirst);
    expect(ids.map((id) => waiting.find(({ transactionId }) => transactionId === id))).toEqual([
      {
        kind: 'WITHDRAWAL',
        transactionId: ids[0],
        type: 'PAYMENT',
        userId: users[0].userId,
        paymentId: ids[0],
        movementAmount: 5_000,
        amount: 3_000,
        heldAmount: 2_000,
        linkedAccountId: expect.any(Number),
        bank: 'HANA BANK',
        bankCode: '081',
        bankTranId: expect.stringMatching(/^[A-Z0-9]{20}$/),
        askedAt: time,
        ageSeconds: expect.any(Number),
        inquiries: expect.any(Number),
        nextInquiryAt: time,
        nextInquirySeconds: expect.any(Number),
      },
      expect.objectContaining({ kind: 'PAYOUT', transactionId: ids[1], amount: 1_500, heldAmount: 1_500 }),
      expect.objectContaining({ kind: 'WITHDRAWAL', transactionId: ids[2], type: 'CHARGE', amount: 700 }),
    ]);
    expect(waiting[0]?.ageSeconds).toBeLessThan(60);
    expect(own(await waitingOf(1)).map(({ transactionId }) => transactionId)).toEqual(oldestFirst);
    await eventually(
      async () => own(await waitingOf(100)),
      (left) => left.length === 0,
    );
  });

  it('is what is asked for, and nothing else', async () => {
    for (const [query, field] of [
      ['status=DONE', 'status'],
      ['limit=101', 'limit'],
      ['cursor=xyz', 'cursor'],
      ['since=1', 'since'],
    ]) {
      const received = await api.send('GET', `/operations/withdrawals?${query}`);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual([field]);
    }
    await done(api.send('GET', '/operations/withdrawals'));
  });
});
