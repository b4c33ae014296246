import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { Rounds } from '../clock/rounds.js';
import { Config } from '../config/config.js';
import { onServerLock } from '../database/server-lock.js';
import { updateRows } from '../database/update-rows.js';
import { RowVault, type SealedTable } from './row-vault.js';
import { SealBroken } from './vault.js';

const FIRST_AFTER_MS = 1_000;
const EVERY_MS = 60_000;
/** Rows that are locked at once, for some milliseconds. */
const BATCH_ROWS = 100;
/** The rest after each batch, as a multiple of the time that it took: so it works a fifth of the time. */
const REST_FACTOR = 4;

/** What is sealed under another key than the first one, from some id on. */
interface Batch {
  readonly found: number;
  readonly moved: number;
  readonly lastId: number;
}

/**
 * Encrypts anew, under the first of `DATA_KEYS`, what is under another one, so that that one can be dropped. Every
 * instance runs it, and one of them at a time does the work, a few rows on one connection.
 */
@Injectable()
export class ResealWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ResealWorker.name);
  private readonly rounds = new Rounds((signal) => this.round(signal));

  constructor(
    private readonly tables: readonly SealedTable[],
    private readonly dataSource: DataSource,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(EVERY_MS, FIRST_AFTER_MS);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    try {
      for (const table of this.tables) await this.reseal(table, signal);
    } catch (error) {
      if (!signal.aborted) this.logger.warn({ message: 'rows are sealed anew in the next round', err: error });
    }
  }

  private async reseal(table: SealedTable, signal: AbortSignal): Promise<void> {
    const vault = new RowVault(this.config.dataKeys, table);
    let moved = 0;
    for (let after = 0; ;) {
      const startedAt = performance.now();
      const batch: Batch = { found: 0, moved: 0, lastId: after };
      const isOurs = await onServerLock(this.dataSource, 'reseal', 0, async (holder) => {
        Object.assign(batch, await this.batch(holder, table, vault, after));
      });
      moved += batch.moved;
      if (!isOurs || batch.found === 0) break;
      after = batch.lastId;
      await sleep((performance.now() - startedAt) * REST_FACTOR, undefined, { signal });
    }
    if (moved > 0) this.logger.log(`${moved} rows of ${table.table} are sealed under the key ${vault.keyId} now`);
  }

  private async batch(holder: QueryRunner, table: SealedTable, vault: RowVault<string>, after: number): Promise<Batch> {
    const { id, columns, owner } = table;
    const rows = (await holder.query(
      `SELECT t.${id} AS id, t.key_id AS keyId, ${owner} AS owner, ${columns.map((column) => `t.${column}`).join(', ')}
       FROM ${table.table} t WHERE t.${id} > ? AND (t.key_id <> ? OR t.key_id IS NULL) ORDER BY t.${id} LIMIT ?`,
      [after, vault.keyId, BATCH_ROWS],
    )) as ({ id: number; keyId: string | null; owner: string } & Record<string, Buffer>)[];
    const resealed = rows.flatMap((row) => {
      const values = this.resealed(table, vault, row);
      return values ? [[row.id, row.keyId, vault.keyId, ...columns.map((column) => values[column])]] : [];
    });
    const moved = await updateRows(
      holder,
      { table: table.table, id, columns: ['key_id', ...columns], formerly: 'key_id' },
      resealed,
    );
    return { found: rows.length, moved, lastId: rows.at(-1)?.id ?? after };
  }

  /** Null for a row that can't be opened: it must not keep the others from being moved. */
  private resealed(
    { table, columns }: SealedTable,
    vault: RowVault<string>,
    { id, keyId, owner, ...sealed }: { id: number; keyId: string | null; owner: string } & Record<string, unknown>,
  ): Readonly<Record<string, Buffer>> | null {
    try {
      return vault.seal(vault.open(keyId, sealed as Record<string, Buffer>, owner), owner);
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      this.logger.error({ message: `row ${id} of ${table} can't be sealed anew (${columns.join(', ')})`, err: error });
      return null;
    }
  }
}
