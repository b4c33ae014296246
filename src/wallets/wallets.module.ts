import { Module } from '@nestjs/common';
import { BankModule } from '../bank/index.js';
import { TransfersModule } from '../transfers/index.js';
import { UsersModule } from '../users/index.js';
import { WalletClosingService } from './wallet-closing.service.js';
import { WalletsController } from './wallets.controller.js';

@Module({
  imports: [UsersModule, BankModule, TransfersModule],
  controllers: [WalletsController],
  providers: [WalletClosingService],
})
export class WalletsModule {}
