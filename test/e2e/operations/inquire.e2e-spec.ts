import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Received } from '../../support/api.js';
import { StubBank } from '../../support/bank-client.js';
import { atOnce, done, HANA, newAccountNumber, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { inquire, type Inquired } from '../../support/inquiries.js';
import { eventually } from '../../support/money.js';
import { openCharges } from '../../support/open-charges.js';
import { startOwnService } from '../../support/own-service.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';

/** Recovery never comes round: whatever is settled was asked about by an operator. */
const ALONE = { RECOVERY_INTERVAL_MS: '3600000', RECOVERY_FIRST_DELAY_MS: '0', ANSWER_WITHIN_MS: '2000' };
const AMOUNT = 1_000;
/** As in the service. */
const AT_ONCE_MAX = 8;

const charge = ({ api }: OwnStack, { userId }: OwnUser) => api.charge({ userId, amount: AMOUNT }, newKey());
const idOf = ({ location }: Received<unknown>) => Number(location?.split('/').at(-1));
const stateOf = async ({ api }: OwnStack, movementId: number) =>
  (await done(api.transaction(movementId))).detail.status;
const balanceOf = async ({ api }: OwnStack, { userId }: OwnUser) =>
  (await done(api.user(userId))).detail.accounts[0]?.balance;
const actsOf = ({ sql }: OwnStack, movementId: number) =>
  sql<{ action: string; reason: string | null }>(
    "SELECT action, reason FROM operator_acts WHERE subject = 'movement' AND subject_id = ? ORDER BY id",
    [movementId],
  );
const askedOf = async ({ bank }: OwnStack) => (await bank.stats()).asked['inquiry'] as number;
/** As if the operators had asked a while ago. */
const letPausePass = ({ sql }: OwnStack) => sql('UPDATE operator_acts SET acted_at = acted_at - INTERVAL 11 SECOND');

function expectInquired(received: Received<Inquired>, detail: Partial<Inquired>): void {
  expectSuccess(received, 200);
  expect(received.detail).toMatchObject(detail);
}

describeWith(['databaseUrl', 'redisUrl'], 'an inquiry by an operator', () => {
  let stack: OwnStack;
  let accountNumber: string;
  let user: OwnUser;
  beforeAll(async () => {
    stack = await startOwnStack(ALONE);
  });
  afterAll(() => stack.stop());
  beforeEach(async () => {
    await stack.bank.setRules([]);
    // The bank is well before each test: else it would be left alone after some of them.
    await done(charge(stack, await signUpAt(stack, newAccountNumber())));
    accountNumber = newAccountNumber();
    user = await signUpAt(stack, accountNumber);
  });

  /** A charge whose outcome the service has not heard. */
  const unheard = async () => {
    await stack.bank.setRules([{ fault: 'answerNeverComes' }, { fault: 'hang', on: 'inquiry' }]);
    const received = await charge(stack, user);
    expectAnswer(received, 'Processing');
    await stack.bank.setRules([]);
    return idOf(received);
  };
  const anOpenCharge = async () => (await openCharges(stack, [user], 1))[0]?.movementId as number;

  it('settles what the bank has done, once, and is recorded with its reason', async () => {
    const movementId = await unheard();
    const received = await inquire(stack.api, movementId, { reason: '고객 문의' });
    expectInquired(received, { movementId, status: 'DONE', asked: true, inquiries: 1 });
    expect(received.location).toBe(`/transactions/${movementId}`);
    expect(await stateOf(stack, movementId)).toBe('COMPLETED');
    expectInquired(await inquire(stack.api, movementId), { status: 'DONE', asked: false, inquiries: 1 });
    expect(await actsOf(stack, movementId)).toEqual([{ action: 'inquireWithdrawal', reason: '고객 문의' }]);
    expect(await balanceOf(stack, user)).toBe(AMOUNT);
  });

  it('gives back what the bank has refused', async () => {
    await stack.bank.call('PUT', `/simulator/accounts/${HANA}/${accountNumber}`, { balance: 0 });
    const movementId = await unheard();
    expectInquired(await inquire(stack.api, movementId), { status: 'REFUSED', asked: true, refusal: 'BALANCE_SHORT' });
    expect(await stateOf(stack, movementId)).toBe('FAILED');
    expect(await balanceOf(stack, user)).toBe(0);
  });

  it('is as good for a payout', async () => {
    await done(charge(stack, user));
    await stack.bank.setRules([
      { fault: 'answerNeverComes', on: 'deposit' },
      { fault: 'hang', on: 'inquiry' },
    ]);
    const received = await stack.api.payOut({ userId: user.userId, amount: AMOUNT }, newKey());
    expectAnswer(received, 'Processing');
    await stack.bank.setRules([]);
    const before = (await stack.bank.payouts()).length;
    expectInquired(await inquire(stack.api, idOf(received)), { status: 'DONE', asked: true });
    expect(await balanceOf(stack, user)).toBe(0);
    expect(await stack.bank.payouts()).toHaveLength(before);
  });

  it('sends again, under its id, what the bank has never heard of', async () => {
    const before = (await stack.bank.takings()).length;
    const [open] = await openCharges(stack, [user], 1);
    expectInquired(await inquire(stack.api, open?.movementId as number), { status: 'DONE', asked: true });
    expect((await stack.bank.takings()).slice(before)).toMatchObject([{ bankTranId: open?.bankTranId }]);
  });

  it.each(['inProgress', 'http500', 'brokenJson', 'reset'] as const)(
    'leaves it open when the bank answers nothing definite: %s',
    async (fault) => {
      const movementId = await unheard();
      await stack.bank.setRules([{ fault, on: 'inquiry' }]);
      expectInquired(await inquire(stack.api, movementId), { status: 'PENDING', asked: true, inquiries: 1 });
      await stack.bank.setRules([]);
      await letPausePass(stack);
      expectInquired(await inquire(stack.api, movementId), { status: 'DONE', asked: true, inquiries: 2 });
    },
  );

  it('is answered in time by 202 while the bank hangs, and settled once it answers', async () => {
    const movementId = await unheard();
    await stack.bank.setRules([{ fault: 'slow', on: 'inquiry', delayMs: 2_500 }]);
    const startedAt = performance.now();
    const received = await inquire(stack.api, movementId);
    expect(performance.now() - startedAt).toBeLessThan(2_400);
    expectAnswer(received, 'Processing');
    expect(received.detail).toEqual({ movementId, status: 'PENDING', asked: true, inquiries: 1 });
    await eventually(
      () => stateOf(stack, movementId),
      (status) => status === 'COMPLETED',
      10_000,
    );
  });

  it('leaves it open when the bank never answers, and is made good by a later one', async () => {
    const movementId = await unheard();
    await stack.bank.setRules([{ fault: 'hang', on: 'inquiry' }]);
    expectAnswer(await inquire(stack.api, movementId), 'Processing');
    await stack.bank.setRules([]);
    await letPausePass(stack);
    expectInquired(await inquire(stack.api, movementId), { status: 'DONE', asked: true, inquiries: 2 });
  });

  it('is made once when many ask at once, through several instances', async () => {
    const other = await startOwnService({ ...ALONE, BANK_URL: stack.bank.url }, stack.databaseUrl);
    try {
      const movementId = await unheard();
      const before = [await askedOf(stack), (await stack.bank.takings()).length];
      await stack.bank.setRules([{ fault: 'slow', on: 'inquiry', delayMs: 300 }]);
      const answers = await atOnce(10, (index) => inquire(index % 2 ? stack.api : other.api, movementId));
      expect(answers.filter(({ detail }) => detail.asked)).toHaveLength(1);
      expect(answers.find(({ detail }) => detail.asked)?.detail.status).toBe('DONE');
      expect([await askedOf(stack), (await stack.bank.takings()).length]).toEqual([
        (before[0] as number) + 1,
        before[1],
      ]);
      expect(await actsOf(stack, movementId)).toHaveLength(1);
      expect(await balanceOf(stack, user)).toBe(AMOUNT);
    } finally {
      await other.stop();
    }
  });

  it('is not made again within ten seconds, so that nobody hammers the bank', async () => {
    const movementId = await unheard();
    await stack.bank.setRules([{ fault: 'inProgress', on: 'inquiry' }]);
    const before = await askedOf(stack);
    const answers: boolean[] = [];
    for (let times = 0; times < 5; times++) answers.push((await inquire(stack.api, movementId)).detail.asked);
    expect([answers, await askedOf(stack)]).toEqual([[true, false, false, false, false], before + 1]);
  });

  it('is made about a few movements at once, while the bank hangs', async () => {
    const charges = await openCharges(stack, [user], 2 * AT_ONCE_MAX);
    await stack.bank.setRules([{ fault: 'hang', on: 'inquiry' }]);
    const answers = await Promise.all(charges.map(({ movementId }) => inquire(stack.api, movementId)));
    expect(answers.filter(({ detail }) => detail.asked)).toHaveLength(AT_ONCE_MAX);
    expect(new Set(answers.map(({ detail }) => detail.status))).toEqual(new Set(['PENDING']));
  });

  it('is not made while the request still asks for itself', async () => {
    const movementId = await anOpenCharge();
    await stack.sql(
      'UPDATE withdrawals SET next_inquiry_at = UTC_TIMESTAMP(3) + INTERVAL 1 MINUTE WHERE movement_id = ?',
      [movementId],
    );
    expectInquired(await inquire(stack.api, movementId), { status: 'PENDING', asked: false, inquiries: 0 });
    expect(await actsOf(stack, movementId)).toEqual([]);
  });

  it('is refused for what no bank was asked for, and with what is no reason', async () => {
    await done(charge(stack, user));
    const friend = await signUpAt(stack, newAccountNumber());
    const transfer = { fromUserId: user.userId, toUserId: friend.userId, amount: 1 };
    const { transactionId } = (await done(stack.api.transfer(transfer))).detail;
    for (const id of [transactionId, Number.MAX_SAFE_INTEGER]) {
      expectAnswer(await inquire(stack.api, id), 'NotFound');
    }
    expectAnswer(await inquire(stack.api, 'x'), 'InvalidRequest');
    const movementId = await anOpenCharge();
    for (const reason of ['', 'two\nlines', 7, 'x'.repeat(201)]) {
      const received = await inquire(stack.api, movementId, { reason });
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['reason']);
    }
    expect(await actsOf(stack, movementId)).toEqual([]);
  });
});

