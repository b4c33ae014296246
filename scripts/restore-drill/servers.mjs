import mysql from 'mysql2/promise';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bankSimulator, payService } from '../system.mjs';
import { DatabaseServer } from '../stack/database.mjs';
import { makeEphemeralFolder } from '../stack/folders.mjs';
import { tellGuard } from '../stack/guard.mjs';
import { freePort } from '../stack/ports.mjs';
import { findRedis } from '../stack/programs-here.mjs';
import { RedisServer } from '../stack/redis.mjs';

/**
 * The private servers of the drill, all on loopback: a database that will be lost, another one to restore into, one
 * Redis and one bank, which outlive the first database. They end with us, whatever ends us.
 */
export class DrillServers {
  #started = [];

  static async in(dataFolder, found) {
    const servers = new DrillServers();
    servers.folder = await makeEphemeralFolder(dataFolder);
    const redis = findRedis();
    if (!redis) throw new Error('The drill needs a Redis or Valkey on the PATH.');
    servers.first = await servers.#database('first', found);
    servers.second = await servers.#database('second', found);
    servers.redis = new RedisServer({ found: redis, folder: join(servers.folder, 'redis'), port: await freePort() });
    servers.bank = await bankSimulator({ folder: servers.folder, bankFolder: servers.folder });
    return servers;
  }

  async #database(name, found) {
    const runFolder = mkdtempSync(join(tmpdir(), 'pay-drill-')); // a short path: the name of a socket may have 107 characters
    tellGuard({ remove: runFolder });
    const folder = join(this.folder, name);
    const server = new DatabaseServer({ found, folder, runFolder, port: await freePort(), password: 'drill' });
    return Object.assign(server, { socket: join(runFolder, 'db.sock') });
  }

  /** What the service and the auditor are told of one of the databases. */
  environmentOf(database) {
    const stores = { DATABASE_URL: database.url, REDIS_URL: this.redis.url, BANK_URL: this.bank.url };
    // Keys and limits are no part of the drill. What is open is asked about soon.
    const drill = { NODE_ENV: 'development', AUTH: 'optional', RECOVERY_FIRST_DELAY_MS: '2000', LOG_LEVEL: 'warn' };
    return { ...process.env, ...drill, AUDIT_INTERVAL_MS: '0', ...stores };
  }

  async start(server) {
    this.#started.push(server);
    await server.start();
    return server;
  }

  /** The service on one of the databases. */
  async startService(name, database) {
    const env = this.environmentOf(database);
    return this.start(payService({ folder: join(this.folder, name), port: await freePort(), env }));
  }

  async stop() {
    for (const server of this.#started.reverse()) await server.discard();
  }
}

/** One statement as the server's root, who gets in by its socket. */
export async function asRoot({ socket }, statement, database) {
  const connection = await mysql.createConnection({ user: 'root', socketPath: socket, database });
  try {
    return (await connection.query(statement))[0];
  } finally {
    await connection.end();
  }
}
