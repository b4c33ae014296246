// Redis as production may have it, for tests: behind passwords and TLS, with Sentinels, as a cluster. Programs of this
// machine, on free ports; each group has the service's variables for it in `env`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './ports.mjs';
import { Program } from './program.mjs';
import { redisSettings } from './redis.mjs';

const host = '127.0.0.1';
const masterName = 'pay-redis';
const password = 'redis-secret';
const sentinelPassword = 'sentinel-secret';
/** How long a server may be silent before it counts as lost. */
const lostAfterMs = 1_000;

/** A server or a Sentinel that asks for a password, and speaks nothing but TLS when there are `certificates`. */
class GuardedRedis extends Program {
  constructor({ found, name, folder, port, certificates, password, args }) {
    super({
      name: `${name} (${found.product} ${found.version})`,
      folder,
      launch: { command: found.path, args: [...args, ...portArgs(port, certificates)] },
      ready: () =>
        this.call('PING').then(
          () => true,
          () => false, // nobody listens yet
        ),
      stopWithinMs: 5_000,
    });
    Object.assign(this, { port, password, tls: certificates && { ca: readFileSync(certificates.ca) } });
  }

  /** Runs one command here, over a connection of its own. */
  async call(...command) {
    const { port, password, tls } = this;
    const options = { lazyConnect: true, enableReadyCheck: false, retryStrategy: null };
    const redis = new Redis({ ...options, host, port, password, ...(tls && { tls }) });
    redis.on('error', () => {}); // the command fails of it
    try {
      await redis.connect();
      return await redis.call(...command);
    } finally {
      redis.disconnect();
    }
  }
}

const portArgs = (port, certificates) =>
  certificates
    ? [
        ...['--port', '0', '--tls-port', String(port), '--tls-replication', 'yes', '--tls-auth-clients', 'no'],
        ...['--tls-ca-cert-file', certificates.ca, '--tls-cert-file', certificates.cert],
        ...['--tls-key-file', certificates.key],
      ]
    : ['--port', String(port)];

async function server({ found, folder, name, certificates, args = [] }) {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const settings = ['--bind', host, '--dir', home, ...redisSettings, '--requirepass', password];
  return new GuardedRedis({
    found,
    name,
    folder: home,
    port: await freePort(),
    certificates,
    password,
    args: [...settings, '--masterauth', password, ...args],
  });
}

/** Makes certificates of its own for 127.0.0.1: `{ ca, cert, key }`, the names of files. */
export function makeCertificates(folder) {
  mkdirSync(folder, { recursive: true });
  const [ca, caKey, cert, key] = ['ca.pem', 'ca.key', 'redis.pem', 'redis.key'].map((name) => join(folder, name));
  const make = (...args) => {
    const { status, stderr } = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...args]);
    if (status !== 0) throw new Error(`openssl: ${stderr}`);
  };
  make('-days', '2', '-subj', '/CN=ca', '-keyout', caKey, '-out', ca);
  const names = `subjectAltName=IP:${host},DNS:localhost`;
  make('-days', '2', '-subj', '/CN=redis', '-addext', names, '-CA', ca, '-CAkey', caKey, '-keyout', key, '-out', cert);
  return { ca, cert, key };
}

/** What is common to all groups: all of it is started, or nothing. */
async function group(programs, form) {
  const discard = () => Promise.all(programs.map((program) => program.discard()));
  try {
    for (const program of programs) await program.start();
    await form.arrange?.();
  } catch (error) {
    await discard();
    throw error;
  }
  return { ...form, discard };
}

/** One server. */
export async function startGuardedRedis({ found, folder, certificates }) {
  const redis = await server({ found, folder, name: 'redis', certificates });
  const url = `${certificates ? 'rediss' : 'redis'}://:${password}@${host}:${redis.port}/0`;
  const env = { REDIS_URL: url, ...(certificates && { REDIS_TLS_CA: certificates.ca }) };
  return group([redis], { redis, env });
}