describeWith(['databaseUrl', 'redisUrl'], 'an inquiry while recovery is at work', () => {
  it('settles nothing twice', async () => {
    const eager = { RECOVERY_INTERVAL_MS: '10', RECOVERY_FIRST_DELAY_MS: '0' };
    const stack = await startOwnStack(eager);
    try {
      const users = await Promise.all(['1000', '1001', '1002'].map((end) => signUpAt(stack, newAccountNumber(end))));
      const charges = await openCharges(stack, users, 60);
      const answers = await Promise.all(charges.map(({ movementId }) => inquire(stack.api, movementId)));
      for (const answer of answers) expect([200, 202]).toContain(answer.status);
      for (const { movementId } of charges) {
        await eventually(
          () => stateOf(stack, movementId),
          (status) => status === 'COMPLETED',
        );
      }
      const taken = (await stack.bank.takings()).map(({ bankTranId }) => bankTranId);
      expect(taken.sort()).toEqual(charges.map(({ bankTranId }) => bankTranId).sort());
      const [sums] = await stack.sql<{ balance: string; entries: string }>(
        `SELECT (SELECT SUM(balance) FROM accounts WHERE kind = 'MAIN') AS balance,
           (SELECT COUNT(*) FROM entries WHERE seq IS NOT NULL) AS entries`,
      );
      expect([Number(sums?.balance), Number(sums?.entries)]).toEqual([60 * 100, 60]);
    } finally {
      await stack.stop();
    }
  });
});

