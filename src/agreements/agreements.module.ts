import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PartnersModule } from '../partners/index.js';
import { UsersModule } from '../users/index.js';
import { Agreement } from './agreement.entity.js';
import { AgreementsController } from './agreements.controller.js';
import { AgreementsRepository } from './agreements.repository.js';
import { AgreementsService } from './agreements.service.js';
import { PaymentAgreements } from './payment-agreements.js';

@Module({
  imports: [TypeOrmModule.forFeature([Agreement]), PartnersModule, UsersModule],
  controllers: [AgreementsController],
  providers: [AgreementsService, AgreementsRepository, PaymentAgreements],
  exports: [PaymentAgreements, AgreementsService],
})
export class AgreementsModule {}
