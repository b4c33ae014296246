import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/index.js';
import { WebhooksModule } from '../webhooks/index.js';
import { DailyDeposit } from './daily-deposit.entity.js';
import { DailyDepositsRepository } from './daily-deposits.repository.js';
import { DailyDepositsService } from './daily-deposits.service.js';
import { DailyDepositsWorker } from './daily-deposits.worker.js';
import { InterestPosting } from './interest-posting.entity.js';
import { InterestRepository } from './interest.repository.js';
import { InterestService } from './interest.service.js';
import { InterestWorker } from './interest.worker.js';
import { SavingsAccount } from './savings-account.entity.js';
import { SavingsClosingService } from './savings-closing.service.js';
import { SavingsProductsController } from './savings-products.controller.js';
import { SavingsSchedules } from './savings-schedules.js';
import { SavingsController } from './savings.controller.js';
import { SavingsService } from './savings.service.js';
import { ScheduleEvents } from './schedule-events.js';

@Module({
  imports: [UsersModule, WebhooksModule, TypeOrmModule.forFeature([SavingsAccount, InterestPosting, DailyDeposit])],
  controllers: [SavingsController, SavingsProductsController],
  providers: [
    SavingsService,
    SavingsSchedules,
    SavingsClosingService,
    InterestRepository,
    InterestService,
    InterestWorker,
    DailyDepositsRepository,
    DailyDepositsService,
    ScheduleEvents,
    DailyDepositsWorker,
  ],
})
export class SavingsModule {}
