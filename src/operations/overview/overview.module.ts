import { Module } from '@nestjs/common';
import { LastAuditRepository } from '../../audit/index.js';
import { BankModule } from '../../bank/index.js';
import { WebhooksModule } from '../../webhooks/index.js';
import { InstanceReporter } from './instance-reporter.js';
import { InstanceReports } from './instance-reports.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';

@Module({
  imports: [BankModule, WebhooksModule],
  controllers: [OverviewController],
  providers: [OverviewService, InstanceReports, InstanceReporter, LastAuditRepository],
})
export class OverviewModule {}
