import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BankAccount } from './bank-account.entity.js';
import { BankClient } from './bank-client.js';
import { Payouts, Withdrawals } from './bank-orders.js';
import { BanksController } from './banks.controller.js';
import { LinkSearch } from './link-search.js';
import { LinkVault } from './link-vault.js';
import { LinkedAccount } from './linked-account.entity.js';
import { LinkedAccounts } from './linked-accounts.js';
import { OpenBankingClient } from './open-banking/index.js';
import { OrderRecords } from './order-records.js';
import { Payout } from './payout.entity.js';
import { Withdrawal } from './withdrawal.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([BankAccount, LinkedAccount, Payout, Withdrawal])],
  controllers: [BanksController],
  providers: [
    LinkVault,
    LinkedAccounts,
    LinkSearch,
    Withdrawals,
    Payouts,
    OrderRecords,
    { provide: BankClient, useClass: OpenBankingClient },
  ],
  exports: [LinkVault, LinkedAccounts, LinkSearch, Withdrawals, Payouts, OrderRecords, BankClient],
})
export class BankModule {}
