import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAudit } from '../../support/audit.js';
import { authorizationsThrough } from '../../support/authorizations.js';
import { atOnce, done, newAccountNumber, newKey } from '../../support/builders.js';
import { untilTold } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';
import { type ServiceProgram, serviceProgram } from '../../support/service-program.js';

const DAY_MS = 86_400_000;
const GIVEN = 100_000;

describeWith(['databaseUrl'], 'a payment that is authorised and that nobody captures', () => {
  let stack: OwnStack;
  let second: ServiceProgram;
  let payments: ReturnType<typeof authorizationsThrough>;

  beforeAll(async () => {
    stack = await startOwnStack({ RECOVERY_INTERVAL_MS: '50' });
    second = await serviceProgram('Another instance', stack.service.launch.env as Record<string, string>);
    payments = authorizationsThrough(stack.api);
    try {
      await second.program.start();
    } catch (error) {
      await second.stop();
      await stack.stop();
      throw error;
    }
  });
  afterAll(async () => {
    await second.stop();
    await stack.stop();
  });

  async function aPayer(): Promise<OwnUser> {
    const user = await signUpAt(stack, newAccountNumber());
    await done(stack.api.charge({ userId: user.userId, amount: GIVEN }));
    return user;
  }

  const authorizeOne = async ({ userId }: OwnUser) =>
    (await done(payments.authorize(userId, { totalPayAmount: 1_000 }))).detail.paymentId;
  const statusOf = async (paymentId: number) => (await done(stack.api.payment(paymentId))).detail.status;
  const allEnded = (ids: readonly number[]) =>
    eventually(
      () => Promise.all(ids.map(statusOf)),
      (statuses) => !statuses.includes('AUTHORIZED'),
    );

  async function moneyOf({ accountId }: OwnUser): Promise<{ balance: number; held: number }> {
    const [row] = await stack.sql<{ balance: number; held: number }>(
      'SELECT balance, held FROM accounts WHERE id = ?',
      [accountId],
    );
    return row as { balance: number; held: number };
  }

  it('is voided after seven days and not before, and tells so', async () => {
    const user = await aPayer();
    const early = await authorizeOne(user);
    stack.setClock(DAY_MS);
    const late = await authorizeOne(user);
    stack.setClock(7 * DAY_MS - 60_000);
    await sleep(500);
    expect([await statusOf(early), await statusOf(late)]).toEqual(['AUTHORIZED', 'AUTHORIZED']);
    stack.setClock(7 * DAY_MS + 60_000);
    expect(await allEnded([early])).toEqual(['VOIDED']);
    expect(await statusOf(late)).toBe('AUTHORIZED');
    expect((await done(stack.api.payment(early))).detail).toMatchObject({ voidReason: 'EXPIRED', capturedAmount: 0 });
    for (const answer of [await payments.capture(early), await payments.voidPayment(early)]) {
      expect(answer).toMatchObject({ status: 409, code: 'NotCapturable', detail: { outcome: 'EXPIRED' } });
    }
    stack.setClock(0);
    expect(await payments.capture(late)).toMatchObject({ code: 'Success' });
    expect(await moneyOf(user)).toEqual({ balance: GIVEN - 1_000, held: 0 });
  });

  it('is voided once when two instances void many', async () => {
    const user = await aPayer();
    const ids = await atOnce(100, () => authorizeOne(user));
    expect(await moneyOf(user)).toEqual({ balance: GIVEN, held: GIVEN });
    stack.setClock(8 * DAY_MS);
    expect(new Set(await allEnded(ids))).toEqual(new Set(['VOIDED']));
    stack.setClock(0);
    expect(await moneyOf(user)).toEqual({ balance: GIVEN, held: 0 });
  });

  it('ends once when 50 capture and void it through two instances while its time ends', async () => {
    const others = authorizationsThrough(second.api);
    for (let round = 0; round < 4; round++) {
      const user = await aPayer();
      const paymentId = await authorizeOne(user);
      const answers = await atOnce(50, async (index) => {
        await sleep(Math.random() * 200);
        if (index === 25) stack.setClock(8 * DAY_MS);
        const through = index % 2 ? payments : others;
        const key = newKey();
        return untilTold<object>(() =>
          index % 3 ? through.capture(paymentId, {}, key) : through.voidPayment(paymentId, key),
        );
      });
      const [end] = await allEnded([paymentId]);
      const { voidReason } = (await done(stack.api.payment(paymentId))).detail;
      stack.setClock(0);
      const won = answers.filter(({ code }) => code === 'Success' || code === 'AlreadyComplete');
      expect(won.map(({ detail }) => (detail as { status: string }).status)).toEqual(
        voidReason === 'EXPIRED' ? [] : [end],
      );
      expect(won.length + answers.filter(({ code }) => code === 'NotCapturable').length).toBe(50);
      expect(await moneyOf(user)).toEqual({ balance: end === 'APPROVED' ? GIVEN - 1_000 : GIVEN, held: 0 });
    }
  });

  it('is voided when the instances that void it are killed in between', async () => {
    const user = await aPayer();
    const ids = await atOnce(100, () => authorizeOne(user));
    stack.setClock(8 * DAY_MS);
    const isAnyTaken = async () => {
      const taken = await stack.sql(
        'SELECT 1 FROM authorizations WHERE movement_id IN (?) AND taken_until IS NOT NULL',
        [ids],
      );
      return taken.length > 0;
    };
    await eventually(isAnyTaken, (isTaken) => isTaken);
    await Promise.all([stack.service.kill('SIGKILL'), second.program.kill('SIGKILL')]);
    await Promise.all([stack.service.start(), second.program.start()]);
    expect(new Set(await allEnded(ids))).toEqual(new Set(['VOIDED']));
    stack.setClock(0);
    expect(await moneyOf(user)).toEqual({ balance: GIVEN, held: 0 });
  });

  it('leaves books that agree: what is held is what is authorised', async () => {
    const user = await aPayer();
    await authorizeOne(user);
    expect(await moneyOf(user)).toEqual({ balance: GIVEN, held: 1_000 });
    const where = { DATABASE_URL: stack.databaseUrl, BANK_URL: stack.bank.url };
    expect(await runAudit([], where)).toMatchObject({ exitCode: 0 });
  });
});
