import { expect, it } from '@jest/globals';
import { Metrics } from '../../platform/metrics/metrics.js';
import { countsOf, paymentOutcomeOf } from './counts.js';

it.each([
  ['approved', 'approved'],
  ['pending', 'pending'],
  ['NotEnoughBalance', 'refused'],
  ['InvalidUserId', 'refused'],
  ['AgreementRequired', 'refused'],
  ['BankMaintenance', 'failed'],
  ['TemporarilyUnavailable', 'failed'],
  ['failed', 'failed'],
  ['duplicate', null],
  ['reused', null],
])('a payment that the metrics call %s is %s', (counted, outcome) => {
  expect(paymentOutcomeOf(counted)).toBe(outcome);
});

it('refusals of all kinds are added up', async () => {
  const metrics = new Metrics();
  expect(await countsOf(metrics)).toEqual({});
  for (const outcome of ['approved', 'NotEnoughBalance', 'InvalidUserId', 'duplicate']) {
    metrics.paymentsTotal.inc({ outcome });
  }
  metrics.topUpsTotal.inc({ outcome: 'unknown' }, 3);
  expect(await countsOf(metrics)).toEqual({ 'payments.approved': 1, 'payments.refused': 2, 'topUps.unknown': 3 });
});
