import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { done, newKey, paymentBody, signUpBody } from '../../support/builders.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { type OwnService, PATIENCE, startOwnService } from '../../support/own-service.js';
import { SpanCollector } from '../../support/span-collector.js';

const SERVER = 2;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a service that was told where to send traces', () => {
  let collector: SpanCollector;
  let service: OwnService;
  beforeAll(async () => {
    collector = await SpanCollector.start();
    service = await startOwnService({
      ...PATIENCE,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'pay-under-test',
    });
  });
  afterAll(async () => {
    await service.stop();
    await collector.stop();
  });

  it('sends the spans of a payment in one trace, from the request to the bank, and nothing personal', async () => {
    const signUp = signUpBody();
    const { detail } = await done(service.api.signUp(signUp));
    const key = newKey();
    await done(service.api.pay(paymentBody(detail.userId), key));
    const spans = await eventually(
      () => Promise.resolve(traceOf('POST /payments')),
      (names) => names.some((name) => name.startsWith('POST ')) && names.includes('evalsha'),
    );
    expect(spans).toEqual(expect.arrayContaining(['POST /payments', 'evalsha']));
    expect(spans.filter((name) => /^(SELECT|INSERT|UPDATE)/.test(name)).length).toBeGreaterThan(1);
    expect(spans.filter((name) => name === 'POST').length).toBeGreaterThan(0); // of the bank
    expect(collector.received).toContain('pay-under-test');
    for (const secret of [signUp.name, signUp.email, signUp.externalAccountNumber, key, 'fintech_use_num=']) {
      expect([secret, collector.received.includes(secret)]).toEqual([secret, false]);
    }
  });

  it('traces nothing that machines ask every few seconds', async () => {
    await service.api.send('GET', '/health/ready');
    await service.api.send('GET', `/users/1`);
    await eventually(
      () => Promise.resolve(traceOf('GET /users/:userId')),
      ({ length }) => length > 0,
    );
    expect(collector.spans.filter(({ name }) => name.includes('/health'))).toEqual([]);
  });

  /** Names of the spans in the first trace whose request was this. */
  function traceOf(request: string): string[] {
    const root = collector.spans.find(({ name, kind }) => name === request && kind === SERVER);
    return collector.spans.filter(({ traceId }) => traceId === root?.traceId).map(({ name }) => name);
  }
});
