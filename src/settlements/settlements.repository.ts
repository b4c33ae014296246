import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Days, DaySum, ToldPart } from './settlement.js';

@Injectable()
export class SettlementsRepository {
  /** What was told of days; those that nobody has asked for since they were over are missing. */
  async findTold(reader: EntityManager, partnerId: number, { from, to }: Days): Promise<DaySum[]> {
    const rows: (Pick<DaySum, 'of' | 'day'> & Record<'count' | 'amount', number | string>)[] = await reader.query(
      `SELECT part_of AS \`of\`, DATE_FORMAT(day, '%Y-%m-%d') AS day, SUM(entry_count) AS count, SUM(amount) AS amount
       FROM settlement_parts WHERE partner_id = ? AND day BETWEEN ? AND ? GROUP BY settlement_parts.day, part_of`,
      [partnerId, from, to],
    );
    return rows.map(({ of, day, count, amount }) => ({ of, day, count: Number(count), amount: Number(amount) }));
  }

  /** @throws a duplicate-key error when somebody else has told one of the days meanwhile */
  async insertTold(tx: EntityManager, partnerId: number, parts: readonly ToldPart[]): Promise<void> {
    const rows = parts.map(({ day, of, after, upTo, count, amount }) => [
      partnerId,
      day,
      of,
      after,
      upTo,
      count,
      amount,
    ]);
    await tx.query(
      `INSERT INTO settlement_parts (partner_id, day, part_of, after_id, up_to_id, entry_count, amount, told_at)
       VALUES ${rows.map(() => '(?, UTC_TIMESTAMP(3))').join(', ')}`,
      rows,
    );
  }
}
