import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWatchedRedis } from '../../../scripts/stack/redis-groups.mjs';
import { aUser } from '../../support/builders.js';
import { answersIn, Load, payment, untruths } from '../../support/load.js';
import { eventually } from '../../support/money.js';
import {
  describeOnRedis,
  saidOfRedis,
  type ServiceOnRedis,
  startServiceOn,
  untilGuarded,
} from '../../support/service-on-redis.js';

type Watched = Awaited<ReturnType<typeof startWatchedRedis>>;

/** Far more than a payment takes beside a Redis that is away. */
const LATE_MS = 3_000;

describeOnRedis('a master of Redis that Sentinels watch', () => {
  let on: ServiceOnRedis<Watched>;
  let load: Load;
  beforeAll(async () => {
    on = await startServiceOn(startWatchedRedis);
    load = new Load(on.service.baseUrl);
  });
  afterAll(async () => {
    await load?.close();
    await on?.stop();
  });

  it('is found by its name, and is told of at the start', async () => {
    const { userId } = await aUser({ given: 1_000 });
    await untilGuarded(on.service.api, userId);
    expect(saidOfRedis(on.service)).toEqual([
      expect.stringMatching(/^Redis is reachable: watched by Sentinels, \w+ [\d.]+, a master; evicts .*allkeys-lru/),
    ]);
  });

  it.each<[string, (group: Watched) => Promise<unknown>]>([
    ['was killed', ({ master }) => master.kill()],
    ['was switched by hand', ({ sentinels }) => switchBack(sentinels[0])],
  ])(
    'may be another one after it %s: payments go on, in time, and Redis guards keys again',
    async (_how, lose) => {
      const { group, service } = on;
      const { userId } = await aUser({ given: 1_000_000 });
      await untilGuarded(service.api, userId);
      let goesOn = true;
      const paying = load.run(
        4,
        () => payment(userId),
        () => goesOn,
        20,
      );
      await sleep(300);
      const before = await masterOf(group);
      await lose(group);
      await eventually(
        () => masterOf(group),
        (port) => port !== before,
      );
      await untilGuarded(service.api, userId);
      goesOn = false;
      const told = await paying;
      expect(answersIn(told)).toEqual({ '201 Success': told.length });
      expect(Math.max(...told.map(({ tookMs }) => tookMs))).toBeLessThan(LATE_MS);
      expect(await untruths(told)).toEqual([]);
      await group.master.start(); // as a replica now, where it was killed
    },
    120_000,
  );
});

async function masterOf({ sentinels, env }: Watched): Promise<unknown> {
  const address = await sentinels[0]?.call('SENTINEL', 'get-master-addr-by-name', env['REDIS_SENTINEL_NAME'] as string);
  return (address as unknown[])[1];
}

/** The Sentinels need a moment to find that the one that was killed is back, as a replica. */
const switchBack = (sentinel: Watched['sentinels'][0] | undefined) =>
  eventually(
    () =>
      Promise.resolve(sentinel?.call('SENTINEL', 'FAILOVER', 'pay-redis')).then(
        () => true,
        () => false,
      ),
    (isDone) => isDone,
    60_000,
  );
