import mysql, { type Connection } from 'mysql2/promise';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupMember, MysqlGroup } from '../../../scripts/stack/cluster.mjs';

const EVERY_MS = 50;
/** What hangs so long is left alone, and tried on another connection. */
const GIVEN_UP_MS = 1_000;
const DATABASE = 'pay_probe'; // one of those that the service's user may make

/** Asks the engine itself who takes writes: it tries one on each member, again and again. */
export class Prober {
  /** When a write was committed somewhere, on the runner's monotonic clock. */
  readonly committedMs: number[] = [];
  private isOver = false;
  private running: Promise<unknown> = Promise.resolve();

  async start({ members, ...group }: Pick<MysqlGroup, 'members'> & { primary: GroupMember }): Promise<void> {
    const connection = await connect(group.primary);
    await connection.query(`CREATE DATABASE ${DATABASE}`);
    await connection.query(`CREATE TABLE ${DATABASE}.beats (member INT PRIMARY KEY, beats INT NOT NULL)`);
    for (const { number } of members) await connection.query(`INSERT INTO ${DATABASE}.beats VALUES (?, 0)`, [number]);
    connection.destroy();
    this.running = Promise.all(members.map((member) => this.probe(member)));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async probe(member: GroupMember): Promise<void> {
    let connection: Connection | null = null;
    while (!this.isOver) {
      const nextAt = performance.now() + EVERY_MS;
      try {
        connection ??= await connect(member);
        const sql = `UPDATE ${DATABASE}.beats SET beats = beats + 1 WHERE member = ?`;
        await connection.query({ sql, values: [member.number], timeout: GIVEN_UP_MS });
        this.committedMs.push(performance.now());
      } catch {
        connection?.destroy(); // whatever it is: this member takes no writes now
        connection = null;
      }
      await sleep(Math.max(0, nextAt - performance.now()));
    }
    connection?.destroy();
  }
}

async function connect({ url }: GroupMember): Promise<Connection> {
  const connection = await mysql.createConnection({ uri: url, connectTimeout: GIVEN_UP_MS });
  connection.on('error', () => undefined); // the next write meets it
  return connection;
}
