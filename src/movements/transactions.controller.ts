import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { parseIdempotencyKey } from '../idempotency/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access, OwnPartnerId } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { AcceptanceDto, TransactionDto, TransactionsDto, TransactionsQueryDto } from './dto/transaction.dto.js';
import { transactionDetail } from './movement-answers.js';
import type { Acceptance } from './movement-types.js';
import { MovementsService, type ShownMovement } from './movements.service.js';

@ApiTags('transactions')
@Controller('transactions')
export class TransactionsController {
  constructor(private readonly movements: MovementsService) {}

  @Get(':transactionId')
  @Access('partner', 'app', 'operator')
  @ApiOperation({ operationId: 'getTransaction', summary: 'Any movement; where the Location of a 202 points' })
  @ApiAnswers({ success: 200, detail: TransactionDto, refusals: ['NotFound'] })
  async get(
    @PathId('transactionId') transactionId: number,
    @OwnPartnerId() ownPartnerId: number | null,
  ): Promise<Answer<TransactionDto>> {
    return Answer.success(shown(await this.movements.get(transactionId, ownPartnerId), ownPartnerId));
  }

  @Get()
  @Access('app', 'operator')
  @ApiOperation({
    operationId: 'listTransactions',
    summary: "A user's movements under one Idempotency-Key, newest first: for a client that lost the answer",
  })
  @ApiAnswers({ success: 200, detail: TransactionsDto, refusals: ['IdempotencyKeyInvalid'] })
  async list(@Query() { userId, idempotencyKey }: TransactionsQueryDto): Promise<Answer<TransactionsDto>> {
    const movements = await this.movements.listByKey(userId, parseIdempotencyKey(idempotencyKey));
    return Answer.success({ items: movements.map((movement) => shown(movement, null)) });
  }
}

/** For a partner's key, what came from the customer's bank is left out: it would tell the customer's balance. */
function shown(movement: ShownMovement, ownPartnerId: number | null): TransactionDto {
  const { toppedUpAmount, occurredAt, ...detail } = transactionDetail(movement);
  return {
    ...detail,
    ...(ownPartnerId === null && { toppedUpAmount }),
    ...(movement.memo !== undefined && { memo: movement.memo }),
    ...(movement.acceptance && { acceptance: shownAcceptance(movement.acceptance) }),
    occurredAt,
  };
}

function shownAcceptance({ status, expiresAt, endedAt }: Acceptance): AcceptanceDto {
  return { status, expiresAt: seoulDateTime(expiresAt), ...(endedAt && { endedAt: seoulDateTime(endedAt) }) };
}
