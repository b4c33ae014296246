import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PartnerList } from './partner-list.js';
import { Partner } from './partner.entity.js';
import { PartnersController } from './partners.controller.js';
import { PartnersService } from './partners.service.js';

/** Without its HTTP calls, for programs that serve none. */
@Module({ imports: [TypeOrmModule.forFeature([Partner])], providers: [PartnersService], exports: [PartnersService] })
export class PartnersServiceModule {}

@Module({
  imports: [PartnersServiceModule],
  controllers: [PartnersController],
  providers: [PartnerList],
  exports: [PartnersServiceModule, PartnerList],
})
export class PartnersModule {}
