import { Module } from '@nestjs/common';
import { FreezeController } from './freeze.controller.js';
import { FreezeService } from './freeze.service.js';

/** What the people who run the service look at, and do. */
@Module({
  controllers: [FreezeController],
  providers: [FreezeService],
})
export class OperationsModule {}
