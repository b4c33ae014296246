import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Account } from './account.entity.js';
import { BusinessDays } from './business-days.js';
import { Entry } from './entry.entity.js';
import { Journals } from './journals.js';
import { Ledger } from './ledger.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Account, Entry])],
  providers: [Ledger, Journals, BusinessDays],
  exports: [Ledger, Journals, BusinessDays],
})
export class LedgerModule {}
