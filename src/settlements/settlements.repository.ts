import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DayOf, PartOfDay } from '../payments/index.js';

/** What was told of a day that is over. */
export interface ToldPart extends PartOfDay {
  readonly of: DayOf['of'];
}

@Injectable()
export class SettlementsRepository {
  /** What was told of a day; empty when nobody has asked for it since it was over. */
  async findTold(reader: EntityManager, partnerId: number, day: string): Promise<ToldPart[]> {
    return reader.query(
      `SELECT part_of AS \`of\`, after_id AS \`after\`, up_to_id AS upTo, entry_count AS count, amount
       FROM settlement_parts WHERE partner_id = ? AND day = ?`,
      [partnerId, day],
    );
  }

  /** @throws a duplicate-key error when somebody else has told it meanwhile */
  async insertTold(tx: EntityManager, partnerId: number, day: string, parts: readonly ToldPart[]): Promise<void> {
    const rows = parts.map(({ of, after, upTo, count, amount }) => [partnerId, day, of, after, upTo, count, amount]);
    await tx.query(
      `INSERT INTO settlement_parts (partner_id, day, part_of, after_id, up_to_id, entry_count, amount, told_at)
       VALUES ${rows.map(() => '(?, UTC_TIMESTAMP(3))').join(', ')}`,
      rows,
    );
  }
}
