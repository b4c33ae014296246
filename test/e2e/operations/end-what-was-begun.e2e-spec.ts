import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { APP_WEBHOOKS, appEventsShown, registerApp, removeEndpoints } from '../../support/app-webhooks.js';
import { wrongIn } from '../../support/audit.js';
import { authorizationsThrough } from '../../support/authorizations.js';
import { done } from '../../support/builders.js';
import { describeWith } from '../../support/environment.js';
import { freezesThrough } from '../../support/freezes.js';
import { transfersThrough } from '../../support/held-transfers.js';
import { eventually } from '../../support/money.js';
import { SavingsStack } from '../../support/savings-stack.js';
import { aReceiver, stopReceivers } from '../../support/webhook-partner.js';

/** What comes by itself, on its day or when its time is over, though its user is frozen. */
describeWith(['databaseUrl', 'redisUrl'], 'while a user is frozen', () => {
  let stack: SavingsStack;
  let freezes: ReturnType<typeof freezesThrough>;

  beforeAll(async () => {
    stack = await SavingsStack.start({ WEBHOOK_INTERVAL_MS: '50' });
    freezes = freezesThrough(stack.own.api);
    stack.standAt('2027-03-01 07:00:00');
  });
  afterEach(async () => {
    expect(wrongIn(await stack.audit())).toEqual([]);
  });
  afterAll(async () => {
    await removeEndpoints(stack.own.api, APP_WEBHOOKS);
    await stopReceivers();
    await stack.own.stop();
  });

  const moneyOf = async (userId: number) => {
    const { accounts } = (await done(stack.own.api.user(userId))).detail;
    const main = accounts.find(({ type }) => type === 'MAIN');
    return { main: main?.balance, available: main?.availableBalance };
  };

  it('savings earn, and a daily deposit is recorded as failed and told of, and not made up for', async () => {
    const receiver = await aReceiver();
    await registerApp(stack.own.api, receiver);
    const saver = await stack.aSaver({ product: 'REGULAR', dailyDeposit: 10_000, saved: 1_000_000 });
    await done(freezes.freezeUser(saver.userId));
    stack.standAt('2027-03-02 08:00:10');
    const depositOf = async (day: string) => {
      const [found] = await eventually(
        () =>
          stack.own.sql<{ status: string; failureCode: string | null }>(
            `SELECT status, failure_code AS failureCode FROM daily_deposits WHERE account_id = ? AND day = ?`,
            [saver.accountId, day],
          ),
        (rows) => rows.length > 0,
      );
      return found;
    };
    expect(await depositOf('2027-03-02')).toEqual({ status: 'FAILED', failureCode: 'AccountFrozen' });
    const [told] = await eventually(
      async () => (await appEventsShown(stack.own.api)).filter(({ type }) => type === 'schedule.failed'),
      (events) => events.length > 0,
    );
    expect(told?.type).toBe('schedule.failed');
    await stack.interestThrough('2027-03-01');
    expect(await stack.postingsOf(saver.accountId)).toEqual([{ day: '2027-03-01', amount: expect.any(Number) }]);
    await done(freezes.unfreezeUser(saver.userId));
    stack.standAt('2027-03-03 08:00:10');
    expect(await depositOf('2027-03-03')).toEqual({ status: 'PAID', failureCode: null });
    expect(await depositOf('2027-03-02')).toMatchObject({ status: 'FAILED' });
  });

  it('authorisations end, and transfers that nobody accepts go back, when their time is over', async () => {
    stack.standAt('2027-04-01 12:00:00');
    const { authorize } = authorizationsThrough(stack.own.api);
    const { hold, acceptanceOf } = transfersThrough(stack.own.api);
    const [sender, receiver] = [await stack.aSaver({}), await stack.aSaver({})];
    await done(stack.own.api.charge({ userId: sender.userId, amount: 10_000 }));
    const { paymentId } = (await done(authorize(sender.userId, { totalPayAmount: 1_000 }))).detail;
    const transferId = (await done(hold(sender, receiver, 2_000))).detail.transactionId;
    await done(freezes.freezeUser(sender.userId));
    await done(freezes.freezeUser(receiver.userId));
    expect(await moneyOf(sender.userId)).toEqual({ main: 8_000, available: 7_000 });
    stack.standAt('2027-04-09 12:00:00');
    await eventually(
      async () => (await done(stack.own.api.payment(paymentId))).detail.status,
      (status) => status === 'VOIDED',
    );
    await eventually(
      () => acceptanceOf(transferId),
      (acceptance) => acceptance?.status === 'EXPIRED',
    );
    expect(await moneyOf(sender.userId)).toEqual({ main: 10_000, available: 10_000 });
  });
});
