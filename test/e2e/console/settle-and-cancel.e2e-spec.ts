import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newKey as newApiKey, printOf } from '../../../src/auth/api-key.js';
import { BrowserPage, browserHere } from '../../support/browser.js';
import { done, newAccountNumber, newKey, paymentBody } from '../../support/builders.js';
import { looksOf } from '../../support/console-looks.js';
import { expectAnswer } from '../../support/contract.js';
import { describeIf } from '../../support/describe-if.js';
import { describeWith } from '../../support/environment.js';
import { openCharges } from '../../support/open-charges.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';

const chromium = browserHere();
/** Recovery never comes round: whatever is settled was asked about by an operator. */
const ALONE = { RECOVERY_INTERVAL_MS: '3600000', RECOVERY_FIRST_DELAY_MS: '0', ANSWER_WITHIN_MS: '2000' };
const HOSTILE = {
  product: `<img src=x onerror=alert(1)>"'&amp;`,
  order: `<script>alert("order")</script>`,
  reason: `</p><script>alert('reason')</script> 고객 "문의"`,
  memo: `<svg/onload=alert(1)> 점심값`,
};

describeWith(['databaseUrl', 'redisUrl'], 'a payment that nobody knows the outcome of', () => {
  let stack: OwnStack;
  let operatorKey: string;
  let user: OwnUser;
  let friend: OwnUser;
  let transferId: number;

  beforeAll(async () => {
    stack = await startOwnStack(ALONE);
    operatorKey = newApiKey('test');
    const { prefix, hash } = printOf(operatorKey);
    await stack.sql('INSERT INTO api_keys (role, prefix, hash, created_at) VALUES (?)', [
      ['operator', prefix, hash, new Date()],
    ]);
    user = await signUpAt(stack, newAccountNumber());
    await done(stack.api.charge({ userId: user.userId, amount: 9_000 }, newKey()));
    friend = await signUpAt(stack, newAccountNumber());
    const transfer = { fromUserId: user.userId, toUserId: friend.userId, amount: 1_000, memo: HOSTILE.memo };
    transferId = (await done(stack.api.transfer(transfer, newKey()))).detail.transactionId;
    await done(stack.api.send('POST', '/partners/100/webhooks', { url: 'http://127.0.0.1:9/hooks' }));
    await openCharges(stack, [user], 3);
  });
  afterAll(() => stack?.stop());

  /** The bank has taken the money, and its answer never comes. */
  const aPendingPayment = async () => {
    await stack.bank.setRules([{ fault: 'answerNeverComes' }, { fault: 'hang', on: 'inquiry' }]);
    const productItems = [
      { count: 1, name: HOSTILE.product },
      { count: 2, name: '사과 한 상자' },
    ];
    const changes = { totalPayAmount: 23_000, partnerPayKey: `${HOSTILE.order}${newKey()}`, productItems };
    const answer = await stack.api.pay(paymentBody(user.userId, changes), newKey());
    expectAnswer(answer, 'Processing');
    await stack.bank.setRules([]);
    return Number(answer.location?.split('/').at(-1));
  };

  describeIf(chromium !== undefined, 'Chromium', 'in a browser', () => {
    let opened: BrowserPage;
    const foreign: string[] = [];
    beforeEach(async () => {
      opened = await BrowserPage.open(chromium as string, `${stack.baseUrl}/console`);
      opened.page.on('request', (request) => {
        if (!request.url().startsWith(stack.baseUrl)) foreign.push(request.url());
      });
      await opened.page.setExtraHTTPHeaders({ 'accept-language': 'en' });
      await opened.page.reload();
      await opened.page.getByLabel('API key').fill(operatorKey);
      await opened.page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await opened.page.getByText('Operator', { exact: true }).waitFor();
    });
    afterEach(async () => {
      await opened.close();
      expect(opened.mistakes).toEqual([]);
      expect(foreign).toEqual([]);
    });

    const button = (name: string) => opened.page.getByRole('button', { name, exact: true });
    const link = (name: string) => opened.page.getByRole('link', { name, exact: true });
    const text = (words: string) => opened.page.getByText(words);

    it('is settled by an inquiry, cancelled in part with a reason, and tells its story', async () => {
      const paymentId = await aPendingPayment();
      const { page } = opened;
      await link('Pending').click();
      await page.getByRole('link', { name: `Payment ${paymentId}`, exact: true }).click();
      await page.getByRole('heading', { name: `Payment ${paymentId}`, level: 1 }).waitFor();
      await text('When the bank is asked again').waitFor();

      await link('Inquire now').click();
      await page
        .getByRole('heading', { name: `Inquire about movement ${paymentId}` })
        .and(page.locator(':focus'))
        .waitFor();
      await text('HANA BANK is asked at once what became of the ₩15,000').waitFor();
      await page.getByLabel('Reason').fill(HOSTILE.reason);
      await opened.picture('console-inquire');
      await button('Ask the bank').click();
      await text('The bank: it is done. The movement is settled.').waitFor();
      await page.locator('.notice.good:focus').waitFor();
      const story = page.getByRole('list', { name: 'What happened' });
      await story.getByText('₩23,000 paid').waitFor();
      await opened.picture('console-inquired');
      // Settled, it is not asked any more.
      expect(await link('Inquire now').count()).toBe(0);

      await link('Cancel it').click();
      const amount = page.getByLabel('Amount (won)');
      expect(await amount.inputValue()).toBe('23000');
      await amount.fill('3000');
      await page.getByLabel('Reason').fill(HOSTILE.reason);
      await opened.picture('console-cancel');
      await button('Cancel it').click();
      await text('₩3,000 went back to the customer. What can still be cancelled: ₩20,000.').waitFor();
      await story.getByText('₩3,000 cancelled and given back').waitFor();
      expect(await story.getByText(`Reason: ${HOSTILE.reason}`).count()).toBe(3); // two acts and the cancel
      await story.getByText('cancelPayment').or(story.getByText('Cancel a payment')).waitFor();
      await page.locator('#payment').getByText(HOSTILE.product).waitFor();
      await page.locator('.facts').getByText(HOSTILE.order).waitFor();
      await opened.picture('console-cancelled');
      const acts = await stack.sql<{ action: string; reason: string }>(
        'SELECT action, reason FROM operator_acts WHERE subject_id = ? ORDER BY id',
        [paymentId],
      );
      expect(acts).toEqual([
        { action: 'inquireWithdrawal', reason: HOSTILE.reason },
        { action: 'cancelPayment', reason: HOSTILE.reason },
      ]);
    });

    it('is looked at again until it is settled, without a hand on it', async () => {
      const paymentId = await aPendingPayment();
      const { page } = opened;
      await page.goto(`${stack.baseUrl}/console/payments/${paymentId}`);
      await text('until it is settled').waitFor();
      const asked: string[] = [];
      page.on('request', (request) => void asked.push(request.url()));
      await done(
        stack.api.send('POST', `/operations/withdrawals/${paymentId}/inquire`, { reason: 'by somebody else' }),
      );
      await text('₩23,000 paid').waitFor();
      expect(await text('until it is settled').count()).toBe(0);
      const count = asked.length;
      await page.waitForTimeout(6_000);
      expect(asked.length).toBe(count);
    });

    it('and all that leads to it is pleasant to look at', async () => {
      const paymentId = await aPendingPayment();
      const see = async (name: string, path: string) => {
        expect(await looksOf(opened, { name, url: stack.baseUrl + path })).toEqual([]);
      };
      await see('pending', '/console/pending');
      await see('payment-pending', `/console/payments/${paymentId}`);
      await see('inquire', `/console/movements/${paymentId}/inquire`);
      await see('account', `/console/accounts/${user.accountId}`);
      const held = { totalPayAmount: 600, capture: 'MANUAL' };
      await done(stack.api.pay(paymentBody(friend.userId, held), newKey()));
      await see('account-held', `/console/accounts/${friend.accountId}`);
      await done(stack.api.send('POST', `/operations/withdrawals/${paymentId}/inquire`, { reason: '고객 문의' }));
      const cancel = { cancelAmount: 4_000, cancelReason: '상품 하나가 파손되어 도착했다고 합니다' };
      await done(stack.api.send('POST', `/payments/${paymentId}/cancel`, cancel, { key: newKey() }));
      await see('payment', `/console/payments/${paymentId}`);
      await see('cancel', `/console/payments/${paymentId}/cancel`);
      await see('movement', `/console/movements/${transferId}`);
      const [{ id: payable } = { id: 0 }] = await stack.sql<{ id: number }>(
        "SELECT id FROM accounts WHERE kind = 'PARTNER_PAYABLE'",
      );
      await see('account-summed', `/console/accounts/${payable}`);
      await anAudit();
      await see('audits', '/console/audits');
      await see('audit', '/console/audits/1');
    });

    const anAudit = async () => {
      const checks = JSON.stringify({ hold: 1, chain: 1, movement: 150 });
      await stack.sql(
        `INSERT INTO audits (id, started_at, ended_at, checks, bank_unanswered, finding_count)
         VALUES (1, '2025-02-26 00:00:00', '2025-02-26 00:00:12.5', ?, 2, 3), (2, NOW(3), NOW(3), '{}', 0, 0)`,
        [checks],
      );
      const rows = [
        ['hold', 'accounts', { id: user.accountId }, 'held is 1, not 0'],
        [
          'chain',
          'entries',
          { account_id: user.accountId, seq: 2, movement_id: 1, leg: 3 },
          'balance_after is 5, not 4',
        ],
        ['movement', 'movements', { id: 1 }, 'is "odd" <b>'],
      ].map(([check, table, key, problem]) => [1, check, table, JSON.stringify(key), problem]);
      await stack.sql('INSERT INTO audit_findings (audit_id, check_name, table_name, row_key, problem) VALUES ?', [
        rows,
      ]);
    };
  });
});
