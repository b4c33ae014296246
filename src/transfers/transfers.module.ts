import { Module } from '@nestjs/common';
import { MovementsModule } from '../movements/index.js';
import { UsersModule } from '../users/index.js';
import { TransfersController } from './transfers.controller.js';
import { TransfersService } from './transfers.service.js';

@Module({ imports: [MovementsModule, UsersModule], controllers: [TransfersController], providers: [TransfersService] })
export class TransfersModule {}
