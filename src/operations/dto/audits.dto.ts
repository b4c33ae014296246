import { Shown } from '../../platform/docs/shown.js';
import { QueryCursor, QueryLimit } from '../../platform/http/query-fields.js';

export class AuditsQueryDto {
  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

export class FindingsQueryDto {
  @QueryLimit(50, 200) limit!: number;

  @QueryCursor() cursor?: string;
}

export class AuditUnderWayDto {
  @Shown.dateTime({ description: 'when it began' }) since!: string;
  @Shown.text({ optional: true, example: 'movements', description: 'the table it is at; absent before the first' })
  table?: string;
  @Shown.count({ optional: true, example: 1_200_000, description: 'the id that it has reached there' })
  reached?: number;
  @Shown.count({ optional: true, example: 5_000_000, description: 'the last id there' }) last?: number;
  @Shown.measure({ example: 0.24, description: 'of all tables, from 0 to 1' }) ratio!: number;
  @Shown.count({ nullable: true, example: 206, description: 'about so many seconds to go; null: too early to tell' })
  secondsLeft!: number | null;
}

export class AuditCheckDto {
  @Shown.text({ example: 'balance', description: 'the check; new ones may come' }) check!: string;
  @Shown.count({ example: 2, description: 'how many rows it found wrong' }) violations!: number;
}

export class AuditDto {
  @Shown.id({ example: 3, description: "the audit's id" }) auditId!: number;
  @Shown.dateTime({ description: 'when it began' }) startedAt!: string;
  @Shown.dateTime({ description: 'when it ended' }) endedAt!: string;
  @Shown.measure({ example: 12.5, description: 'seconds that it took' }) durationSeconds!: number;
  @Shown.count({ example: 2, description: 'how many rows are wrong; 0: everything agrees' }) violations!: number;
  @Shown.list(() => AuditCheckDto, { description: 'by check; none where nothing is wrong' }) checks!: AuditCheckDto[];
  @Shown.count({ example: 0, description: 'what the bank should have said and did not: orders and statements' })
  bankUnanswered!: number;
  @Shown.count({ example: 2, description: 'how many of the wrong rows are kept: of each check the first 100' })
  findings!: number;
}

export class AuditsDto {
  @Shown.object(() => AuditUnderWayDto, { optional: true, description: 'the one under way; absent when none is' })
  running?: AuditUnderWayDto;
  @Shown.list(() => AuditDto, { description: 'the last 200, newest first' }) items!: AuditDto[];
  @Shown.text({ nullable: true, example: 'MTIz', description: 'the `cursor` of the next page; null on the last one' })
  nextCursor!: string | null;
}

export class FindingDto {
  @Shown.text({ example: 'balance', description: 'the check that failed' }) check!: string;
  @Shown.text({ example: 'every balance is that of the last entry', description: 'what it is about' })
  promise!: string;
  @Shown.text({ example: 'accounts', description: 'where the row is' }) table!: string;
  @Shown.text({ example: 'id=7', description: 'which row it is: the columns that name it' }) row!: string;
  @Shown.id({ optional: true, example: 42, description: 'the movement, where the row names one' })
  transactionId?: number;
  @Shown.id({ optional: true, example: 7, description: 'the account, where the row names one' }) accountId?: number;
  @Shown.text({ example: 'balance is 5, not 4', description: 'what is wrong' }) problem!: string;
}

export class AuditPageDto extends AuditDto {
  @Shown.list(() => FindingDto, { description: 'the wrong rows, check by check' }) items!: FindingDto[];
  @Shown.text({ nullable: true, example: 'MTIz', description: 'the `cursor` of the next page; null on the last one' })
  nextCursor!: string | null;
}
