import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { setTimeout as sleep } from 'node:timers/promises';
import { SingleFlight } from '../clock/single-flight.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import { proveWritable } from '../database/writable.js';
import { ApiAnswers } from '../docs/api-answers.js';
import { Shown } from '../docs/shown.js';
import { Public } from '../http/access.js';
import { Answer, Refusal } from '../http/answers.js';
import { InFlight } from '../http/in-flight.js';
import { RedisClient } from '../redis/redis.module.js';

const PROOF_WITHIN_MS = 1000;
const STATES = ['up', 'down'] as const;
type State = (typeof STATES)[number];

class LivenessDto {
  @Shown.choice(['alive'], { description: 'the process answers' })
  status!: 'alive';
}

export class ReadinessDto {
  @Shown.choice(['ready', 'degraded', 'unavailable', 'stopping'], {
    description:
      'degraded: the service goes on without Redis; stopping: it was told to end, and serves a little longer',
  })
  status!: 'ready' | 'degraded' | 'unavailable' | 'stopping';

  @Shown.choice(STATES, { description: 'whether the database can be written to' })
  database!: State;

  @Shown.choice(STATES, { description: 'whether Redis can be written to' })
  redis!: State;
}

type Stores = Pick<ReadinessDto, 'database' | 'redis'>;

@Injectable()
class HealthService {
  /** Of many who ask at once, one looks: anybody may ask, and nobody is to use up the stores' connections with it. */
  private readonly looks = new SingleFlight<Stores>();

  constructor(
    private readonly database: TransactionRunner,
    private readonly redis: RedisClient,
    private readonly inFlight: InFlight,
  ) {}

  /**
   * A store is up when it can be written to. @throws Refusal TemporarilyUnavailable without the database, and from the
   * signal to stop; without Redis the service goes on
   */
  async getReadiness(): Promise<ReadinessDto> {
    const { database, redis } = await this.looks.run('stores', () => this.lookAtStores());
    const isStopping = this.inFlight.leaving;
    if (isStopping || database === 'down') {
      const status = isStopping ? 'stopping' : 'unavailable';
      throw new Refusal('TemporarilyUnavailable', { status, database, redis });
    }
    return { status: redis === 'up' ? 'ready' : 'degraded', database, redis };
  }

  private async lookAtStores(): Promise<Stores> {
    const [database, redis] = await Promise.all([
      stateOf(this.database.read('ping', proveWritable)),
      stateOf(this.redis.proveWritable()),
    ]);
    return { database, redis };
  }
}

@ApiTags('health')
@Public()
@Controller('health')
class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @ApiOperation({ operationId: 'checkLiveness', summary: 'Is the process alive?' })
  @ApiAnswers({ success: 200, detail: LivenessDto, refusals: [] })
  live(): Answer<LivenessDto> {
    return Answer.success({ status: 'alive' });
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'checkReadiness',
    summary: 'Can it work? Says which store is missing, or can not be written to',
  })
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

async function stateOf(proof: Promise<unknown>): Promise<State> {
  const answered = proof.then(
    () => 'up' as const,
    () => 'down' as const,
  );
  return Promise.race([answered, sleep(PROOF_WITHIN_MS, 'down' as const, { ref: false })]);
}

@Module({ controllers: [HealthController], providers: [HealthService] })
export class HealthModule {}
