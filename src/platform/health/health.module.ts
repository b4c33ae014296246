import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionRunner } from '../database/transaction-runner.js';
import { ApiAnswers } from '../docs/api-answers.js';
import { Shown } from '../docs/shown.js';
import { Public } from '../http/access.js';
import { Answer, Refusal } from '../http/answers.js';
import { RedisClient } from '../redis/redis.module.js';

const PING_WITHIN_MS = 1000;
const STATES = ['up', 'down'] as const;
type State = (typeof STATES)[number];

class LivenessDto {
  @Shown.choice(['alive'])
  status!: 'alive';
}

export class ReadinessDto {
  @Shown.choice(['ready', 'degraded', 'unavailable'], { description: 'degraded: the service goes on without Redis' })
  status!: 'ready' | 'degraded' | 'unavailable';

  @Shown.choice(STATES)
  database!: State;

  @Shown.choice(STATES)
  redis!: State;
}

@Injectable()
class HealthService {
  constructor(
    private readonly database: TransactionRunner,
    private readonly redis: RedisClient,
  ) {}

  /** @throws Refusal TemporarilyUnavailable without the database; without Redis the service goes on. */
  async getReadiness(): Promise<ReadinessDto> {
    const [database, redis] = await Promise.all([stateOf(this.database.ping()), stateOf(this.redis.ping())]);
    if (database === 'down') throw new Refusal('TemporarilyUnavailable', { status: 'unavailable', database, redis });
    return { status: redis === 'up' ? 'ready' : 'degraded', database, redis };
  }
}

@ApiTags('health')
@Public()
@Controller('health')
class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @ApiOperation({ summary: 'Is the process alive?' })
  @ApiAnswers({ success: 200, detail: LivenessDto, refusals: [] })
  live(): Answer<LivenessDto> {
    return Answer.success({ status: 'alive' });
  }

  @Get('ready')
  @ApiOperation({ summary: 'Can it work? Says which store is missing' })
  @ApiAnswers({
    success: 200,
    detail: ReadinessDto,
    refusals: ['TemporarilyUnavailable'],
    details: { TemporarilyUnavailable: ReadinessDto },
  })
  async ready(): Promise<Answer<ReadinessDto>> {
    return Answer.success(await this.health.getReadiness());
  }
}

async function stateOf(ping: Promise<unknown>): Promise<State> {
  const answered = ping.then(
    () => 'up' as const,
    () => 'down' as const,
  );
  return Promise.race([answered, sleep(PING_WITHIN_MS, 'down' as const, { ref: false })]);
}

@Module({ controllers: [HealthController], providers: [HealthService] })
export class HealthModule {}
