import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BankClient } from './bank-client.js';
import { LinkedAccount } from './linked-account.entity.js';
import { LinkedAccounts } from './linked-accounts.js';
import { OpenBankingClient } from './open-banking/index.js';
import { Withdrawal } from './withdrawal.entity.js';
import { Withdrawals } from './withdrawals.js';

@Module({
  imports: [TypeOrmModule.forFeature([LinkedAccount, Withdrawal])],
  providers: [LinkedAccounts, Withdrawals, { provide: BankClient, useClass: OpenBankingClient }],
  exports: [LinkedAccounts, Withdrawals, BankClient],
})
export class BankModule {}
