import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Account } from './account.entity.js';
import { HealthController } from './health.controller.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { Payment } from './payment.entity.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsService } from './payments.service.js';
import { redisProvider } from './redis.provider.js';
import { Transaction } from './transaction.entity.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'mysql',
      url: process.env.DATABASE_URL as string,
      timezone: 'Z',
      poolSize: Number(process.env.DATABASE_POOL_SIZE),
      entities: [Account, Payment, Transaction],
      // By default mysql2 captures a stack for every query, in case it fails.
      trace: false,
    }),
  ],
  controllers: [PaymentsController, HealthController],
  providers: [PaymentsService, IdempotencyInterceptor, redisProvider],
})
export class AppModule {}
