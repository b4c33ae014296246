import { Logger } from '@nestjs/common';
import { Cluster, type Redis } from 'ioredis';

/** Tells once of each change: which Redis it is, at the start and whenever it is another, or that it is away. */
export function reportChanges(connection: Redis | Cluster): void {
  const logger = new Logger('Redis');
  let said: string | undefined;
  const tell = async () => {
    const { line, isMaster } = await describe(connection);
    if (line === said || connection.status !== 'ready') return;
    said = line;
    if (isMaster) logger.log(line);
    else logger.warn(line);
  };
  const AWAY = 'away';
  const tellAway = (line: string) => {
    if (said !== AWAY) logger.warn(line);
    said = AWAY;
  };
  connection.on('ready', () => void tell());
  connection.on('error', (error: Error & { lastNodeError?: Error }) => {
    tellAway(`Redis is away: ${(error.lastNodeError ?? error).message}`);
  });
  if (!(connection instanceof Cluster)) return;
  connection.on('+node', (node: Redis) => node.on('ready', () => void tell()));
  connection.on('node error', (error: Error, node: string) =>
    tellAway(`Redis' node ${node} is away: ${error.message}`),
  );
}

/** The form, the version, the role, and what happens when the memory is full. */
async function describe(connection: Redis | Cluster): Promise<{ line: string; isMaster: boolean }> {
  const nodes = connection instanceof Cluster ? connection.nodes('master') : [connection];
  const infos = (await Promise.allSettled(nodes.map((node) => node.info())))
    .filter((answer) => answer.status === 'fulfilled')
    .map(({ value }) => value);
  const all = (what: (info: string) => string) => [...new Set(infos.map(what))].join(' and ');
  const isMaster = infos.every((info) => field(info, 'role') !== 'slave');
  let [form, role] = ['one server', isMaster ? 'a master' : 'a replica, which takes no writes'];
  if (connection instanceof Cluster) [form, role] = ['a cluster', `${infos.length} of ${nodes.length} masters answer`];
  else if (connection.options.sentinels) form = 'watched by Sentinels';
  const told = infos.length > 0 ? `${all(product)}, ${role}; ${all(memory)}` : 'which tells nothing of itself';
  return { line: `Redis is reachable: ${form}, ${told}`, isMaster };
}

function product(info: string): string {
  const valkey = field(info, 'valkey_version');
  return valkey ? `Valkey ${valkey}` : `Redis ${field(info, 'redis_version')}`;
}

function memory(info: string): string {
  const policy = field(info, 'maxmemory_policy');
  if (field(info, 'maxmemory') === '0') return 'has no limit of memory';
  return policy === 'noeviction' ? 'refuses writes when it is full (noeviction)' : `evicts when it is full (${policy})`;
}

function field(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
}
