import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access, OwnPartnerId } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { TransactionDto, TransactionsDto, TransactionsQueryDto } from './dto/transaction.dto.js';
import type { MovementView } from './movement.js';
import { failureAnswerOf, MovementsService } from './movements.service.js';

@ApiTags('transactions')
@Controller('transactions')
export class TransactionsController {
  constructor(private readonly movements: MovementsService) {}

  @Get(':transactionId')
  @Access('partner', 'app', 'operator')
  @ApiOperation({ summary: 'Any movement; where the Location of a 202 points' })
  @ApiAnswers({ success: 200, detail: TransactionDto, refusals: ['NotFound'] })
  async get(
    @PathId('transactionId') transactionId: number,
    @OwnPartnerId() ownPartnerId: number | null,
  ): Promise<Answer<TransactionDto>> {
    return Answer.success(shown(await this.movements.get(transactionId, ownPartnerId)));
  }

  @Get()
  @Access('app', 'operator')
  @ApiOperation({
    summary: "A user's movements under one Idempotency-Key, newest first: for a client that lost the answer",
  })
  @ApiAnswers({ success: 200, detail: TransactionsDto, refusals: [] })
  async list(@Query() { userId, idempotencyKey }: TransactionsQueryDto): Promise<Answer<TransactionsDto>> {
    const movements = await this.movements.listByKey(userId, idempotencyKey);
    return Answer.success({ items: movements.map(shown) });
  }
}

function shown(movement: MovementView): TransactionDto {
  const failureCode = failureAnswerOf(movement.failureCode);
  return {
    transactionId: movement.id,
    type: movement.type,
    status: movement.status,
    amount: movement.amount,
    toppedUpAmount: movement.toppedUpAmount,
    ...(failureCode && { failureCode }),
    occurredAt: seoulDateTime(movement.completedAt ?? movement.createdAt),
  };
}
