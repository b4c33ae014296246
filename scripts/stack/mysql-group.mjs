import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { accountSql, DatabaseServer } from './database.mjs';
import { freePort } from './ports.mjs';

const size = 3;
const bootstrapWithinMs = 60_000;
const answersWithinMs = 2_000;

/**
 * What decides over a failover; docs/decisions/0008 has the reasons. A primary that is cut off ends, 3 s after it has
 * missed the others, before they elect another one, 15 s after they have missed it: nobody reads there what is out of
 * date. Nor does it rejoin by itself, since it would be read meanwhile: whoever looks after it starts it again.
 */
export const groupSettings = {
  consistency: 'BEFORE_ON_PRIMARY_FAILOVER',
  'member-expel-timeout': '5',
  'unreachable-majority-timeout': '3',
  'exit-state-action': 'ABORT_SERVER',
  'autorejoin-tries': '0',
};

/** Three servers beside each other must not take the memory of one that has the machine. */
const smallSettings = [
  '--innodb-buffer-pool-size=128M',
  '--innodb-redo-log-capacity=256M',
  '--loose-group-replication-message-cache-size=134217728',
];

/** A server that is a member of a group. We are root of it by its socket, wherever its network is. */
class GroupMember extends DatabaseServer {
  constructor({ number, group, launchAt, ...options }) {
    const { host, runFolder } = options;
    super({
      ...options,
      settings: [
        `--server-id=${number}`,
        `--report-host=${host}`,
        '--gtid-mode=ON',
        '--enforce-gtid-consistency=ON',
        '--plugin-load-add=group_replication.so',
        `--group-replication-group-name=${group.name}`,
        `--group-replication-local-address=${group.addresses[number - 1]}`,
        `--group-replication-group-seeds=${group.addresses.join(',')}`,
        `--group-replication-ip-allowlist=${group.hosts.join(',')}`,
        '--group-replication-recovery-use-ssl=ON',
        ...Object.entries(group.settings).map(([name, value]) => `--group-replication-${name}=${value}`),
        ...smallSettings,
      ],
      initSql: initSql(options.password, group.recoveryPassword),
    });
    this.number = number;
    this.name = `member ${number}`;
    this.socket = join(runFolder, 'db.sock');
    this.launch = launchAt(this.launch);
  }

  /** Its first start: nobody knows it yet. Later ones join the group by themselves. */
  async startAlone() {
    const { args } = this.launch;
    this.launch.args = [...args, '--group-replication-start-on-boot=OFF'];
    await this.start();
    this.launch.args = args;
    [{ id: this.id }] = await this.ask('SELECT @@server_uuid AS id');
  }

  /** Runs statements as root, and returns the rows of the last one. */
  async ask(...statements) {
    const connecting = { socketPath: this.socket, user: 'root', connectTimeout: answersWithinMs };
    const connection = await mysql.createConnection(connecting);
    try {
      let rows;
      for (const sql of statements) [rows] = await connection.query({ sql, timeout: bootstrapWithinMs });
      return rows;
    } finally {
      connection.destroy();
    }
  }

  /** The group as this member sees it; null when it doesn't say. */
  async view() {
    if (!this.running) return null;
    const asked = this.ask(
      `SELECT MEMBER_ID AS id, MEMBER_STATE AS state, MEMBER_ROLE AS role
       FROM performance_schema.replication_group_members`,
    ).catch(() => null);
    return Promise.race([asked, sleep(answersWithinMs, null, { ref: false })]);
  }
}

/** Three servers that replicate as a group with one primary, each in a network of its own where that is possible. */
export class MysqlGroup {
  /**
   * `runFolder` is a short path: the names of sockets are in there. With `network` members can be cut off. `settings`
   * go before those of `groupSettings`.
   */
  static async start({ found, folder, runFolder, network, settings = {} }) {
    const group = new MysqlGroup();
    const hosts = network?.hosts ?? Array.from({ length: size }, () => '127.0.0.1');
    const ports = await Promise.all(hosts.map(() => freePort()));
    const own = await Promise.all(hosts.map(() => freePort()));
    const common = {
      name: randomUUID(),
      hosts: [...new Set(hosts)],
      addresses: hosts.map((host, index) => `${host}:${own[index]}`),
      settings: { ...groupSettings, ...settings },
      recoveryPassword: randomBytes(12).toString('hex'),
    };
    const password = randomBytes(12).toString('hex');
    group.name = common.name;
    group.members = hosts.map((host, index) => {
      const number = index + 1;
      const run = join(runFolder, String(number));
      mkdirSync(run, { recursive: true });
      const launchAt = (launch) => network?.inside(index, launch) ?? launch;
      const place = { folder: join(folder, `member-${number}`), runFolder: run, host, port: ports[index] };
      return new GroupMember({ found, password, number, group: common, launchAt, ...place });
    });
    try {
      await group.#bootstrap();
    } catch (error) {
      await group.discard();
      throw error;
    }
    return group;
  }

