import { describe, expect, it } from '@jest/globals';
import { type StoryFacts, storyOf } from './payment-story.js';

const at = (seconds: number) => new Date(Date.UTC(2025, 1, 26, 0, 0, seconds));

const payment = {
  paymentId: 15,
  status: 'COMPLETED',
  amount: 10_000,
  isManual: false,
  authorization: null,
  createdAt: at(10),
  completedAt: at(12),
  cancels: [],
};
const order = {
  movementId: 15,
  status: 'DONE',
  amount: 7_000,
  heldAmount: 3_000,
  askedAt: at(10),
  resentAt: null,
  settledAt: at(12),
  inquiries: 0,
  refusal: null,
};
const told = { subjectId: 15, occurredAt: at(12), tries: [] };

/** What happened, as `EVENT seconds`; only what is said of the facts counts. */
const story = (facts: Record<keyof StoryFacts, unknown>) =>
  storyOf(facts as unknown as StoryFacts).map(({ event, at: time }) => `${event} ${time.getUTCSeconds()}`);
const facts = { payment, order: undefined, endId: null, told: [] };

describe("a payment's story", () => {
  it('has nothing that is not known', () => {
    expect(story(facts)).toEqual(['REQUESTED 10', 'APPROVED 12']);
    expect(story({ ...facts, payment: { ...payment, status: 'PENDING', completedAt: null } })).toEqual([
      'REQUESTED 10',
    ]);
  });

  it('keeps its order although the database has another time', () => {
    const resent = { ...order, resentAt: at(40), inquiries: 3 };
    expect(story({ ...facts, order: resent })).toEqual([
      'REQUESTED 10',
      'HELD 10',
      'BANK_ASKED 10',
      'BANK_RESENT 40',
      'BANK_DONE 12',
      'APPROVED 12',
    ]);
  });

  it('has no hold where nothing was set aside, and no answer of a bank that has not said', () => {
    const open = { ...order, heldAmount: 0, status: 'PENDING', settledAt: null };
    const waiting = { ...payment, status: 'PENDING', completedAt: null };
    expect(story({ ...facts, payment: waiting, order: open })).toEqual(['REQUESTED 10', 'BANK_ASKED 10']);
  });

  it('has what came after the outcome by its time, who was told right after what they were told of', () => {
    const cancels = [1, 2].map((nth) => ({ cancelId: 15 + nth, amount: 1, reason: '', canceledAt: at(20 * nth) }));
    const tellings = [told, ...cancels.map(({ canceledAt }) => ({ ...told, occurredAt: canceledAt }))];
    expect(story({ ...facts, payment: { ...payment, cancels }, told: tellings })).toEqual([
      'REQUESTED 10',
      'APPROVED 12',
      'WEBHOOK 12',
      'CANCELED 20',
      'WEBHOOK 20',
      'CANCELED 40',
      'WEBHOOK 40',
    ]);
  });

  it.each(['CAPTURED', 'VOIDED', 'EXPIRED'])('tells how an authorisation ended: %s', (outcome) => {
    const end = { outcome, capturedAmount: 5, endedAt: at(30) };
    const manual = { ...payment, isManual: true, authorization: { expiresAt: at(59), end } };
    expect(story({ ...facts, payment: manual, endId: 16 })).toEqual(['REQUESTED 10', 'AUTHORIZED 12', `${outcome} 30`]);
  });
});