describeWith(['databaseUrl', 'redisUrl'], 'an inquiry whose bank lies', () => {
  let bank: StubBank;
  let stack: OwnStack;
  let lie: object;
  beforeAll(async () => {
    bank = await StubBank.start((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { req_list: list = [] } = JSON.parse(text) as { req_list?: Record<string, string>[] };
        const lines = list.map((item) => ({
          bank_tran_id: item['org_bank_tran_id'],
          bank_tran_date: item['org_bank_tran_date'],
          tran_amt: item['org_tran_amt'],
          bank_rsp_code: '000',
          ...lie,
        }));
        response.end(JSON.stringify({ rsp_code: 'A0000', res_list: lines }));
      });
    });
    stack = await startOwnStack({ ...ALONE, BANK_URL: bank.url });
  });
  afterAll(async () => {
    await stack.stop();
    await bank.stop();
  });

  it.each([
    ['another amount', { tran_amt: '999' }, 'PENDING'],
    ['another id', { bank_tran_id: 'M202600001U000000000' }, 'PENDING'],
    ['another day', { bank_tran_date: '20200101' }, 'PENDING'],
    ['this very order', {}, 'DONE'],
  ] as const)('believes only what is about the order: it is about %s', async (_what, told, status) => {
    lie = told;
    const user = await signUpAt(stack, newAccountNumber());
    const [open] = await openCharges(stack, [user], 1);
    expectInquired(await inquire(stack.api, open?.movementId as number), { status, asked: true });
    expect(await balanceOf(stack, user)).toBe(status === 'DONE' ? 100 : 0);
  });
});
