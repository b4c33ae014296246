import { Module } from '@nestjs/common';
import { BankModule } from '../bank/index.js';
import { PartnersModule } from '../partners/index.js';
import { UsersModule } from '../users/index.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { StatementsService } from './statements.service.js';

@Module({
  imports: [BankModule, PartnersModule, UsersModule],
  controllers: [AccountsController],
  providers: [AccountsService, StatementsService],
})
export class AccountsModule {}
