import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Account } from './account.entity.js';
import { BusinessDays } from './business-days.js';
import { Entry } from './entry.entity.js';
import { Ledger } from './ledger.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Account, Entry])],
  providers: [Ledger, BusinessDays],
  exports: [Ledger, BusinessDays],
})
export class LedgerModule {}
