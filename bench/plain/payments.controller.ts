import { Body, Controller, Post, UseInterceptors } from '@nestjs/common';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { type PaymentAnswerDto, PaymentRequestDto } from './payment-request.dto.js';
import { PaymentsService } from './payments.service.js';

@Controller('payments')
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  @Post()
  @UseInterceptors(IdempotencyInterceptor)
  pay(@Body() request: PaymentRequestDto): Promise<PaymentAnswerDto> {
    return this.payments.pay(request);
  }
}
