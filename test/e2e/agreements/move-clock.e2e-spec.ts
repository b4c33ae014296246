import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { AuditReport } from '../../../src/audit/audit-report.js';
import { agreementsThrough } from '../../support/agreements.js';
import { runAudit, wrongIn } from '../../support/audit.js';
import { authorizationsThrough } from '../../support/authorizations.js';
import { done, newAccountNumber, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { type OwnStack, signUpAt, startOwnStack } from '../../support/own-stack.js';

const DAY_MS = 86_400_000;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'payments by agreement, while the clock is moved', () => {
  let stack: OwnStack;
  beforeAll(async () => {
    stack = await startOwnStack();
  });
  afterEach(() => stack?.setClock(0));
  afterAll(() => stack?.stop());

  const pay = (userId: number, totalPayAmount: number) =>
    stack.api.pay(paymentBody(userId, { totalPayAmount }), newKey());
  const usedBy = async (userId: number) =>
    (await done(agreementsThrough(stack.api).agreementsOf(userId))).detail.items[0]?.usedToday;
  const anAgreedUser = async (ending?: string) => {
    const { userId } = await signUpAt(stack, newAccountNumber(ending));
    await done(agreementsThrough(stack.api).agree(userId));
    return userId;
  };
  const expectBooksToAgree = async () => {
    const addresses = { DATABASE_URL: stack.databaseUrl, BANK_URL: stack.bank.url };
    const { stdout } = await runAudit(['--json', '--no-bank'], addresses);
    expect(wrongIn(JSON.parse(stdout) as AuditReport)).toEqual([]);
  };

  it('count for the later day when it was set back, and the auditor finds them', async () => {
    const userId = await anAgreedUser();
    await done(pay(userId, 1_000));
    stack.setClock(8 * DAY_MS);
    await done(pay(userId, 2_000));
    stack.setClock(0);
    await done(pay(userId, 4_000));
    await done(authorizationsThrough(stack.api).authorize(userId, { totalPayAmount: 8_000 }));
    expect(await usedBy(userId)).toBe(14_000);
    await expectBooksToAgree();
  });

  it.each([
    ['9016', 'APPROVED'],
    ['9017', 'FAILED'],
  ])('that wait for the bank over midnight count for their day alone (%s)', async (ending, status) => {
    const userId = await anAgreedUser(ending);
    const received = await pay(userId, 40_000);
    expectAnswer(received, 'Processing');
    await expectBooksToAgree();
    stack.setClock(DAY_MS);
    const { paymentId } = received.detail;
    await eventually(
      async () => (await done(stack.api.payment(paymentId))).detail.status,
      (it) => it === status,
    );
    expect(await usedBy(userId)).toBe(0);
    await expectBooksToAgree();
    await done(agreementsThrough(stack.api).agree(userId));
    expect(await usedBy(userId)).toBe(0);
    await expectBooksToAgree();
  });
});
