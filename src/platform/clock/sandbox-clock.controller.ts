import { Body, Controller, Get, Module, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswers } from '../docs/api-answers.js';
import { Shown } from '../docs/shown.js';
import { Access } from '../http/access.js';
import { Answer } from '../http/answers.js';
import { field, integerRule } from '../http/fields.js';
import { seoulDateTime } from './clock.js';
import { FOLLOWED_WITHIN_MS, SandboxClockFollower } from './sandbox-clock.follower.js';

/** Five years: the calendar of business days begins in 2020 and ends in 2099. */
const OFFSET_SECONDS_MAX = 5 * 365 * 86_400;

export class SandboxClockChangeDto {
  @field(integerRule(-OFFSET_SECONDS_MAX, OFFSET_SECONDS_MAX, 86_400), {
    description: 'seconds to add to the real time; 0 for the real time, negative for the past',
  })
  offsetSeconds!: number;
}

export class SandboxClockDto {
  @Shown.signedCount({ example: 86_400, description: 'seconds that are added to the real time' })
  offsetSeconds!: number;
  @Shown.dateTime({ description: 'what time it is by it' }) now!: string;
}

const DESCRIPTION = `Only where no real money moves: in production there is no such path. The offset stays until it is set again, also over
restarts. This answers after ${FOLLOWED_WITHIN_MS / 1000} second, when all instances that reach the database go by the new time.

What it moves: business days and limits, schedules and expiries, the ends of keys, all time stamps, and that in the signatures
of webhooks: whoever checks their age must live in the same time. It doesn't move what is waited for or kept for a
while (time-outs, retries, pauses, the overlap of webhook secrets, old events).

It may be set back. A business day that was closed meanwhile stays closed: a payment of such a day is settled on the
next open one. What a bank gave on a day counts against its limit as before; what a partner takes by an agreement counts
for the latest day on which it took something, until that day is over.`;

@ApiTags('sandbox')
@Controller('sandbox/clock')
class SandboxClockController {
  constructor(private readonly follower: SandboxClockFollower) {}

  @Put()
  @Access('operator')
  @ApiOperation({
    operationId: 'setSandboxClock',
    summary: 'Move the clock of all instances on the same database',
    description: DESCRIPTION,
  })
  @ApiAnswers({ success: 200, detail: SandboxClockDto, refusals: [] })
  async set(@Body() { offsetSeconds }: SandboxClockChangeDto): Promise<Answer<SandboxClockDto>> {
    await this.follower.set(offsetSeconds);
    return this.shown();
  }

  @Get()
  @Access('operator')
  @ApiOperation({ operationId: 'getSandboxClock', summary: 'What time it is here; not in production' })
  @ApiAnswers({ success: 200, detail: SandboxClockDto, refusals: [] })
  async get(): Promise<Answer<SandboxClockDto>> {
    await this.follower.look();
    return this.shown();
  }

  private shown(): Answer<SandboxClockDto> {
    const { clock } = this.follower;
    return Answer.success({ offsetSeconds: clock.offsetSeconds, now: seoulDateTime(clock.now()) });
  }
}

@Module({ controllers: [SandboxClockController] })
export class SandboxClockModule {}
