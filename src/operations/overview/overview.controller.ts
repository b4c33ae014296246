import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuditState } from '../../audit/index.js';
import { seoulDateTime } from '../../platform/clock/clock.js';
import { ApiAnswers } from '../../platform/docs/api-answers.js';
import { Access } from '../../platform/http/access.js';
import { Answer } from '../../platform/http/answers.js';
import { OverviewDto } from './dto/overview.dto.js';
import { OverviewService } from './overview.service.js';
import type { Picture } from './picture.js';

const MINUTE_MS = 60_000;

const DESCRIPTION = `A picture, for people: nothing is decided by it. What is not known right now is null, and the rest is told all the
same: \`payments\`, \`topUps\`, \`openCircuits\` and \`instances\` need Redis, \`webhooks\`, \`orders\` and \`audit\` the database.

Payments and top-ups are those of all instances, a second or two behind; what an instance that was killed counted in its
last second is missing. A payment is counted by its first answer, a duplicate not at all.`;

@ApiTags('operations')
@Controller('operations/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @Access('operator')
  @ApiOperation({ operationId: 'getOverview', summary: 'How it goes, at a glance', description: DESCRIPTION })
  @ApiAnswers({ success: 200, detail: OverviewDto, refusals: [] })
  async get(): Promise<Answer<OverviewDto>> {
    const { at, picture, stored } = await this.overview.get();
    return Answer.success({
      at: seoulDateTime(at),
      ...(picture ? pictureShown(picture, at) : { payments: null, topUps: null, openCircuits: null, instances: null }),
      webhooks: stored && stored.webhooks,
      orders: stored && stored.orders,
      audit: stored && auditShown(stored.audit),
    });
  }
}

/** What was counted by the real time is shown by the service's, which a sandbox may have moved. */
function pictureShown({ payments, topUps, openCircuits, instances }: Picture, now: Date) {
  const minute = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  return {
    payments: {
      ...payments,
      perMinute: payments.perMinute.map(({ minutesAgo, ...counts }) => ({
        at: seoulDateTime(new Date(minute - minutesAgo * MINUTE_MS)),
        ...counts,
      })),
    },
    topUps,
    openCircuits,
    instances: instances.map(({ startedMsAgo, ...instance }) => ({
      ...instance,
      startedAt: seoulDateTime(new Date(now.getTime() - startedMsAgo)),
    })),
  };
}

function auditShown({ last, isBegun, progress }: AuditState): OverviewDto['audit'] {
  const found = Object.entries(last?.violations ?? {}).map(([check, violations]) => ({ check, violations }));
  return {
    last: last && {
      endedAt: seoulDateTime(last.endedAt),
      secondsAgo: Math.max(0, Math.round(last.ageMs / 1000)),
      durationSeconds: last.durationSeconds,
      violations: found.reduce((sum, { violations }) => sum + violations, 0),
      checks: found.filter(({ violations }) => violations > 0),
      bankUnanswered: last.bankUnanswered,
    },
    progress: isBegun ? { ratio: progress?.ratio ?? 0, secondsLeft: progress?.secondsLeft ?? null } : null,
  };
}
