import { Module } from '@nestjs/common';
import { FreezeController } from './freeze.controller.js';
import { FreezeService } from './freeze.service.js';
import { InquiriesController } from './inquiries.controller.js';

/** What the people who run the service look at, and do. */
@Module({
  controllers: [FreezeController, InquiriesController],
  providers: [FreezeService],
})
export class OperationsModule {}
