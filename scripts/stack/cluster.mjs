// The stores as production may have them: a group of three database servers, a router before it or not, and a Redis
// with its replica and three Sentinels.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeEphemeralFolder } from './folders.mjs';
import { tellGuard } from './guard.mjs';
import { MysqlGroup } from './mysql-group.mjs';
import { findRouter, RouterServer } from './mysql-router.mjs';
import { findDatabases, findRedis } from './programs-here.mjs';
import { startWatchedRedis } from './redis-groups.mjs';
import { canSplitNetworks, SplitNetwork } from './split-network.mjs';

/** The programs that a cluster is made of, and which of them are missing here. */
export function clusterPrograms({ withRouter }) {
  const database = findDatabases().find(({ product }) => product === 'MySQL'); // MariaDB has no such groups
  const router = findRouter();
  const redis = findRedis();
  const needed = { 'MySQL 8.4+': database, Redis: redis, ...(withRouter && { 'MySQL Router': router }) };
  const missing = Object.entries(needed)
    .filter(([, found]) => !found)
    .map(([name]) => name);
  return { database, router, redis, missing };
}

/**
 * Brings it up as programs of this machine, in a folder that does not outlive us. With `withRouter` the service's
 * DATABASE_URL is the router's, else it names all three servers. `settings` are the group's
 * (`{ 'member-expel-timeout': '0' }`). The `network` that is returned is null where members can't be cut off.
 */
export async function startCluster({ dataFolder, withRouter, settings }) {
  const { database, router: routerPath, redis, missing } = clusterPrograms({ withRouter });
  if (missing.length > 0) throw new Error(`A cluster needs these programs on the PATH: ${missing.join(', ')}.`);
  mkdirSync(dataFolder, { recursive: true });
  const folder = await makeEphemeralFolder(dataFolder);
  const runFolder = mkdtempSync(join(tmpdir(), 'pay-')); // a short path: the name of a socket may have 107 characters
  tellGuard({ remove: runFolder });
  const started = [];
  const keep = (part, end) => {
    started.push(end);
    return part;
  };
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end();
    for (const made of [runFolder, folder]) rmSync(made, { recursive: true, force: true });
  };
  try {
    const network = canSplitNetworks() ? await SplitNetwork.open(3, folder) : null;
    if (network) keep(network, () => network.close());
    const group = await MysqlGroup.start({ found: database, folder, runFolder, network, settings });
    keep(group, () => group.discard());
    const watched = await startWatchedRedis({ found: redis, folder: join(folder, 'redis') });
    keep(watched, () => watched.discard());
    const router = withRouter
      ? await RouterServer.to(group, { path: routerPath, folder: join(folder, 'router') })
      : null;
    if (router) {
      keep(router, () => router.discard());
      await router.start();
    }
    const databaseUrl = router?.url ?? group.url;
    const way = router ? router.description : 'no router: the service finds the primary';
    const describe = [
      `Database   ${group.description}`,
      `Way there  ${way}`,
      `Redis      ${watched.master.name}, its replica and three Sentinels`,
      `Networks   ${network ? 'one for each member, which can be cut off' : 'none of their own: nobody can be cut off'}`,
    ];
    return { databaseUrl, group, router, network, watched, env: watched.env, describe, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
