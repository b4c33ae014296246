import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupMember } from '../../../scripts/stack/cluster.mjs';
import { killed, PROCESS_FAULTS } from '../faults/processes.js';
import type { Fault, Scene } from '../nemesis.js';
import type { ClusterSystem } from './cluster-system.js';

type OnCluster = Scene<ClusterSystem>;

/** Three times as long as a group takes to give a silent member up. */
const REPLACED_WITHIN_MS = 60_000;

/** A frozen member is given up after some 20 s: longer than that, or not. */
const LONG_MS = [22_000, 26_000] as const;
const SHORT_OR_LONG_MS = [3_000, 24_000] as const;

async function untilReplaced({ system }: OnCluster, former: GroupMember): Promise<GroupMember> {
  for (const deadline = performance.now() + REPLACED_WITHIN_MS; ; await sleep(50)) {
    const primary = await system.cluster.group.findPrimary();
    if (primary && primary !== former) return primary;
    if (performance.now() > deadline) throw new Error(`nobody has taken the place of member ${former.number}`);
  }
}

const anySecondary = async ({ system, random }: OnCluster): Promise<GroupMember> => {
  const primary = await system.cluster.group.getPrimary();
  return random.pick(system.cluster.group.members.filter((member) => member !== primary));
};

async function frozen({ system, random }: OnCluster, member: GroupMember, forMs: readonly [number, number]) {
  const ms = random.integer(...forMs);
  await member.kill('SIGSTOP');
  await sleep(ms);
  await member.kill('SIGCONT');
  await sleep(1_000); // it has yet to hear what it has missed
  await system.heal();
  return `member ${member.number}, for ${ms} ms`;
}

/** Each ends with all members online again: one more would take the group its majority. */
export const FAILOVER_FAULTS = {
  async primaryKilled(scene) {
    const { system, random } = scene;
    const primary = await system.cluster.group.getPrimary();
    await primary.kill('SIGKILL');
    const next = await untilReplaced(scene, primary);
    await sleep(random.integer(0, 3_000));
    await system.heal();
    return `member ${primary.number}, then ${next.number}`;
  },

  /** Planned, for maintenance. */
  async primarySwitched(scene) {
    const next = await anySecondary(scene);
    await scene.system.cluster.group.switchTo(next);
    await scene.system.heal();
    return `to member ${next.number}`;
  },

  async primaryFrozen(scene) {
    return frozen(scene, await scene.system.cluster.group.getPrimary(), LONG_MS);
  },

  async secondaryFrozen(scene) {
    return frozen(scene, await anySecondary(scene), SHORT_OR_LONG_MS);
  },

  /** Cut off from the other members, while clients still reach it. */
  async primaryCutOff(scene) {
    const { system, random } = scene;
    const { group, network } = system.cluster;
    if (!network) return null;
    const primary = await group.getPrimary();
    const index = group.members.indexOf(primary);
    network.cut(index);
    const next = await untilReplaced(scene, primary).finally(async () => {
      await sleep(random.integer(0, 3_000));
      network.heal(index);
    });
    await system.heal();
    return `member ${primary.number}, then ${next.number}`;
  },

  async redisMasterKilled(scene) {
    const { watched } = scene.system.cluster;
    const master = await masterOf(scene);
    await master.kill('SIGKILL');
    while ((await masterOf(scene)) === master) await sleep(100);
    await master.start(); // as a replica, once a Sentinel has seen it
    return master === watched.master ? 'the first one' : 'the other one';
  },

  async routerKilled(scene) {
    const { router } = scene.system.cluster;
    if (!router) return null;
    await killed(scene, router, 800);
    return '';
  },

  serviceKilled: (scene) => PROCESS_FAULTS.serviceKilled(scene),
} as const satisfies Record<string, Fault<ClusterSystem>>;
export type FailoverFault = keyof typeof FAILOVER_FAULTS;

async function masterOf({ system }: OnCluster) {
  const { watched, env } = system.cluster;
  const name = env['REDIS_SENTINEL_NAME'] as string;
  const address = await watched.sentinels[0]?.call('SENTINEL', 'get-master-addr-by-name', name);
  const port = Number((address as string[])[1]);
  return port === watched.master.port ? watched.master : watched.replica;
}
