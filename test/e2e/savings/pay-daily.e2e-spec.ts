import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { wrongIn } from '../../support/audit.js';
import { atOnce, done, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { type Saver, SavingsStack } from '../../support/savings-stack.js';

interface Schedule {
  readonly accountId: number;
  readonly product: string;
  readonly dailyDeposit: number | null;
}
interface Deposit {
  readonly day: string;
  readonly status: 'PENDING' | 'PAID' | 'FAILED';
  readonly amount: number;
  readonly failureCode: string | null;
  readonly movement: string | null;
}

describeWith(['databaseUrl', 'redisUrl'], 'regular savings', () => {
  let stack: SavingsStack;
  beforeAll(async () => {
    stack = await SavingsStack.start({ ANSWER_WITHIN_MS: '2000', BANK_TIMEOUT_MS: '1000' });
    stack.standAt('2027-03-01 07:30:00');
  });
  afterAll(() => stack.own.stop());

  const regular = (dailyDeposit = 10_000, of: { bankAccount?: string } = {}) =>
    stack.aSaver({ product: 'REGULAR', dailyDeposit, ...of });
  const change = (accountId: number | string, body: unknown, key?: string) =>
    stack.own.api.send<Schedule>('PUT', `/accounts/savings/${accountId}/schedule`, body, { key });
  const scheduleOf = (accountId: number) =>
    stack.own.api.send<Schedule>('GET', `/accounts/savings/${accountId}/schedule`);
  const depositsOf = ({ accountId }: Saver) =>
    stack.own.sql<Deposit>(
      `SELECT DATE_FORMAT(d.day, '%Y-%m-%d') AS day, d.status, d.amount, d.failure_code AS failureCode,
         m.status AS movement FROM daily_deposits d LEFT JOIN movements m ON m.id = d.movement_id
       WHERE d.account_id = ? ORDER BY d.day`,
      [accountId],
    );
  const seenThrough = (day: string) =>
    eventually(
      () =>
        stack.own.sql<{ left: number }>(
          'SELECT COUNT(*) AS `left` FROM savings_accounts WHERE closed_at IS NULL AND deposit_seen < ?',
          [day],
        ),
      ([row]) => Number(row?.left) === 0,
      200_000,
    );
  const paid = (day: string, amount = 10_000) => ({
    day,
    status: 'PAID',
    amount,
    failureCode: null,
    movement: 'COMPLETED',
  });

  it('are paid into at 08:00, topped up from the bank, and once only', async () => {
    const saver = await regular();
    stack.standAt('2027-03-01 07:59:30');
    await stack.own.restartWith({});
    expect(await depositsOf(saver)).toEqual([]);
    stack.standAt('2027-03-01 08:00:10');
    await seenThrough('2027-03-01');
    expect(await depositsOf(saver)).toEqual([paid('2027-03-01')]);
    const { items } = (await done(stack.own.api.entries(saver.accountId))).detail;
    expect(items).toMatchObject([{ type: 'SAVINGS_DEPOSIT', amount: 10_000, balanceAfter: 10_000 }]);
    const { detail } = await done(stack.own.api.transaction(items[0]?.transactionId as number));
    expect(detail).toMatchObject({ status: 'COMPLETED', toppedUpAmount: 10_000 });
  });

  it('that are opened after 08:00 are paid into from the next day on', async () => {
    stack.standAt('2027-03-02 08:30:00');
    const saver = await regular();
    stack.standAt('2027-03-02 20:00:00');
    await seenThrough('2027-03-02');
    expect(await depositsOf(saver)).toEqual([]);
    stack.standAt('2027-03-03 08:00:10');
    await seenThrough('2027-03-03');
    expect(await depositsOf(saver)).toEqual([paid('2027-03-03')]);
  });

  it('are not paid into for days that were missed, nor twice when the clock is set back', async () => {
    const saver = await regular();
    stack.standAt('2027-03-10 09:00:00');
    await seenThrough('2027-03-10');
    expect(await depositsOf(saver)).toEqual([paid('2027-03-10')]);
    stack.standAt('2027-03-06 09:00:00');
    await stack.own.restartWith({});
    stack.standAt('2027-03-10 10:00:00');
    await stack.own.restartWith({});
    stack.standAt('2027-03-11 07:00:00');
    await stack.own.restartWith({});
    stack.standAt('2027-03-11 08:01:00');
    await seenThrough('2027-03-11');
    expect(await depositsOf(saver)).toEqual([paid('2027-03-10'), paid('2027-03-11')]);
  });

  it('are paid into once a day by two instances, also when both are killed on the way', async () => {
    const savers = await atOnce(12, (index) => regular(1_000 + index));
    const other = await stack.another();
    try {
      await other.program.start();
      const days = ['2027-03-12', '2027-03-13', '2027-03-14'];
      for (const day of days) {
        stack.standAt(`${day} 08:00:05`);
        await eventually(
          () => stack.own.sql<{ count: number }>('SELECT COUNT(*) AS count FROM daily_deposits WHERE day = ?', [day]),
          ([row]) => Number(row?.count) > 0,
        );
        await Promise.all([stack.own.service.kill('SIGKILL'), other.program.kill('SIGKILL')]);
        await Promise.all([stack.own.service.start(), other.program.start()]);
        await seenThrough(day);
      }
      await eventually(
        () => stack.own.sql(`SELECT 1 FROM daily_deposits WHERE status = 'PENDING'`),
        (rows) => rows.length === 0,
      );
      for (const [index, saver] of savers.entries()) {
        expect(await depositsOf(saver)).toEqual(days.map((day) => paid(day, 1_000 + index)));
        const { items } = (await done(stack.own.api.entries(saver.accountId))).detail;
        expect(items.filter(({ type }) => type === 'SAVINGS_DEPOSIT')).toHaveLength(days.length);
      }
      expect(wrongIn(await stack.audit())).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it('of somebody whose limit is used up are left out for that day, and that is recorded', async () => {
    stack.standAt('2027-03-15 07:00:00');
    const saver = await regular(50_000);
    const { userId } = saver;
    await done(stack.own.api.charge({ userId, amount: 2_990_000 }));
    const drain = {
      userId,
      amount: 2_990_000,
      accountId: (await done(stack.own.api.openSavings({ userId }))).detail.accountId,
    };
    await done(stack.own.api.deposit(drain));
    stack.standAt('2027-03-15 08:00:10');
    await seenThrough('2027-03-15');
    const failed = { day: '2027-03-15', status: 'FAILED', amount: 50_000 };
    expect(await depositsOf(saver)).toEqual([{ ...failed, failureCode: 'DailyLimitExceeded', movement: null }]);
    stack.standAt('2027-03-16 08:00:10');
    await seenThrough('2027-03-16');
    expect((await depositsOf(saver)).map(({ status }) => status)).toEqual(['FAILED', 'PAID']);
  });

  it('whose bank says no, first or after a long silence, are left out too', async () => {
    stack.standAt('2027-03-17 07:00:00');
    const [poor, slow] = [
      await regular(10_000, { bankAccount: '9001' }),
      await regular(10_000, { bankAccount: '9017' }),
    ];
    stack.standAt('2027-03-17 08:00:10');
    await seenThrough('2027-03-17');
    const failed = { day: '2027-03-17', status: 'FAILED', amount: 10_000, movement: 'FAILED' };
    const of = await eventually(
      async () => [await depositsOf(poor), await depositsOf(slow)],
      (found) => found.flat().every(({ status }) => status === 'FAILED'),
    );
    expect(of).toEqual([[{ ...failed, failureCode: 'NotEnoughAccountBalance' }], [expect.objectContaining(failed)]]);
    expect(wrongIn(await stack.audit())).toEqual([]);
  });

  it('can be paid another amount into, or nothing more, and anew', async () => {
    stack.standAt('2027-03-20 07:00:00');
    const saver = await regular();
    const { userId, accountId } = saver;
    const changed = await change(accountId, { userId, dailyDeposit: 7_000 });
    expectSuccess(changed, 200);
    expect(changed.detail).toEqual({ accountId, product: 'REGULAR', dailyDeposit: 7_000 });
    expect((await scheduleOf(accountId)).detail).toEqual(changed.detail);
    stack.standAt('2027-03-20 08:00:10');
    await seenThrough('2027-03-20');
    expectSuccess(await change(accountId, { userId, dailyDeposit: null }), 200);
    expect((await scheduleOf(accountId)).detail.dailyDeposit).toBeNull();
    stack.standAt('2027-03-21 08:00:10');
    await stack.own.restartWith({});
    await seenThrough('2027-03-21');
    expectSuccess(await change(accountId, { userId, dailyDeposit: 8_000 }), 200);
    stack.standAt('2027-03-22 08:00:10');
    await seenThrough('2027-03-22');
    expect(await depositsOf(saver)).toEqual([paid('2027-03-20', 7_000), paid('2027-03-22', 8_000)]);
  });

  it('are changed by their owner alone, and only where there is a daily deposit', async () => {
    const [{ userId, accountId }, other, free] = [await regular(), await regular(), await stack.aSaver({})];
    expectAnswer(await change(other.accountId, { userId, dailyDeposit: 1 }), 'AccountNotFound');
    expectAnswer(await change(other.mainAccountId, { userId: other.userId, dailyDeposit: 1 }), 'AccountNotFound');
    expectAnswer(await change(accountId, { userId: Number.MAX_SAFE_INTEGER, dailyDeposit: 1 }), 'InvalidUserId');
    expectAnswer(await scheduleOf(other.mainAccountId), 'AccountNotFound');
    expect((await scheduleOf(free.accountId)).detail).toMatchObject({ product: 'FREE', dailyDeposit: null });
    for (const [id, body, field] of [
      [free.accountId, { userId: free.userId, dailyDeposit: 1_000 }, 'dailyDeposit'],
      [accountId, { userId }, 'dailyDeposit'],
      [accountId, { userId, dailyDeposit: 0 }, 'dailyDeposit'],
      [accountId, { userId, dailyDeposit: '1' }, 'dailyDeposit'],
      [accountId, { userId, dailyDeposit: 1, day: 1 }, 'day'],
      ['x', { userId, dailyDeposit: 1 }, 'accountId'],
    ] as const) {
      const received = await change(id, body);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual([field]);
    }
    expect((await scheduleOf(accountId)).detail.dailyDeposit).toBe(10_000);
  });

  it('are changed once under one key, also by many requests at once', async () => {
    const { userId, accountId } = await regular();
    const key = newKey();
    const answers = await atOnce(10, () => change(accountId, { userId, dailyDeposit: 2_000 }, key));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
    expectSuccess(await change(accountId, { userId, dailyDeposit: 3_000 }), 200);
    const again = await change(accountId, { userId, dailyDeposit: 2_000 }, key);
    expectAnswer(again, 'RequestComplete');
    expect(again.detail).toEqual({ accountId, product: 'REGULAR', dailyDeposit: 2_000 });
    expect((await scheduleOf(accountId)).detail.dailyDeposit).toBe(3_000);
    expectAnswer(await change(accountId, { userId, dailyDeposit: 2_001 }, key), 'KeyReused');
    const many = await atOnce(10, (index) => change(accountId, { userId, dailyDeposit: 1 + index }, newKey()));
    expect(tally(many)).toEqual({ '200 Success': 10 });
  });
});
