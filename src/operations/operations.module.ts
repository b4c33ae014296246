import { Module } from '@nestjs/common';
import { AgreementsModule } from '../agreements/index.js';
import { AuditHistoryModule } from '../audit/index.js';
import { BankModule } from '../bank/index.js';
import { PartnersModule } from '../partners/index.js';
import { PaymentsModule } from '../payments/index.js';
import { UsersModule } from '../users/index.js';
import { WebhooksModule } from '../webhooks/index.js';
import { AccountPagesService } from './account-pages.service.js';
import { OperationsAccountsController } from './accounts.controller.js';
import { OperationsAuditsController } from './audits.controller.js';
import { AuditsService } from './audits.service.js';
import { FreezeController } from './freeze.controller.js';
import { FreezeService } from './freeze.service.js';
import { InquiriesController } from './inquiries.controller.js';
import { MovementItems } from './movement-items.js';
import { MovementPagesService } from './movement-pages.service.js';
import { OperationsMovementsController } from './movements.controller.js';
import { OverviewModule } from './overview/overview.module.js';
import { Owners } from './owners.js';
import { OperationsPartnersController } from './partners.controller.js';
import { PaymentStoriesService } from './payment-stories.service.js';
import { OperationsPaymentsController } from './payments.controller.js';
import { SearchController } from './search.controller.js';
import { SearchService } from './search.service.js';
import { UserPagesService } from './user-pages.service.js';
import { OperationsUsersController } from './users.controller.js';
import { WaitingOrdersService } from './waiting-orders.service.js';
import { OperationsWithdrawalsController } from './withdrawals.controller.js';

/** What those who run the service see of it, and do. */
@Module({
  imports: [
    AgreementsModule,
    AuditHistoryModule,
    BankModule,
    OverviewModule,
    PartnersModule,
    PaymentsModule,
    UsersModule,
    WebhooksModule,
  ],
  controllers: [
    SearchController,
    OperationsWithdrawalsController,
    OperationsAuditsController,
    OperationsPartnersController,
    OperationsUsersController,
    OperationsAccountsController,
    OperationsMovementsController,
    OperationsPaymentsController,
    FreezeController,
    InquiriesController,
  ],
  providers: [
    SearchService,
    WaitingOrdersService,
    AuditsService,
    UserPagesService,
    AccountPagesService,
    MovementPagesService,
    PaymentStoriesService,
    MovementItems,
    Owners,
    FreezeService,
  ],
})
export class OperationsModule {}
