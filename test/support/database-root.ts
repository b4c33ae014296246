import { randomBytes } from 'node:crypto';
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise';
import { describeIf } from './describe-if.js';
import { STACK, stackPart } from './environment.js';
import { sql } from './stores.js';

/** A database user of a test's own, with the service's rights: what is done to it is done to nobody else. */
export interface DatabaseUser {
  readonly name: string;
  readonly password: string;
  readonly url: string;
}

/**
 * The server's root, who gets in by the socket of a database that runs on this machine, and what it has to put back.
 */
export class DatabaseRoot {
  private readonly before = new Map<string, unknown>();
  private readonly users: string[] = [];

  private constructor(private readonly connection: Connection) {}

  static async connect(): Promise<DatabaseRoot> {
    const [server] = await sql<{ socketPath: string }>('SELECT @@socket AS socketPath');
    if (!server) throw new Error('the server has no socket');
    return new DatabaseRoot(await mysql.createConnection({ user: 'root', ...server }));
  }

  async query<Row = Record<string, unknown>>(statement: string, values: unknown[] = []): Promise<Row[]> {
    const [rows] = await this.connection.query<RowDataPacket[]>(statement, values);
    return rows as Row[];
  }

  /** For all connections opened from now on, until `restore`. */
  async setGlobal(name: string, value: string | number): Promise<void> {
    if (!this.before.has(name)) {
      const [row] = await this.query<{ value: unknown }>(`SELECT @@GLOBAL.${name} AS value`);
      this.before.set(name, row?.value);
    }
    await this.query(`SET GLOBAL ${name} = ?`, [value]);
  }

  async aUser(): Promise<DatabaseUser> {
    const url = new URL(stackPart('databaseUrl'));
    const [name, password] = [`test_${randomBytes(6).toString('hex')}`, randomBytes(12).toString('hex')];
    await this.query(`CREATE USER '${name}'@'%' IDENTIFIED BY '${password}'`);
    this.users.push(name);
    await this.query(`GRANT ALL ON \`${url.pathname.slice(1)}\`.* TO '${name}'@'%'`);
    Object.assign(url, { username: name, password });
    return { name, password, url: url.href };
  }

  /** Kills what the user's connections are doing, or the connections; returns how many there were. */
  async kill(what: 'QUERY' | 'CONNECTION', { name }: Pick<DatabaseUser, 'name'>): Promise<number> {
    const busy = what === 'QUERY' ? ` AND COMMAND = 'Query'` : '';
    const statement = `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = ?${busy}`;
    const connections = await this.query<{ id: number }>(statement, [name]);
    // One that has ended meanwhile is no connection any more.
    for (const { id } of connections) await this.query(`KILL ${what} ${id}`).catch(() => undefined);
    return connections.length;
  }

  /** Puts all global settings back. */
  async restore(): Promise<void> {
    for (const [name, value] of [...this.before].reverse()) await this.query(`SET GLOBAL ${name} = ?`, [value]);
    this.before.clear();
  }

  async close(): Promise<void> {
    try {
      await this.restore();
      for (const name of this.users.splice(0)) await this.query(`DROP USER '${name}'@'%'`);
    } finally {
      await this.connection.end();
    }
  }
}

/**
 * The server that `describeAsRoot` finds; null where root is not let in: a database in a container, or of somebody
 * else.
 */
async function productOfRoot(): Promise<'MySQL' | 'MariaDB' | null> {
  if (!STACK.databaseUrl || !STACK.redisUrl || !STACK.simulatorUrl) return null;
  try {
    await (await DatabaseRoot.connect()).close();
  } catch {
    return null;
  }
  const [row] = await sql<{ version: string }>('SELECT VERSION() AS version');
  return row?.version.includes('MariaDB') ? 'MariaDB' : 'MySQL';
}
export const PRODUCT = await productOfRoot();

/** `describe` for what needs the whole stack and the database's root; skipped, and reported so, elsewhere. */
export function describeAsRoot(name: string, tests: () => void): void {
  describeIf(PRODUCT !== null, "the root of the stack's database", name, tests);
}
