import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Account } from './account.entity.js';
import { Entry } from './entry.entity.js';
import { Ledger } from './ledger.js';

@Global()
@Module({ imports: [TypeOrmModule.forFeature([Account, Entry])], providers: [Ledger], exports: [Ledger] })
export class LedgerModule {}