/** A master, its replica, and three Sentinels that watch them. */
export async function startWatchedRedis({ found, folder, certificates }) {
  const shared = { found, folder, certificates };
  const master = await server({ ...shared, name: 'master' });
  const replica = await server({ ...shared, name: 'replica', args: ['--replicaof', host, String(master.port)] });
  const sentinels = [];
  for (const name of ['sentinel-1', 'sentinel-2', 'sentinel-3'])
    sentinels.push(await sentinel({ ...shared, name, master }));
  return group([master, replica, ...sentinels], {
    master,
    replica,
    sentinels,
    env: {
      REDIS_URL: '',
      REDIS_SENTINELS: sentinels.map(({ port }) => `${host}:${port}`).join(),
      REDIS_SENTINEL_NAME: masterName,
      REDIS_SENTINEL_PASSWORD: sentinelPassword,
      ...guarded(certificates),
    },
    // A Sentinel makes nobody a master whom it has not found, or without the votes of others that it has found.
    arrange: () => until(async () => (await Promise.all(sentinels.map(knowsAll))).every(Boolean)),
  });
}

async function sentinel({ found, folder, name, certificates, master }) {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const file = join(home, 'sentinel.conf'); // it writes into it
  const settings = [
    `bind ${host}`,
    `requirepass ${sentinelPassword}`,
    `sentinel sentinel-pass ${sentinelPassword}`,
    `sentinel monitor ${masterName} ${host} ${master.port} 2`,
    `sentinel auth-pass ${masterName} ${password}`,
    `sentinel down-after-milliseconds ${masterName} ${lostAfterMs}`,
    `sentinel failover-timeout ${masterName} 5000`,
  ];
  writeFileSync(file, settings.join('\n') + '\n');
  const args = [file, '--sentinel', '--dir', home];
  const port = await freePort();
  return new GuardedRedis({ found, name, folder: home, port, certificates, password: sentinelPassword, args });
}

async function knowsAll(sentinel) {
  const [replicas, others] = await Promise.all(
    ['replicas', 'sentinels'].map((whom) => sentinel.call('SENTINEL', whom, masterName)),
  );
  return replicas.length === 1 && others.length === 2;
}

/** Three masters with a third of the slots each; the first has a replica. */
export async function startRedisCluster({ found, folder, certificates }) {
  const nodes = [];
  for (const name of ['node-1', 'node-2', 'node-3', 'replica']) {
    const busPort = await freePort();
    const args = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)];
    args.push('--cluster-node-timeout', String(lostAfterMs), ...(certificates ? ['--tls-cluster', 'yes'] : []));
    nodes.push(Object.assign(await server({ found, folder, name, certificates, args }), { busPort }));
  }
  const masters = nodes.slice(0, 3);
  const replica = nodes[3];
  return group(nodes, {
    masters,
    replica,
    env: {
      REDIS_URL: '',
      REDIS_CLUSTER: masters.map(({ port }) => `${host}:${port}`).join(),
      ...guarded(certificates),
    },
    arrange: async () => {
      const slots = [[0, 5460], [5461, 10_922], [10_923, 16_383]]; // prettier-ignore
      for (const [index, node] of masters.entries()) await node.call('CLUSTER', 'ADDSLOTSRANGE', ...slots[index]);
      for (const { port, busPort } of nodes.slice(1)) await masters[0].call('CLUSTER', 'MEET', host, port, busPort);
      const id = await masters[0].call('CLUSTER', 'MYID');
      await until(() => replica.call('CLUSTER', 'REPLICATE', id));
      await until(async () => (await Promise.all(nodes.map(isWhole))).every(Boolean));
    },
  });
}

async function isWhole(node) {
  const [state, replication] = await Promise.all([node.call('CLUSTER', 'INFO'), node.call('INFO', 'replication')]);
  const isReplica = replication.includes('role:slave');
  return (
    state.includes('cluster_state:ok') &&
    state.includes('known_nodes:4') &&
    (!isReplica || replication.includes('link_status:up'))
  );
}

const guarded = (certificates) => ({
  REDIS_PASSWORD: password,
  ...(certificates && { REDIS_TLS: 'on', REDIS_TLS_CA: certificates.ca }),
});

async function until(isSo, withinMs = 30_000) {
  for (const deadline = Date.now() + withinMs; ; await sleep(100)) {
    const answer = await isSo().catch((error) => (Date.now() > deadline ? Promise.reject(error) : false));
    if (answer) return;
    if (Date.now() > deadline) throw new Error('the servers did not find each other');
  }
}
