import { Body, Controller, Get, Headers, Module, Post, Query } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigModule } from '../../src/platform/config/config.js';
import { ApiAnswers } from '../../src/platform/docs/api-answers.js';
import { Shown } from '../../src/platform/docs/shown.js';
import { MetricsModule } from '../../src/platform/metrics/metrics.module.js';
import { Answer, Refusal } from '../../src/platform/http/answers.js';
import { AccountNumber, Count, Email, Id, Items, Text, VisibleAscii, Won } from '../../src/platform/http/fields.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { PathId, QueryChoice, QueryCursor, QueryId, QueryLimit } from '../../src/platform/http/query-fields.js';

export class ToyItemDto {
  @Text(100)
  name!: string;

  @Count(1_000_000)
  count!: number;
}

export class ToyDto {
  @Id()
  userId!: number;

  @Won()
  amount!: number;

  @Text(50, { optional: true })
  name?: string;

  @Email({ optional: true })
  email?: string;

  @AccountNumber({ optional: true })
  accountNumber?: string;

  @VisibleAscii(100, { optional: true })
  key?: string;

  @Items(() => ToyItemDto, 100, { optional: true })
  items?: ToyItemDto[];
}

class ToyQueryDto {
  @QueryId()
  partnerId!: number;

  @QueryLimit(20, 100)
  limit!: number;

  @QueryCursor()
  cursor?: string;

  @QueryChoice(['NEW', 'OLD_ONE'], { optional: true })
  status?: string;
}

class ToyDetailDto {
  @Shown.won()
  amount!: number;
}

/** A room for the tests of what every request passes through. */
@Controller('toys')
class ToyController {
  @Post()
  @ApiAnswers({ success: 201, detail: ToyDetailDto, processing: ToyDetailDto, refusals: ['PaymentComplete'] })
  create(@Body() { amount }: ToyDto): Answer<ToyDetailDto> {
    if (amount === 202) return Answer.processing({ amount }, '/toys/202');
    if (amount === 409) throw new Refusal('PaymentComplete', { amount }, '/toys/409');
    if (amount === 503) throw new Refusal('BankMaintenance');
    if (amount === 500) throw new Error('the secret of the database', { cause: new Error('deeper') });
    return Answer.success({ amount }, '/toys/1');
  }

  @Post(':toyId/touch')
  @ApiAnswers({ success: 201, detail: ToyDetailDto, refusals: [] })
  touch(@PathId('toyId') amount: number): Answer<ToyDetailDto> {
    return Answer.success({ amount }, `/toys/${amount}`);
  }

  @Get()
  @ApiAnswers({ success: 200, detail: ToyQueryDto, refusals: [] })
  list(@Query() query: ToyQueryDto): Answer<ToyQueryDto> {
    return Answer.success(query);
  }

  @Get('echo')
  echo(@Headers('idempotency-key') key: string): Answer<object> {
    return Answer.success({ key });
  }

  @Get('slow')
  async slow(): Promise<Answer<object>> {
    await sleep(300);
    return Answer.success({});
  }

  @Get(':toyId')
  @ApiAnswers({ success: 200, detail: ToyDetailDto, refusals: ['PaymentNotFound'] })
  read(@PathId('toyId') amount: number): Answer<ToyDetailDto> {
    return Answer.success({ amount });
  }
}

@Module({ imports: [ConfigModule, MetricsModule, HttpModule], controllers: [ToyController] })
export class ToyModule {}
