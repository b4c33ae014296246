import { afterEach, expect, it } from '@jest/globals';
import { dirname, join } from 'node:path';
import {
  makeCertificates,
  type RedisGroup,
  startGuardedRedis,
  startRedisCluster,
  startWatchedRedis,
} from '../../../scripts/stack/redis-groups.mjs';
import { aUser } from '../../support/builders.js';
import { eventually } from '../../support/money.js';
import {
  describeOnRedis,
  isGuarded,
  saidOfRedis,
  type ServiceOnRedis,
  startServiceOn,
  untilGuarded,
} from '../../support/service-on-redis.js';

describeOnRedis('behind TLS and a password', () => {
  let on: ServiceOnRedis<RedisGroup>;
  afterEach(() => on.stop());

  it.each([
    ['a server', startGuardedRedis],
    ['the master that Sentinels watch', startWatchedRedis],
    ['a cluster', startRedisCluster],
  ])(
    '%s is reached, and guards keys',
    async (_what, start) => {
      on = await startServiceOn<RedisGroup>(start, { withTls: true });
      const { userId } = await aUser({ given: 1_000 });
      await untilGuarded(on.service.api, userId);
    },
    120_000,
  );

  it('a server whose certificate nobody trusts is not spoken to, and payments go on', async () => {
    const untrusting = (env: Record<string, string>) => {
      const { ca } = makeCertificates(join(dirname(env['REDIS_TLS_CA'] as string), 'others'));
      return { ...env, REDIS_TLS_CA: ca };
    };
    on = await startServiceOn(startGuardedRedis, { withTls: true, change: untrusting });
    await expectAway(/^Redis is away: .*certificate/);
  });

  it('a server that does not take the password is away, and payments go on', async () => {
    const forgetful = ({ REDIS_URL = '' }) => ({ REDIS_URL: REDIS_URL.replace(/:[^:]*@/, ':wrong@') });
    on = await startServiceOn(startGuardedRedis, { change: forgetful });
    await expectAway(/^Redis is away: WRONGPASS/);
  });

  async function expectAway(line: RegExp): Promise<void> {
    const { userId } = await aUser({ given: 1_000 });
    expect(await isGuarded(on.service.api, userId)).toBe(false);
    const said = await eventually(
      () => Promise.resolve(saidOfRedis(on.service)),
      (lines) => lines.length > 0,
    );
    expect(said).toEqual([expect.stringMatching(line)]);
  }
});
