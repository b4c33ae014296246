import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BankModule } from '../bank/index.js';
import { LinkedAccountsController } from './linked-accounts.controller.js';
import { LinkedAccountsService } from './linked-accounts.service.js';
import { UserProfiles } from './user-profiles.js';
import { UserVault } from './user-vault.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([User]), BankModule],
  controllers: [UsersController, LinkedAccountsController],
  providers: [UserVault, UserProfiles, UsersService, LinkedAccountsService],
  exports: [UsersService, UserProfiles],
})
export class UsersModule {}
