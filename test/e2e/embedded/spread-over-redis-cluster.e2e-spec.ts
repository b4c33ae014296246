import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisCluster } from '../../../scripts/stack/redis-groups.mjs';
import { atOnce, aUser, newKey, paymentBody, SANDBOX_PARTNER } from '../../support/builders.js';
import { answersIn, Load, payment, untruths } from '../../support/load.js';
import { eventually } from '../../support/money.js';
import {
  describeOnRedis,
  isGuarded,
  saidOfRedis,
  type ServiceOnRedis,
  startServiceOn,
} from '../../support/service-on-redis.js';

type ClusterGroup = Awaited<ReturnType<typeof startRedisCluster>>;

/** Far more than a payment takes beside a Redis that is away. */
const LATE_MS = 3_000;
/** So many keys lie on all three masters, all but surely. */
const MANY = 30;

describeOnRedis('a cluster of Redis', () => {
  let on: ServiceOnRedis<ClusterGroup>;
  let load: Load;
  let userId: number;
  beforeAll(async () => {
    on = await startServiceOn(startRedisCluster);
    load = new Load(on.service.baseUrl);
    ({ userId } = await aUser({ given: 1_000_000 }));
  });
  afterAll(async () => {
    await load.close();
    await on.stop();
  });

  const countGuarded = async () => {
    let count = 0;
    for (let time = 0; time < MANY; time++) count += Number(await isGuarded(on.service.api, userId));
    return count;
  };

  it('is told of at the start', async () => {
    await eventually(
      () => Promise.resolve(saidOfRedis(on.service)),
      (said) =>
        said.some((line) => /^Redis is reachable: a cluster, \w+ [\d.]+, 3 of 3 masters answer; evicts/.test(line)),
    );
  });

  it('guards every key, on whichever of its masters', async () => {
    await eventually(countGuarded, (count) => count === MANY);
    for (const master of on.group.masters) expect(await master.call('DBSIZE')).toBeGreaterThan(0);
  });

  it('lets one of 40 requests at once with one key through', async () => {
    const [body, key] = [paymentBody(userId, { totalPayAmount: 10 }), newKey()];
    const answers = await atOnce(40, () => on.service.api.pay(body, key));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(39);
  });

  it('guards a key whose slot was moved to another master', async () => {
    const [from, , to] = on.group.masters as [Master, Master, Master];
    let key = newKey();
    const slotOf = () => from.call('CLUSTER', 'KEYSLOT', `idempotency:{partner:${SANDBOX_PARTNER}:payments:${key}}`);
    let slot = (await slotOf()) as number;
    for (
      ;
      slot > 5_460 || (await from.call('CLUSTER', 'COUNTKEYSINSLOT', slot)) !== 0;
      slot = (await slotOf()) as number
    ) {
      key = newKey();
    }
    const newOwner = (await to.call('CLUSTER', 'MYID')) as string;
    for (const master of [to, from]) await master.call('CLUSTER', 'SETSLOT', slot, 'NODE', newOwner);
    expect(await isGuarded(on.service.api, userId, key)).toBe(true);
    expect(await to.call('CLUSTER', 'COUNTKEYSINSLOT', slot)).toBe(1);
  });

  it('loses a master: payments go on, in time, and its replica guards its keys', async () => {
    const { group, service } = on;
    let goesOn = true;
    const paying = load.run(
      4,
      () => payment(userId),
      () => goesOn,
      20,
    );
    await sleep(300);
    await group.masters[0]?.kill();
    await eventually(
      () => group.replica.call('ROLE'),
      (role) => (role as unknown[])[0] === 'master',
    );
    await eventually(countGuarded, (count) => count === MANY);
    goesOn = false;
    const told = await paying;
    expect(answersIn(told)).toEqual({ '201 Success': told.length });
    expect(Math.max(...told.map(({ tookMs }) => tookMs))).toBeLessThan(LATE_MS);
    expect(await untruths(told)).toEqual([]);
    expect(service.program.running).toBe(true);
  });
});

type Master = ClusterGroup['replica'];
