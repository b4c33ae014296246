import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type AuditRecord, CHECKS, type FindingRecord } from '../audit/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodeCursor, decodePlaceAfter, encodeCursor } from '../platform/http/cursor.js';
import { PathId } from '../platform/http/query-fields.js';
import { type AuditUnderWay, AuditsService } from './audits.service.js';
import {
  AuditDto,
  AuditPageDto,
  AuditsDto,
  AuditsQueryDto,
  AuditUnderWayDto,
  FindingDto,
  FindingsQueryDto,
} from './dto/audits.dto.js';

@ApiTags('operations')
@Controller('operations/audits')
export class OperationsAuditsController {
  constructor(private readonly audits: AuditsService) {}

  @Get()
  @Access('operator')
  @ApiOperation({ operationId: 'listAudits', summary: 'The last audits of the books, and how far the next one is' })
  @ApiAnswers({ success: 200, detail: AuditsDto, refusals: [] })
  async list(@Query() { limit, cursor }: AuditsQueryDto): Promise<Answer<AuditsDto>> {
    const { running, audits, nextBefore } = await this.audits.list(decodeCursor(cursor), limit);
    return Answer.success({
      ...(running && { running: runningShown(running) }),
      items: audits.map(auditShown),
      nextCursor: encodeCursor(nextBefore),
    });
  }

  @Get(':auditId')
  @Access('operator')
  @ApiOperation({ operationId: 'getAudit', summary: 'An audit, and the rows that it found wrong' })
  @ApiAnswers({ success: 200, detail: AuditPageDto, refusals: ['NotFound'] })
  async get(
    @PathId('auditId') auditId: number,
    @Query() { limit, cursor }: FindingsQueryDto,
  ): Promise<Answer<AuditPageDto>> {
    const { audit, findings, nextAfter } = await this.audits.get(auditId, decodePlaceAfter(cursor), limit);
    return Answer.success({
      ...auditShown(audit),
      items: findings.map(findingShown),
      nextCursor: encodeCursor(nextAfter),
    });
  }
}

function runningShown({ begunAt, progress }: AuditUnderWay): AuditUnderWayDto {
  const since = seoulDateTime(begunAt);
  if (!progress) return { since, ratio: 0, secondsLeft: null };
  const { table, reached, last, ratio, secondsLeft } = progress;
  return { since, table, reached, last, ratio, secondsLeft: secondsLeft === null ? null : Math.ceil(secondsLeft) };
}

function auditShown({ id, startedAt, endedAt, checks, bankUnanswered, findingCount }: AuditRecord): AuditDto {
  const counts = Object.entries(checks).map(([check, violations]) => ({ check, violations }));
  return {
    auditId: id,
    startedAt: seoulDateTime(startedAt),
    endedAt: seoulDateTime(endedAt),
    durationSeconds: (endedAt.getTime() - startedAt.getTime()) / 1000,
    violations: counts.reduce((sum, { violations }) => sum + violations, 0),
    checks: counts,
    bankUnanswered,
    findings: findingCount,
  };
}

/** A table whose `id` is meant, of those that the console has a page for. */
const IDS_OF: Readonly<Record<string, 'transactionId' | 'accountId'>> = {
  movements: 'transactionId',
  accounts: 'accountId',
};

function findingShown({ check, table, key, problem }: FindingRecord): FindingDto {
  const { movement_id: movementId, account_id: accountId, id } = key;
  const named = { transactionId: movementId, accountId, ...(IDS_OF[table] && { [IDS_OF[table]]: id }) };
  return {
    check,
    promise: CHECKS[check] ?? '',
    table,
    row: Object.entries(key)
      .map(([column, value]) => `${column}=${value}`)
      .join(' '),
    ...(typeof named.transactionId === 'number' && { transactionId: named.transactionId }),
    ...(typeof named.accountId === 'number' && { accountId: named.accountId }),
    problem,
  };
}
