import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EveryActIsRecorded } from './every-act-is-recorded.js';
import { OperatorAct } from './operator-act.entity.js';
import { OperatorActs } from './operator-acts.js';

@Global()
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([OperatorAct])],
  providers: [OperatorActs, EveryActIsRecorded],
  exports: [OperatorActs],
})
export class ActsModule {}
