import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BankModule } from '../bank/index.js';
import { Expiries } from './expiries.js';
import { MemoVault } from './memo-vault.js';
import { InquiriesService } from './inquiries.service.js';
import type { MovementDeclaration } from './movement.declaration.js';
import { MovementMemo } from './movement-memo.entity.js';
import { Movement } from './movement.entity.js';
import { MovementSearch } from './movement-search.js';
import { MovementTypes } from './movement-types.js';
import { MovementsFlow } from './movements.flow.js';
import { MovementsQueue } from './movements.queue.js';
import { MovementsRepository } from './movements.repository.js';
import { MovementsService } from './movements.service.js';
import { PostingRepository } from './posting.repository.js';
import { Recovery } from './recovery.js';
import { RecoveryWorker } from './recovery.worker.js';
import { SystemAccounts } from './system-accounts.js';
import { BankStep } from './bank-step.js';
import { TransactionsController } from './transactions.controller.js';

@Module({})
export class MovementsModule {
  /** @param declarations every way in which money moves */
  static of(declarations: readonly MovementDeclaration[]): DynamicModule {
    return {
      module: MovementsModule,
      global: true,
      imports: [TypeOrmModule.forFeature([Movement, MovementMemo]), BankModule],
      controllers: [TransactionsController],
      providers: [
        { provide: MovementTypes, useValue: new MovementTypes(declarations) },
        Expiries,
        MemoVault,
        MovementsRepository,
        MovementSearch,
        PostingRepository,
        MovementsFlow,
        MovementsQueue,
        SystemAccounts,
        BankStep,
        MovementsService,
        Recovery,
        RecoveryWorker,
        InquiriesService,
      ],
      exports: [MovementsService, MovementsRepository, MovementSearch, MovementTypes, Expiries, InquiriesService],
    };
  }
}
