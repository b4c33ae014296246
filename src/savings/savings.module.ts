import { Module } from '@nestjs/common';
import { MovementsModule } from '../movements/index.js';
import { UsersModule } from '../users/index.js';
import { SavingsController } from './savings.controller.js';
import { SavingsService } from './savings.service.js';

@Module({ imports: [MovementsModule, UsersModule], controllers: [SavingsController], providers: [SavingsService] })
export class SavingsModule {}
