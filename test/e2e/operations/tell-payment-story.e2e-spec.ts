import { afterEach, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { authorize, capture, voidPayment } from '../../support/authorizations.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer } from '../../support/contract.js';
import { describeKeyless, describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { read } from '../../support/operations.js';
import { aPartner, cancel } from '../../support/settlements.js';
import { aListener, stopReceivers, untilDelivered } from '../../support/webhook-partner.js';

interface StoryEvent {
  readonly event: string;
  readonly at: string;
  readonly transactionId: number;
  readonly amount?: number;
  readonly webhook?: { readonly type: string; readonly status: string; readonly attempts: readonly object[] };
}
interface Story {
  readonly payment: object;
  readonly bankOrder?: object;
  readonly isWhole: boolean;
  readonly timeline: readonly StoryEvent[];
  readonly journal: readonly object[];
}
const storyOf = (paymentId: number | undefined) => read<Story>(`payments/${paymentId}/story`);
const told = ({ timeline }: Story) =>
  timeline.map(({ event, amount, webhook }) => webhook?.type ?? (amount === undefined ? event : `${event} ${amount}`));
const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

afterEach(stopReceivers);

describeWith(['serviceLog'], "a payment's story", () => {
  it('has the bank, the outcome, cancels, and who was told with each attempt', async () => {
    const { partnerId, endpointId } = await aListener();
    const user = await aUser({ given: 3_000 });
    const body = paymentBody(user.userId, { partnerId, totalPayAmount: 10_000 });
    const key = newKey();
    const { paymentId } = (await done(api.pay(body, key))).detail;
    const cancelId = await cancel(paymentId, 4_000);
    await untilDelivered(partnerId, 2);
    const story = await storyOf(paymentId);
    expect(told(story)).toEqual([
      'REQUESTED 10000',
      'HELD 3000',
      'BANK_ASKED 7000',
      'BANK_DONE',
      'APPROVED 10000',
      'payment.approved',
      'CANCELED 4000',
      'payment.canceled',
    ]);
    expect(story.payment).toEqual((await api.payment(paymentId)).detail);
    expect(story.bankOrder).toMatchObject({ kind: 'WITHDRAWAL', status: 'DONE', amount: 7_000 });
    expect(story.isWhole).toBe(true);
    expect(story).toMatchObject({ userName: user.name, partnerName: '웹훅 가맹점', idempotencyKey: key });
    const [main, payable] = [{ accountId: user.accountId, type: 'MAIN' }, { type: 'PARTNER_PAYABLE' }];
    expect(story.journal).toMatchObject([
      { transactionId: paymentId, amount: 7_000, from: { type: 'BANK_CLEARING' }, to: main },
      { transactionId: paymentId, amount: 10_000, from: main, to: { ...payable, ownerId: partnerId } },
      { transactionId: cancelId, amount: 4_000, from: payable, to: { ...main, ownerName: user.name } },
    ]);
    const canceled = story.timeline.find(({ event }) => event === 'CANCELED');
    expect(canceled).toEqual({ event: 'CANCELED', at: time, transactionId: cancelId, amount: 4_000, reason: '변심' });
    expect(story.timeline.find(({ event }) => event === 'WEBHOOK')).toEqual({
      event: 'WEBHOOK',
      at: time,
      transactionId: paymentId,
      webhook: {
        owner: 'PARTNER',
        endpointId,
        eventId: expect.any(Number),
        deliveryId: expect.any(Number),
        type: 'payment.approved',
        status: 'DELIVERED',
        deliveredAt: time,
        attempts: [{ attempt: 1, attemptedAt: time, status: 200, durationMs: expect.any(Number) }],
      },
    });
  });

  it('has what an endpoint answered that did not take it, also once the endpoint is deleted', async () => {
    const { partnerId, endpointId } = await aListener(() => 500);
    const user = await aUser({ given: 1_000 });
    const body = paymentBody(user.userId, { partnerId, totalPayAmount: 1_000 });
    const { paymentId } = (await done(api.pay(body, newKey()))).detail;
    const webhookOf = async () => (await storyOf(paymentId)).timeline.find(({ webhook }) => webhook)?.webhook;
    const tried = await eventually(webhookOf, (it) => (it?.attempts.length ?? 0) > 0);
    expect(tried).toMatchObject({ status: 'PENDING', nextAttemptAt: time });
    expect(tried?.attempts[0]).toMatchObject({ attempt: 1, attemptedAt: time, status: 500 });
    await done(api.send('DELETE', `/partners/${partnerId}/webhooks/${endpointId}`));
    const deleted = await eventually(webhookOf, (it) => it?.status === 'UNDELIVERED');
    expect(deleted).toMatchObject({ lastError: 'ENDPOINT_DELETED' });
    expect(deleted?.attempts[0]).toMatchObject({ status: 500 });
  });
});

describeKeyless("a payment's story without a listener", () => {
  it('has both steps of one in two, and no bank where none was asked', async () => {
    const user = await aUser({ given: 30_000 });
    const partnerId = await aPartner();
    const captured = (await done(authorize(user.userId, { partnerId, totalPayAmount: 10_000 }))).detail;
    const { captureId } = (await done(capture(captured.paymentId, { captureAmount: 8_000 }))).detail;
    await cancel(captured.paymentId, 1_000);
    const story = await storyOf(captured.paymentId);
    expect(told(story)).toEqual(['REQUESTED 10000', 'AUTHORIZED 10000', 'CAPTURED 8000', 'CANCELED 1000']);
    expect(story).not.toHaveProperty('bankOrder');
    expect(story.timeline[1]).toMatchObject({ expiresAt: captured.expiresAt });
    expect(story.timeline[2]).toMatchObject({ transactionId: captureId });
    const voided = (await done(authorize(user.userId, { partnerId, totalPayAmount: 5_000 }))).detail;
    const { voidId } = (await done(voidPayment(voided.paymentId))).detail;
    const { timeline } = await storyOf(voided.paymentId);
    expect(timeline.map(({ event }) => event)).toEqual(['REQUESTED', 'AUTHORIZED', 'VOIDED']);
    expect(timeline[2]).toMatchObject({ transactionId: voidId });
  });

  it('says why one failed, and says nothing yet of one that waits', async () => {
    const short = await aUser({ bankAccount: '9001', given: 400 });
    const partnerId = await aPartner();
    const pay = (userId: number) => api.pay(paymentBody(userId, { partnerId, totalPayAmount: 1_000 }), newKey());
    expectAnswer(await pay(short.userId), 'NotEnoughAccountBalance');
    const { items } = await read<{ items: { transactionId: number }[] }>(`users/${short.userId}/movements`);
    const failed = await storyOf(items[0]?.transactionId);
    expect(told(failed)).toEqual(['REQUESTED 1000', 'HELD 400', 'BANK_ASKED 600', 'BANK_REFUSED', 'FAILED']);
    expect(failed.timeline.slice(-2)).toMatchObject([
      { refusal: 'BALANCE_SHORT', inquiries: 0 },
      { failureCode: 'NotEnoughAccountBalance' },
    ]);
    const slow = await aUser({ bankAccount: '9016' });
    const waiting = await pay(slow.userId);
    expectAnswer(waiting, 'Processing');
    const { paymentId } = waiting.detail;
    const open = await storyOf(paymentId);
    expect(told(open)).toEqual(['REQUESTED 1000', 'BANK_ASKED 1000']);
    expect(open.bankOrder).toMatchObject({ status: 'PENDING', nextInquiryAt: time });
    const ended = await eventually(
      () => storyOf(paymentId),
      ({ timeline }) => timeline.some(({ event }) => event === 'APPROVED'),
    );
    const [done] = ended.timeline.filter(({ event }) => event === 'BANK_DONE');
    expect(done).toMatchObject({ inquiries: expect.any(Number) });
  });

  it('is not there of what is no payment', async () => {
    const { userId } = await aUser();
    const { transactionId } = (await done(api.charge({ userId, amount: 1_000 }))).detail;
    for (const id of [transactionId, 999_999_999_999]) {
      expectAnswer(await api.send('GET', `/operations/payments/${id}/story`), 'PaymentNotFound');
    }
  });
});
