import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsModule } from './accounts/index.js';
import { ActsModule } from './acts/index.js';
import { AgreementsModule } from './agreements/index.js';
import { AuditModule } from './audit/index.js';
import { AuthModule } from './auth/index.js';
import { BankModule, SandboxBankModule } from './bank/index.js';
import { BOOKS } from './books.js';
import { ConsoleModule } from './console/index.js';
import { IdempotencyModule } from './idempotency/index.js';
import { LedgerModule } from './ledger/index.js';
import { MovementsModule } from './movements/index.js';
import { OperationsModule } from './operations/index.js';
import { PartnersModule } from './partners/index.js';
import { PaymentsModule } from './payments/index.js';
import { ClockModule } from './platform/clock/clock.module.js';
import { SandboxClockModule } from './platform/clock/sandbox-clock.controller.js';
import { type Config, ConfigModule } from './platform/config/config.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { HealthModule } from './platform/health/health.module.js';
import { HttpModule } from './platform/http/http.module.js';
import { MetricsModule } from './platform/metrics/metrics.module.js';
import { RedisModule } from './platform/redis/redis.module.js';
import { VaultModule } from './platform/vault/vault.module.js';
import { VersionModule } from './platform/version/version.module.js';
import { SavingsModule } from './savings/index.js';
import { SEALED_TABLES } from './sealed.js';
import { SettlementsModule } from './settlements/index.js';
import { TransfersModule } from './transfers/index.js';
import { UsersModule } from './users/index.js';
import { WalletsModule } from './wallets/index.js';
import { AppWebhooksModule, WebhooksModule } from './webhooks/index.js';

const PLATFORM = [
  ConfigModule,
  ClockModule,
  MetricsModule,
  DatabaseModule,
  RedisModule,
  HttpModule,
  HealthModule,
  VersionModule,
];

/** The table of contents: the platform, the floor, then the rooms. */
@Module({
  imports: [
    ...PLATFORM,
    VaultModule.of(SEALED_TABLES),
    AuthModule,
    ActsModule,
    IdempotencyModule,
    LedgerModule,
    BankModule,
    MovementsModule.of(BOOKS.declarations),
    UsersModule,
    PartnersModule,
    WebhooksModule,
    AppWebhooksModule,
    AccountsModule,
    SavingsModule,
    TransfersModule,
    AgreementsModule,
    PaymentsModule,
    SettlementsModule,
    WalletsModule,
    OperationsModule,
    AuditModule.of(BOOKS),
    OperationsModule,
  ],
})
export class AppModule {}

/** With what there is outside of production only. */
@Module({ imports: [AppModule, SandboxClockModule, SandboxBankModule] })
export class SandboxAppModule {}

@Module({})
class DeployedModule {}

/** What a deployment is made of. */
export function deployedModule(config: Config): DynamicModule {
  const app = config.environment === 'production' ? AppModule : SandboxAppModule;
  return { module: DeployedModule, imports: [app, ...(config.hasConsole ? [ConsoleModule.of(config)] : [])] };
}
