import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { APP_WEBHOOKS, appEventsShown, registerApp, removeEndpoints } from '../../support/app-webhooks.js';
import { wrongIn } from '../../support/audit.js';
import { atOnce, done } from '../../support/builders.js';
import { Conformance } from '../../support/conformance.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { type Saver, SavingsStack } from '../../support/savings-stack.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { aReceiver, stopReceivers } from '../../support/webhook-partner.js';
import type { WebhookReceiver } from '../../support/webhook-receiver.js';

const conformance = await Conformance.load();

describeWith(['databaseUrl', 'redisUrl'], "the wallet's own back end is told of a daily deposit", () => {
  let stack: SavingsStack;
  let other: ServiceProgram;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    stack = await SavingsStack.start({
      ANSWER_WITHIN_MS: '2000',
      BANK_TIMEOUT_MS: '1000',
      WEBHOOK_INTERVAL_MS: '50',
      WEBHOOK_TIMEOUT_MS: '1000',
    });
    stack.standAt('2027-03-01 07:00:00');
    other = await stack.another();
    try {
      await other.program.start();
    } catch (error) {
      await other.stop();
      await stack.own.stop();
      throw error;
    }
    receiver = await aReceiver();
    await registerApp(stack.own.api, receiver);
  });
  afterEach(async () => {
    for (const { body } of receiver.events) expect(conformance.eventMismatches(APP_WEBHOOKS, body)).toEqual([]);
    expect(wrongIn(await stack.audit())).toEqual([]);
  });
  afterAll(async () => {
    await removeEndpoints(stack.own.api, APP_WEBHOOKS);
    await stopReceivers();
    await other.stop();
    await stack.own.stop();
  });

  const regular = (dailyDeposit: number, bankAccount?: string) =>
    stack.aSaver({ product: 'REGULAR', dailyDeposit, ...(bankAccount !== undefined && { bankAccount }) });
  /** Somebody who has no more to take from the bank today, and nothing in the main account. */
  async function atTheLimit(dailyDeposit: number): Promise<Saver> {
    const saver = await regular(dailyDeposit);
    await done(stack.own.api.charge({ userId: saver.userId, amount: 3_000_000 }));
    const { accountId } = (await done(stack.own.api.openSavings({ userId: saver.userId }))).detail;
    await done(stack.own.api.deposit({ userId: saver.userId, amount: 3_000_000, accountId }));
    return saver;
  }
  const seenThrough = (day: string) =>
    eventually(
      () =>
        stack.own.sql<{ left: number }>(
          `SELECT (SELECT COUNT(*) FROM savings_accounts WHERE deposit_seen < ?) +
             (SELECT COUNT(*) FROM daily_deposits WHERE status = 'PENDING') AS \`left\``,
          [day],
        ),
      ([row]) => Number(row?.left) === 0,
      200_000,
    );
  const untilTaken = () =>
    eventually(
      () => stack.own.sql(`SELECT 1 FROM webhook_events WHERE status = 'PENDING' LIMIT 1`),
      (open) => open.length === 0,
    );
  /** What was told, each event once, of these accounts. */
  const failures = (savers: readonly Saver[]) => {
    const ids = new Set<unknown>(savers.map(({ accountId }) => accountId));
    const events = new Map(receiver.events.map(({ body }) => [body.eventId, body]));
    return [...events.values()].filter(({ type, data }) => type === 'schedule.failed' && ids.has(data['accountId']));
  };

  it('that was refused before there was a movement, with why, and not of those that were made', async () => {
    stack.standAt('2027-03-01 07:10:00');
    const [poor, rich] = [await atTheLimit(50_000), await regular(10_000)];
    stack.standAt('2027-03-01 08:00:10');
    await seenThrough('2027-03-01');
    await untilTaken();
    expect(failures([poor, rich])).toEqual([
      {
        eventId: expect.any(Number),
        type: 'schedule.failed',
        occurredAt: expect.stringContaining('2027-03-01 08:'),
        data: {
          userId: poor.userId,
          accountId: poor.accountId,
          day: '2027-03-01',
          amount: 50_000,
          failureCode: 'DailyLimitExceeded',
        },
      },
    ]);
    const [shown] = (await appEventsShown(stack.own.api)).filter(({ type }) => type === 'schedule.failed');
    expect(shown).toMatchObject({ accountId: poor.accountId, status: 'DELIVERED' });
    expect(shown).not.toHaveProperty('transactionId');
    expect(shown).not.toHaveProperty('sequence');
    await done(stack.own.api.send('POST', `/app/webhook-events/${shown?.eventId}/resend`));
  });

  it('that the bank refused, at once or after a long silence', async () => {
    stack.standAt('2027-03-02 07:00:00');
    const savers = [await regular(10_000, '9001'), await regular(10_000, '9017')];
    stack.standAt('2027-03-02 08:00:10');
    await seenThrough('2027-03-02');
    await untilTaken();
    const deposits = await stack.own.sql<{ accountId: number; movementId: number; failureCode: string }>(
      `SELECT account_id AS accountId, movement_id AS movementId, failure_code AS failureCode FROM daily_deposits
       WHERE account_id IN (?)`,
      [savers.map(({ accountId }) => accountId)],
    );
    expect(deposits).toHaveLength(2);
    const told = failures(savers).map(({ data }) => data);
    expect(told).toHaveLength(2);
    for (const { accountId, movementId, failureCode } of deposits) {
      expect(told.find((data) => data['accountId'] === accountId)).toMatchObject({
        day: '2027-03-02',
        transactionId: movementId,
        failureCode,
      });
    }
  });

  it('once for each account and day by two instances that are killed meanwhile, whatever the clock does', async () => {
    stack.standAt('2027-03-03 07:00:00');
    const savers = await atOnce(12, (index) => (index % 2 ? atTheLimit(1_000) : regular(1_000, '9001')));
    stack.standAt('2027-03-03 08:00:05');
    await eventually(
      () => stack.own.sql('SELECT 1 FROM daily_deposits WHERE day = ?', ['2027-03-03']),
      (found) => found.length > 0,
    );
    await Promise.all([stack.own.service.kill('SIGKILL'), other.program.kill('SIGKILL')]);
    await Promise.all([stack.own.service.start(), other.program.start()]);
    await seenThrough('2027-03-03');
    stack.standAt('2027-03-02 09:00:00');
    await stack.own.restartWith({});
    stack.standAt('2027-03-03 09:00:00');
    await stack.own.restartWith({});
    await untilTaken();
    const [written] = await stack.own.sql<{ failed: string; told: string }>(
      `SELECT (SELECT COUNT(*) FROM daily_deposits WHERE status = 'FAILED' AND account_id IN (?)) AS failed,
         (SELECT COUNT(*) FROM webhook_events WHERE type = 'schedule.failed' AND -payment_id IN (?)) AS told`,
      Array.from({ length: 2 }, () => savers.map(({ accountId }) => accountId)),
    );
    expect([Number(written?.failed), Number(written?.told)]).toEqual([savers.length, savers.length]);
    expect(
      failures(savers)
        .map(({ data }) => data['accountId'])
        .sort(),
    ).toEqual(savers.map(({ accountId }) => accountId).sort());
  });
});
