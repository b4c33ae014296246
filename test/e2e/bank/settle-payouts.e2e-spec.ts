import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Received } from '../../support/api.js';
import { StubBank } from '../../support/bank-client.js';
import { done, newAccountNumber, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';

const QUICK = { RECOVERY_INTERVAL_MS: '200', RECOVERY_FIRST_DELAY_MS: '2500', ANSWER_WITHIN_MS: '2000' };
const CHARGED = 10_000;
const AMOUNT = 3_000;

interface Row {
  readonly status: string;
  readonly inquiries: number;
  readonly refusal: string | null;
  readonly turnedAway: string | null;
}

const rowOf = async ({ sql }: OwnStack, movementId: number): Promise<Row> => {
  const [row] = await sql<Row>(
    'SELECT status, inquiries, refusal, turned_away AS turnedAway FROM payouts WHERE movement_id = ?',
    [movementId],
  );
  if (!row) throw new Error(`movement ${movementId} has no payout`);
  return row;
};
/** Once recovery has begun, its pauses, which double, are cut short. */
const untilRow = (stack: OwnStack, movementId: number, isWanted: (row: Row) => boolean) =>
  eventually(async () => {
    await stack.sql(
      `UPDATE payouts SET next_inquiry_at = UTC_TIMESTAMP(3)
       WHERE movement_id = ? AND status = 'PENDING' AND inquiries > 0`,
      [movementId],
    );
    return rowOf(stack, movementId);
  }, isWanted);
const isOver = ({ status }: Row) => status !== 'PENDING';
/** As if so many hours had gone by since anything was sent. */
const letHoursPass = ({ sql }: OwnStack, movementId: number, hours: number) =>
  sql(
    `UPDATE payouts SET created_at = created_at - INTERVAL ? HOUR, resent_at = resent_at - INTERVAL ? HOUR,
       next_inquiry_at = UTC_TIMESTAMP(3) WHERE movement_id = ?`,
    [hours, hours, movementId],
  );
/** As if it had been asked for two days ago. */
const letDayEnd = ({ sql }: OwnStack, movementId: number) =>
  sql(
    `UPDATE payouts SET business_date = business_date - INTERVAL 2 DAY, next_inquiry_at = UTC_TIMESTAMP(3),
       tran_dtime = CONCAT(DATE_FORMAT(business_date, '%Y%m%d'), RIGHT(tran_dtime, 6)) WHERE movement_id = ?`,
    [movementId],
  );
const payOut = ({ api }: OwnStack, { userId }: OwnUser) => api.payOut({ userId, amount: AMOUNT }, newKey());
const idOf = ({ location }: Received<unknown>) => Number(location?.split('/').at(-1));
const moneyOf = async ({ api }: OwnStack, { userId }: OwnUser) => {
  const [main] = (await done(api.user(userId))).detail.accounts;
  return { balance: main?.balance, available: main?.availableBalance };
};
const HELD = { balance: CHARGED, available: CHARGED - AMOUNT };
const PAID = { balance: CHARGED - AMOUNT, available: CHARGED - AMOUNT };
const BACK = { balance: CHARGED, available: CHARGED };

describeWith(['databaseUrl', 'redisUrl'], 'a payout whose service is killed', () => {
  let stack: OwnStack;
  let user: OwnUser;
  beforeAll(async () => {
    stack = await startOwnStack(QUICK);
  });
  afterAll(() => stack.stop());
  beforeEach(async () => {
    await stack.bank.setRules([]);
    user = await signUpAt(stack, newAccountNumber());
    await done(stack.api.charge({ userId: user.userId, amount: CHARGED }));
  });

  /** Kills the service once the bank has been asked for this, and starts it again. */
  async function killedAt(call: 'token' | 'deposit', rules: Parameters<OwnStack['bank']['setRules']>[0]) {
    const before = (await stack.bank.stats()).asked[call] as number;
    await stack.bank.setRules(rules);
    const [key, body] = [newKey(), { userId: user.userId, amount: AMOUNT }];
    const answer = stack.api.payOut(body, key).catch(() => null);
    await eventually(
      async () => (await stack.bank.stats()).asked[call] as number,
      (asked) => asked > before,
    );
    await stack.service.kill('SIGKILL');
    await answer;
    const [open] = await stack.sql<{ id: number; held: number }>(
      `SELECT p.movement_id AS id, a.held FROM payouts p JOIN movements m ON m.id = p.movement_id
       JOIN accounts a ON a.id = m.account_id WHERE m.idempotency_key = ?`,
      [key],
    );
    expect(open?.held).toBe(AMOUNT);
    await stack.bank.setRules([]);
    await stack.service.start();
    return { movementId: open?.id as number, key, body };
  }

  async function expectPaidOnce({ movementId, key, body }: Awaited<ReturnType<typeof killedAt>>, paidBefore: number) {
    expect(await untilRow(stack, movementId, isOver)).toMatchObject({ status: 'DONE' });
    expect(await moneyOf(stack, user)).toEqual(PAID);
    expect(await stack.bank.payouts()).toHaveLength(paidBefore + 1);
    expectAnswer(await stack.api.payOut(body, key), 'RequestComplete');
  }

  it('before the bank has heard of it is sent by the next one, under its id', async () => {
    const before = (await stack.bank.payouts()).length;
    // The first token that the service asks for in the institution's name, with nothing said of the payout yet.
    await stack.restartWith({});
    await expectPaidOnce(await killedAt('token', [{ fault: 'hang', on: 'token' }]), before);
  });

  it('while the bank does not take it up is sent again, under its id', async () => {
    const before = (await stack.bank.payouts()).length;
    await expectPaidOnce(await killedAt('deposit', [{ fault: 'hang', on: 'deposit' }]), before);
  });

  it('after the bank has paid, unheard, is settled by an inquiry', async () => {
    const before = (await stack.bank.payouts()).length;
    await expectPaidOnce(await killedAt('deposit', [{ fault: 'answerNeverComes', on: 'deposit' }]), before);
  });

  it('after the bank has refused, unheard, is given back', async () => {
    const before = (await stack.bank.payouts()).length;
    await stack.bank.call('PUT', `/simulator/accounts/097/1000000001`, { balance: 0 });
    const { movementId, key, body } = await killedAt('deposit', [{ fault: 'answerNeverComes', on: 'deposit' }]);
    await stack.bank.call('PUT', `/simulator/accounts/097/1000000001`, { balance: 1_000_000_000 });
    const end = await untilRow(stack, movementId, isOver);
    expect(end).toMatchObject({ status: 'REFUSED', refusal: 'CONTRACT_ACCOUNT' });
    expect(await moneyOf(stack, user)).toEqual(BACK);
    expectSuccess(await stack.api.payOut(body, key), 201);
    expect(await stack.bank.payouts()).toHaveLength(before + 1);
  });
});

describeWith(['databaseUrl', 'redisUrl'], 'what a bank says of a payout', () => {
  let stack: OwnStack;
  let user: OwnUser;
  beforeAll(async () => {
    stack = await startOwnStack(QUICK);
  });
  afterAll(() => stack.stop());
  beforeEach(async () => {
    await stack.bank.setRules([]);
    user = await signUpAt(stack, newAccountNumber());
    await done(stack.api.charge({ userId: user.userId, amount: CHARGED }));
  });

  it('("no such id") gives nothing back while its day lasts, nor right after, but hours after the last message', async () => {
    await stack.bank.setRules([{ fault: 'hang', on: 'deposit' }]);
    const answered = await payOut(stack, user);
    expectAnswer(answered, 'Processing');
    const movementId = idOf(answered);
    await untilRow(stack, movementId, ({ inquiries }) => inquiries >= 2);
    expect(await moneyOf(stack, user)).toEqual(HELD);
    await letHoursPass(stack, movementId, 20);
    const { inquiries } = await rowOf(stack, movementId);
    await untilRow(stack, movementId, (row) => row.inquiries >= inquiries + 2);
    expect(await moneyOf(stack, user)).toEqual(HELD);

    // It was sent again within that day: the day is over, but not for long after the last message.
    await letDayEnd(stack, movementId);
    const { inquiries: then } = await rowOf(stack, movementId);
    await untilRow(stack, movementId, (row) => row.inquiries >= then + 2);
    expect(await moneyOf(stack, user)).toEqual(HELD);
    const { deposit } = (await stack.bank.stats()).asked;
    await letHoursPass(stack, movementId, 4);
    const end = await untilRow(stack, movementId, isOver);
    expect(end).toMatchObject({ status: 'REFUSED', refusal: 'UNAVAILABLE' });
    expect(await moneyOf(stack, user)).toEqual(BACK);
    expect((await stack.bank.stats()).asked['deposit']).toBe(deposit);
    const { detail } = await done(stack.api.transaction(movementId));
    expect(detail).toMatchObject({ type: 'PAYOUT', status: 'FAILED', failureCode: 'BankMaintenance' });
  });

  it('may come long after it has said that it knows nothing, and is paid once', async () => {
    const before = (await stack.bank.payouts()).length;
    await stack.bank.setRules([{ fault: 'delayedAcceptance', on: 'deposit', delayMs: 6_000, times: 1 }]);
    const answered = await payOut(stack, user);
    expectAnswer(answered, 'Processing');
    expect(await untilRow(stack, idOf(answered), isOver)).toMatchObject({ status: 'DONE' });
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    expect(await stack.bank.payouts()).toHaveLength(before + 1);
    expect(await moneyOf(stack, user)).toEqual(PAID);
  });

  it("about our own account being short is nothing of the customer's: it is given back, and may be asked for again", async () => {
    await stack.bank.call('PUT', `/simulator/accounts/097/1000000001`, { balance: AMOUNT - 1 });
    expectAnswer(await payOut(stack, user), 'BankMaintenance');
    expect(await moneyOf(stack, user)).toEqual(BACK);
    await stack.bank.call('PUT', `/simulator/accounts/097/1000000001`, { balance: 1_000_000_000 });
    expectSuccess(await payOut(stack, user), 201);
  });

  it("is waited for by its link, and by nothing else of the user's", async () => {
    await stack.bank.setRules([{ fault: 'inProgressThenDone', on: 'deposit', delayMs: 5_000 }]);
    const answered = await payOut(stack, user);
    expectAnswer(answered, 'Processing');
    const rest = await stack.api.payOut({ userId: user.userId, amount: CHARGED - AMOUNT + 1 }, newKey());
    expectAnswer(rest, 'NotEnoughBalance');
    await done(stack.api.openSavings({ userId: user.userId }));
    expectSuccess(await stack.api.deposit({ userId: user.userId, amount: CHARGED - AMOUNT }, newKey()), 200);
    expect(await untilRow(stack, idOf(answered), isOver)).toMatchObject({ status: 'DONE' });
    expect(await moneyOf(stack, user)).toEqual({ balance: 0, available: 0 });
  });
});

describeWith(['databaseUrl', 'redisUrl'], 'when a bank contradicts itself about a payout', () => {
  let stack: OwnStack;
  let bank: StubBank;
  /** What it says of a payout and of its result, by what it was asked. */
  let says: (path: string, asked: Record<string, string>) => Record<string, unknown> | null;

  beforeAll(async () => {
    bank = await StubBank.start((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { req_list: list = [], ...head } = JSON.parse(text) as { req_list?: Record<string, string>[] };
        const path = request.url ?? '';
        const answers = list.map((item) => says(path, { ...(head as Record<string, string>), ...item }));
        if (answers.includes(null)) return request.socket.destroy();
        const refused = answers.find((answer) => answer?.['rsp_code'] !== undefined);
        const body = refused ?? { rsp_code: 'A0000', res_list: answers };
        if (list.length > 0) return response.end(JSON.stringify(body));
        // A withdrawal, which is always done.
        const order = head as Record<string, string>;
        const done = { bank_tran_id: order['bank_tran_id'], tran_amt: order['tran_amt'], bank_rsp_code: '000' };
        return response.end(
          JSON.stringify({ rsp_code: 'A0000', bank_tran_date: order['tran_dtime']?.slice(0, 8), ...done }),
        );
      });
    });
    stack = await startOwnStack({ ...QUICK, BANK_URL: bank.url });
  });
  afterAll(async () => {
    await stack.stop();
    await bank.stop();
  });

  const aPayer = async () => {
    says = () => ({});
    const user = await signUpAt(stack, newAccountNumber());
    await done(stack.api.charge({ userId: user.userId, amount: CHARGED }));
    return user;
  };
  const isInquiry = (path: string) => path.endsWith('/result');
  const lineOf = (path: string, asked: Record<string, string>, bankCode: string) => ({
    bank_tran_id: asked[isInquiry(path) ? 'org_bank_tran_id' : 'bank_tran_id'],
    bank_tran_date: isInquiry(path) ? asked['org_bank_tran_date'] : asked['tran_dtime']?.slice(0, 8),
    tran_amt: asked[isInquiry(path) ? 'org_tran_amt' : 'tran_amt'],
    bank_rsp_code: bankCode,
  });

  it.each([
    ['another amount', { tran_amt: String(AMOUNT + 1) }],
    ['another day', { bank_tran_date: '20200101' }],
    ['another account', { fintech_use_num: '081000000000000000000001' }],
  ])('it is neither paid nor given back on an answer about %s', async (_what, changes) => {
    const user = await aPayer();
    for (const code of ['000', '415']) {
      says = (path, asked) => ({ ...lineOf(path, asked, code), ...changes });
      const answered = await payOut(stack, user);
      expectAnswer(answered, 'Processing');
      const movementId = idOf(answered);
      expect(await untilRow(stack, movementId, ({ inquiries }) => inquiries >= 2)).toMatchObject({ status: 'PENDING' });
      expect((await moneyOf(stack, user)).balance).toBe(code === '000' ? CHARGED : CHARGED - AMOUNT);
      says = (path, asked) => lineOf(path, asked, '000');
      expect(await untilRow(stack, movementId, isOver)).toMatchObject({ status: 'DONE' });
    }
    expect(await moneyOf(stack, user)).toEqual({ balance: CHARGED - 2 * AMOUNT, available: CHARGED - 2 * AMOUNT });
  });

  it("asks about payouts as what they are, in the institution's name", async () => {
    const user = await aPayer();
    const asked: Record<string, string>[] = [];
    says = (path, item) => {
      asked.push({ path, ...item });
      return isInquiry(path) ? lineOf(path, item, '000') : null;
    };
    expectSuccess(await payOut(stack, user), 201);
    const [sent, inquiry] = asked;
    expect(sent).toMatchObject({ path: '/v2.0/transfer/deposit/fin_num', req_cnt: '1', tran_amt: String(AMOUNT) });
    expect(sent?.['wd_print_content']).toBe(sent?.['bank_tran_id']);
    expect(inquiry).toMatchObject({ check_type: '2', org_bank_tran_id: sent?.['bank_tran_id'] });
  });

  it("is not given back for the centre's refusal to pass it on again: the end of its day decides, and hours", async () => {
    const user = await aPayer();
    let sent = 0;
    says = (path, item) => {
      if (isInquiry(path)) return lineOf(path, item, '701');
      return ++sent === 1 ? null : { rsp_code: 'A0312' };
    };
    const answered = await payOut(stack, user);
    expectAnswer(answered, 'Processing');
    const movementId = idOf(answered);
    await untilRow(stack, movementId, ({ turnedAway }) => turnedAway === 'ACCOUNT_REFUSED');
    const sentBefore = sent;
    await letHoursPass(stack, movementId, 20);
    const { inquiries } = await rowOf(stack, movementId);
    await untilRow(stack, movementId, (row) => row.inquiries >= inquiries + 2);
    expect(await moneyOf(stack, user)).toEqual(HELD);
    await letDayEnd(stack, movementId);
    const end = await untilRow(stack, movementId, isOver);
    expect(end).toMatchObject({ status: 'REFUSED', refusal: 'ACCOUNT_REFUSED' });
    expect(await moneyOf(stack, user)).toEqual(BACK);
    expect(sent).toBe(sentBefore);
  });
});
