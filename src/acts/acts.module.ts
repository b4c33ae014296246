import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActsController } from './acts.controller.js';
import { ActsRepository } from './acts.repository.js';
import { ActsService } from './acts.service.js';
import { EveryActIsRecorded } from './every-act-is-recorded.js';
import { OperatorAct } from './operator-act.entity.js';
import { OperatorActs } from './operator-acts.js';

/** Where acts are written, also by programs that serve no HTTP. */
@Global()
@Module({ providers: [OperatorActs], exports: [OperatorActs] })
export class OperatorActsModule {}

@Module({
  imports: [OperatorActsModule, DiscoveryModule, TypeOrmModule.forFeature([OperatorAct])],
  controllers: [ActsController],
  providers: [ActsService, ActsRepository, EveryActIsRecorded],
})
export class ActsModule {}
