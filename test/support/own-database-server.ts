import mysql, { type Connection } from 'mysql2/promise';
import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseServer } from '../../scripts/stack/database.mjs';
import { freePort } from '../../scripts/stack/ports.mjs';
import { findDatabase } from '../../scripts/stack/programs-here.mjs';

const PIECE_BYTES = 8 * 1024 * 1024;
/** More than anything that is looked for. */
const OVERLAP_BYTES = 1024;

/** Whether this machine has a server program of its own; with Docker alone there is none to start in another way. */
export const hasDatabaseProgram = findDatabase() !== undefined;
export const isMariaDb = findDatabase()?.product === 'MariaDB';

/** A database server of a test's own, not started yet, which may refuse to be written to. */
export class OwnDatabaseServer {
  private constructor(
    private readonly server: DatabaseServer,
    private readonly folder: string,
    private readonly usualArgs: readonly string[],
  ) {}

  static async make(): Promise<OwnDatabaseServer> {
    const found = findDatabase();
    if (!found) throw new Error('there is no database server on this machine');
    const folder = mkdtempSync(join(tmpdir(), 'pay-db-'));
    const port = await freePort();
    const server = new DatabaseServer({ found, folder, runFolder: folder, port, password: 'secret' });
    return new OwnDatabaseServer(server, folder, [...server.launch.args]);
  }

  get url(): string {
    return this.server.url;
  }

  /** Starts it, or starts it again. `args`: further options of the server's. */
  async start({ readOnly = false, args = [] as readonly string[] } = {}): Promise<void> {
    await this.server.stop();
    this.server.launch.args = [
      ...this.usualArgs,
      '--innodb-buffer-pool-size=64M',
      ...(readOnly ? ['--read-only=1'] : []),
      ...args,
    ];
    await this.server.start();
  }

  /** The server's root, who gets in by the socket, as the system's user root on MariaDB. */
  root(): Promise<Connection> {
    return mysql.createConnection({ user: 'root', socketPath: join(this.folder, 'db.sock') });
  }

  kill(): Promise<void> {
    return this.server.kill('SIGKILL');
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** What its files hold, piece by piece; the end of each piece is at the beginning of the next one too. */
  *files(): Generator<{ file: string; chunk: Buffer }> {
    for (const entry of readdirSync(this.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const handle = openSync(file, 'r');
      const chunk = Buffer.alloc(PIECE_BYTES);
      let length: number;
      for (let at = 0; (length = readSync(handle, chunk, 0, PIECE_BYTES, at)) > 0; at += PIECE_BYTES - OVERLAP_BYTES) {
        yield { file, chunk: chunk.subarray(0, length) };
        if (length < PIECE_BYTES) break;
      }
      closeSync(handle);
    }
  }

  async remove(): Promise<void> {
    await this.server.discard();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
