import { Redis } from 'ioredis';
import { type Cluster, startCluster } from '../../../scripts/stack/cluster.mjs';
import { ServiceSystem } from '../system.js';

/** A member that ended recovers, joins and catches up; three at once share two processors with the load. */
const WHOLE_WITHIN_MS = 90_000;

/** The service on a group of databases, and on a Redis that Sentinels watch. */
export class ClusterSystem extends ServiceSystem {
  readonly cluster: Cluster;

  private constructor(cluster: Cluster, primaryUrl: string) {
    super(cluster, primaryUrl, redisOf(cluster));
    this.cluster = cluster;
  }

  static async start(...[options]: Parameters<typeof startCluster>): Promise<ClusterSystem> {
    const cluster = await startCluster(options);
    return new ClusterSystem(cluster, (await cluster.group.getPrimary()).url);
  }

  /** Waits until all members are online again; whoever ended is started. */
  async heal(): Promise<void> {
    await this.cluster.group.waitUntilWhole(WHOLE_WITHIN_MS);
  }

  /** From here on the rows of whoever is the primary in the end are looked at. */
  override async calm(): Promise<void> {
    await this.heal();
    await this.readFrom((await this.cluster.group.getPrimary()).url);
  }
}

/** Whoever is the master. */
function redisOf({ env, watched }: Cluster): Redis {
  const sentinels = watched.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
  return new Redis({
    sentinels,
    name: env['REDIS_SENTINEL_NAME'],
    sentinelPassword: env['REDIS_SENTINEL_PASSWORD'],
    password: env['REDIS_PASSWORD'],
    maxRetriesPerRequest: 5,
    lazyConnect: true,
  });
}
