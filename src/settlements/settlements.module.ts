import { Module } from '@nestjs/common';
import { PartnersModule } from '../partners/index.js';
import { PaymentsModule } from '../payments/index.js';
import { DaySums } from './day-sums.js';
import { SettlementLinesService } from './settlement-lines.service.js';
import { SettlementsController } from './settlements.controller.js';
import { SettlementsRepository } from './settlements.repository.js';
import { SettlementsService } from './settlements.service.js';

@Module({
  imports: [PartnersModule, PaymentsModule],
  controllers: [SettlementsController],
  providers: [SettlementsService, SettlementsRepository, SettlementLinesService, DaySums],
})
export class SettlementsModule {}
