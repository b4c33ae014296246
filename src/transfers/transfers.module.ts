import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/index.js';
import { WebhooksModule } from '../webhooks/index.js';
import { HeldTransfer } from './held-transfer.entity.js';
import { HeldTransfersRepository } from './held-transfers.repository.js';
import { HeldTransfersService } from './held-transfers.service.js';
import { TransferEnd } from './transfer-end.entity.js';
import { TransferEvents } from './transfer-events.js';
import { TransferExpiryWorker } from './transfer-expiry.worker.js';
import { TransfersController } from './transfers.controller.js';
import { TransfersService } from './transfers.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([HeldTransfer, TransferEnd]), UsersModule, WebhooksModule],
  controllers: [TransfersController],
  providers: [TransfersService, HeldTransfersService, HeldTransfersRepository, TransferEvents, TransferExpiryWorker],
  exports: [HeldTransfersRepository],
})
export class TransfersModule {}