  /** All members in one URL, for who finds the primary by himself. */
  get url() {
    return this.members[0].url.replace(/@[^/]*/, `@${this.members.map(({ host, port }) => `${host}:${port}`).join()}`);
  }

  get description() {
    return `${size} x ${this.members[0].found.product} ${this.members[0].found.version}, a group with a single primary`;
  }

  async #bootstrap() {
    const [first, ...others] = this.members;
    first.prepare();
    for (const { dataFolder } of others) cpSync(first.dataFolder, dataFolder, { recursive: true });
    for (const { dataFolder } of this.members) rmSync(join(dataFolder, 'auto.cnf')); // who it is: each is another one
    await Promise.all(this.members.map((member) => member.startAlone()));
    await first.ask(
      'SET GLOBAL group_replication_bootstrap_group = ON',
      'START GROUP_REPLICATION',
      'SET GLOBAL group_replication_bootstrap_group = OFF',
    );
    for (const member of others) await member.ask('START GROUP_REPLICATION');
    await this.waitUntilWhole(bootstrapWithinMs);
  }

  /** The primary in the eyes of a majority; undefined while there is none. */
  async findPrimary() {
    const views = await Promise.all(this.members.map((member) => member.view()));
    for (const view of views) {
      const online = view?.filter(({ state }) => state === 'ONLINE') ?? [];
      const primary = online.find(({ role }) => role === 'PRIMARY');
      if (primary && online.length > size / 2) return this.members.find(({ id }) => id === primary.id);
    }
    return undefined;
  }

  async getPrimary() {
    const primary = await this.findPrimary();
    if (!primary) throw new Error('the group has no primary');
    return primary;
  }

  /** Has another member be the primary: once that is caught up, and transactions under way have had a moment. */
  async switchTo(member) {
    await member.ask(`SELECT group_replication_set_as_primary('${member.id}', 2)`);
  }

  /** As an operator would: members that have ended are started again, until each sees all of them online. */
  async waitUntilWhole(withinMs) {
    for (const deadline = Date.now() + withinMs; ; await sleep(100)) {
      // One that can't join yet ends again.
      await Promise.all(this.members.map((member) => member.start().catch(() => {})));
      const views = await Promise.all(this.members.map((member) => member.view()));
      const isWhole = (view) => view?.filter(({ state }) => state === 'ONLINE').length === size;
      if (views.every(isWhole)) return;
      if (Date.now() < deadline) continue;
      throw new Error(`the group is not whole after ${withinMs / 1000} s: ${JSON.stringify(views)}`);
    }
  }

  /** What the others do not have of a database of the primary's, or have besides it, once they have caught up. */
  async findDifferences(database) {
    const primary = await this.getPrimary();
    const others = this.members.filter((member) => member !== primary);
    const [{ executed }] = await primary.ask('SELECT @@gtid_executed AS executed');
    const tables = await primary.ask(`SHOW TABLES FROM ${database}`);
    const names = tables.map((row) => `${database}.${Object.values(row)[0]}`).join(', ');
    const checksums = async (member) => JSON.stringify(await member.ask(`CHECKSUM TABLE ${names}`));
    const differences = [];
    for (const member of others) {
      const [{ late }] = await member.ask(`SELECT WAIT_FOR_EXECUTED_GTID_SET('${executed}', 30) AS late`);
      if (late !== 0) differences.push(`${member.name} has not caught up`);
      const [{ has }] = await member.ask('SELECT @@gtid_executed AS has');
      const [{ isSubset }] = await primary.ask(`SELECT GTID_SUBSET('${has}', @@gtid_executed) AS isSubset`);
      if (isSubset !== 1) differences.push(`${member.name} has transactions of its own`);
      if ((await checksums(member)) !== (await checksums(primary))) differences.push(`${member.name} has other rows`);
    }
    return differences;
  }

  async discard() {
    await Promise.all(this.members.map((member) => member.discard()));
  }
}

/** Not logged: these are no transactions of the group's. Every member has them of its own before it joins. */
function initSql(password, recoveryPassword) {
  return [
    'SET sql_log_bin = 0;',
    accountSql(password).trimEnd(),
    "GRANT SELECT ON performance_schema.replication_group_members TO 'pay'@'%';",
    `CREATE USER IF NOT EXISTS 'recovery'@'%' IDENTIFIED BY '${recoveryPassword}';`,
    "GRANT REPLICATION SLAVE ON *.* TO 'recovery'@'%';",
    `CHANGE REPLICATION SOURCE TO SOURCE_USER = 'recovery', SOURCE_PASSWORD = '${recoveryPassword}' FOR CHANNEL 'group_replication_recovery';`,
    '',
  ].join('\n');
}
