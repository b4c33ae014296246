import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Received } from '../../support/api.js';
import { newKey, signUpBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aParty, eventually, expectNothingMoved, MONEY_ROUTES, type Party } from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'while the database is away', () => {
  let service: OwnService;
  let party: Party;
  beforeAll(async () => {
    // Patient with Redis, which must hear that a refused key is free.
    service = await startOwnService({ REDIS_TIMEOUT_MS: '2000' });
    party = await aParty({ charged: 500_000 });
  });
  afterAll(() => service.stop());

  describe.each([
    ['stopped', () => service.database.close()],
    ['silent', () => Promise.resolve(service.database.hang())],
  ])('(%s)', (_how, lose) => {
    beforeAll(async () => {
      // One call has been there before and knows these users, the other asks for somebody new.
      for (const route of MONEY_ROUTES) {
        expectSuccess(await sendThrough(route, route.body(party, 1_000), newKey()), route.success);
      }
    });
    afterAll(() => service.database.open());

    const sendThrough = (route: (typeof MONEY_ROUTES)[0], body: object, key: string) =>
      service.api.send(route.method, route.path, body, { key });
    const tries = MONEY_ROUTES.map((route) => ({ ...route, key: newKey() }));
    const bodies = new Map<string, Record<string, unknown>>();

    const expectUnavailable = async (asking: Promise<Received<unknown>>) =>
      expectAnswer(await asking, 'TemporarilyUnavailable');

    it('every call is answered 503, and moves nothing', async () => {
      const stranger = await aParty({ charged: 100_000 });
      await expectNothingMoved([party, party.friend, stranger], async () => {
        await lose();
        const { userId, accountId } = stranger;
        await Promise.all([
          ...tries.map((route) => {
            bodies.set(route.path, route.body(party, 10_000));
            return expectUnavailable(sendThrough(route, bodies.get(route.path) as object, route.key));
          }),
          ...MONEY_ROUTES.map((route) => expectUnavailable(sendThrough(route, route.body(stranger, 10_000), newKey()))),
          expectUnavailable(service.api.signUp(signUpBody())),
          expectUnavailable(service.api.openSavings({ userId })),
          expectUnavailable(service.api.user(userId)),
          expectUnavailable(service.api.entries(accountId)),
          expectUnavailable(service.api.payment(1)),
          expectUnavailable(service.api.payments({ partnerId: 100, partnerPayKey: 'x' })),
          expectUnavailable(service.api.transaction(1)),
        ]);
      });
    });

    it('readiness says which store is missing, and the process is alive', async () => {
      const ready = await service.api.send('GET', '/health/ready');
      expectAnswer(ready, 'TemporarilyUnavailable');
      expect(ready.detail).toMatchObject({ database: 'down', redis: 'up' });
      expectSuccess(await service.api.send('GET', '/health/live'), 200);
    });

    it('it comes back without a restart, and the same keys succeed', async () => {
      const before = service.pid();
      await service.database.open();
      await eventually(
        () => service.api.send('GET', '/health/ready'),
        ({ status }) => status === 200,
      );
      for (const route of tries) {
        const body = bodies.get(route.path) as object;
        expectSuccess(await sendThrough(route, body, route.key), route.success);
        expectAnswer(await sendThrough(route, body, route.key), route.complete);
      }
      expect(service.pid()).toBe(before);
    });
  });
});
