import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AgreementsModule } from '../agreements/index.js';
import { PartnersModule } from '../partners/index.js';
import { UsersModule } from '../users/index.js';
import { WebhooksModule } from '../webhooks/index.js';
import { AuthorizationEnd } from './authorization-end.entity.js';
import { AuthorizationExpiryWorker } from './authorization-expiry.worker.js';
import { Authorization } from './authorization.entity.js';
import { AuthorizationsController } from './authorizations.controller.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { AuthorizationsService } from './authorizations.service.js';
import { PaymentCancel } from './payment-cancel.entity.js';
import { PaymentCancelsRepository } from './payment-cancels.repository.js';
import { PaymentCancelsService } from './payment-cancels.service.js';
import { PaymentEvents } from './payment-events.js';
import { PaymentLinesRepository } from './payment-lines.repository.js';
import { PaymentSearch } from './payment-search.js';
import { PaymentListRepository } from './payment-list.repository.js';
import { PaymentListService } from './payment-list.service.js';
import { PaymentSumsRepository } from './payment-sums.repository.js';
import { Payment } from './payment.entity.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsRepository } from './payments.repository.js';
import { PaymentsService } from './payments.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Payment, PaymentCancel, Authorization, AuthorizationEnd]),
    AgreementsModule,
    PartnersModule,
    UsersModule,
    WebhooksModule,
  ],
  controllers: [PaymentsController, AuthorizationsController],
  providers: [
    PaymentsService,
    PaymentsRepository,
    AuthorizationsService,
    AuthorizationsRepository,
    AuthorizationExpiryWorker,
    PaymentCancelsService,
    PaymentCancelsRepository,
    PaymentEvents,
    PaymentListService,
    PaymentListRepository,
    PaymentSumsRepository,
    PaymentLinesRepository,
    PaymentSearch,
  ],
  exports: [PaymentSumsRepository, PaymentLinesRepository, PaymentsRepository, PaymentsService, PaymentSearch],
})
export class PaymentsModule {}
