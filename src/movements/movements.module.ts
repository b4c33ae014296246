import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BankModule } from '../bank/index.js';
import { DuplicateFinder } from './duplicate-finder.js';
import { GroupPoster } from './group-poster.js';
import { GroupWorker } from './group-worker.js';
import { Movement } from './movement.entity.js';
import { MovementKinds } from './movement-kinds.js';
import { MovementsRepository } from './movements.repository.js';
import { MovementsService } from './movements.service.js';
import { Posting } from './posting.js';
import { RecoveryWorker } from './recovery.worker.js';
import { Settling } from './settling.js';
import { TopUp } from './top-up.js';
import { TransactionsController } from './transactions.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([Movement]), BankModule],
  controllers: [TransactionsController],
  providers: [
    MovementsRepository,
    MovementKinds,
    DuplicateFinder,
    Settling,
    Posting,
    GroupWorker,
    GroupPoster,
    TopUp,
    MovementsService,
    RecoveryWorker,
  ],
  exports: [MovementsService, MovementKinds],
})
export class MovementsModule {}
