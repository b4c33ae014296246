import { Module } from '@nestjs/common';
import { OverviewModule } from './overview/overview.module.js';

/** What those who run the service see of it, and do. */
@Module({ imports: [OverviewModule] })
export class OperationsModule {}
