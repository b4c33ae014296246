import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodePlaceAfter, encodeCursor } from '../platform/http/cursor.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { orderBeginning } from './dto/bank-order-shown.js';
import { WaitingOrderDto, WaitingOrdersDto, WithdrawalsQueryDto } from './dto/withdrawals.dto.js';
import { type WaitingOrder, WaitingOrdersService } from './waiting-orders.service.js';

@ApiTags('operations')
@Controller('operations/withdrawals')
export class OperationsWithdrawalsController {
  constructor(private readonly orders: WaitingOrdersService) {}

  @Get()
  @Access('operator')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'listWaitingOrders',
    summary: 'What waits for a bank, oldest first: what it is to take for us, and what it is to pay',
  })
  @ApiAnswers({ success: 200, detail: WaitingOrdersDto, refusals: [] })
  async list(@Query() { limit, cursor }: WithdrawalsQueryDto): Promise<Answer<WaitingOrdersDto>> {
    const { waiting, nextAfter } = await this.orders.list(decodePlaceAfter(cursor), limit);
    return Answer.success({ items: waiting.map(shown), nextCursor: encodeCursor(nextAfter) });
  }
}

function shown({ order, movement }: WaitingOrder): WaitingOrderDto {
  const { id, type, userId, paymentId, amount } = movement;
  return {
    ...orderBeginning(order),
    transactionId: id,
    type,
    userId,
    ...(paymentId !== undefined && { paymentId }),
    movementAmount: amount,
    ageSeconds: order.ageSeconds,
    nextInquiryAt: seoulDateTime(order.nextInquiryAt),
    nextInquirySeconds: order.nextInquirySeconds,
  };
}
