import { ANSWERS, type AnswerName } from '../../platform/http/answers.js';
import type { Metrics } from '../../platform/metrics/metrics.js';

export const PAYMENT_OUTCOMES = ['approved', 'refused', 'pending', 'failed'] as const;
export type PaymentOutcome = (typeof PAYMENT_OUTCOMES)[number];
export const TOP_UP_OUTCOMES = ['done', 'refused', 'unknown'] as const;
export type TopUpOutcome = (typeof TOP_UP_OUTCOMES)[number];

export type CountName = `payments.${PaymentOutcome}` | `topUps.${TopUpOutcome}`;
/** What there was none of is absent. */
export type Counts = Readonly<Partial<Record<CountName, number>>>;

/** What this instance has counted since it started, of the metrics that it keeps anyway. */
export async function countsOf({ paymentsTotal, topUpsTotal }: Metrics): Promise<Counts> {
  const counts: Partial<Record<CountName, number>> = {};
  for (const { labels, value } of (await paymentsTotal.get()).values) {
    const outcome = paymentOutcomeOf(String(labels.outcome));
    if (outcome) counts[`payments.${outcome}`] = (counts[`payments.${outcome}`] ?? 0) + value;
  }
  for (const { labels, value } of (await topUpsTotal.get()).values) {
    counts[`topUps.${labels.outcome as TopUpOutcome}`] = value;
  }
  return counts;
}

/** Null for duplicates: nothing is asked for with them that was not counted before. */
export function paymentOutcomeOf(counted: string): PaymentOutcome | null {
  if (counted === 'approved' || counted === 'pending') return counted;
  if (counted === 'duplicate' || counted === 'reused') return null;
  const isAnswer = (name: string): name is AnswerName => name in ANSWERS;
  return isAnswer(counted) && ANSWERS[counted].status < 500 ? 'refused' : 'failed';
}
