import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PartnersModule } from '../partners/index.js';
import { UsersModule } from '../users/index.js';
import { WebhooksModule } from '../webhooks/index.js';
import { PaymentCancel } from './payment-cancel.entity.js';
import { PaymentCancelsRepository } from './payment-cancels.repository.js';
import { PaymentCancelsService } from './payment-cancels.service.js';
import { PaymentEvents } from './payment-events.js';
import { PaymentLinesRepository } from './payment-lines.repository.js';
import { PaymentListRepository } from './payment-list.repository.js';
import { PaymentListService } from './payment-list.service.js';
import { PaymentSumsRepository } from './payment-sums.repository.js';
import { Payment } from './payment.entity.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsRepository } from './payments.repository.js';
import { PaymentsService } from './payments.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Payment, PaymentCancel]), PartnersModule, UsersModule, WebhooksModule],
  controllers: [PaymentsController],
  providers: [
    PaymentsService,
    PaymentsRepository,
    PaymentCancelsService,
    PaymentCancelsRepository,
    PaymentEvents,
    PaymentListService,
    PaymentListRepository,
    PaymentSumsRepository,
    PaymentLinesRepository,
  ],
  exports: [PaymentSumsRepository, PaymentLinesRepository],
})
export class PaymentsModule {}
