import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { RedisProgram } from '../../../scripts/stack/programs-here.mjs';
import { startGuardedRedis } from '../../../scripts/stack/redis-groups.mjs';
import { aUser } from '../../support/builders.js';
import { CuttableProxy } from '../../support/cuttable-proxy.js';
import { eventually } from '../../support/money.js';
import {
  describeOnRedis,
  isGuarded,
  saidOfRedis,
  type ServiceOnRedis,
  startServiceOn,
  untilGuarded,
} from '../../support/service-on-redis.js';

/** Two servers, and one address that leads to the first: a name or a floating address, as some operators have it. */
async function startPair({ found, folder }: { found: RedisProgram; folder: string }) {
  const first = await startGuardedRedis({ found, folder: join(folder, 'first') });
  const second = await startGuardedRedis({ found, folder: join(folder, 'second') });
  const address = await CuttableProxy.to(first.env['REDIS_URL'] as string);
  const discard = () => Promise.all([address.close(), first.discard(), second.discard()]);
  return { first, second, address, env: { REDIS_URL: address.url }, discard };
}

describeOnRedis('a master that was demoted while its address moved on', () => {
  let on: ServiceOnRedis<Awaited<ReturnType<typeof startPair>>>;
  beforeAll(async () => void (on = await startServiceOn(startPair)), 120_000);
  afterAll(() => on.stop());

  it('is told of once, and left for its successor without a restart', async () => {
    const { first, second, address } = on.group;
    const { userId } = await aUser({ given: 10_000 });
    const guarded = () => isGuarded(on.service.api, userId);
    await untilGuarded(on.service.api, userId);
    await first.redis.call('REPLICAOF', '127.0.0.1', second.redis.port);
    await eventually(guarded, () => saidOfRedis(on.service).some((line) => line.includes('a replica')));
    for (let time = 0; time < 5; time++) expect(await guarded()).toBe(false);
    address.leadTo(second.env['REDIS_URL'] as string);
    await untilGuarded(on.service.api, userId);
    expect(await second.redis.call('DBSIZE')).toBeGreaterThan(0);
    expect(saidOfRedis(on.service)).toEqual([
      expect.stringContaining(', a master;'),
      expect.stringContaining(', a replica, which takes no writes'),
      expect.stringContaining(', a master;'),
    ]);
  });
});
