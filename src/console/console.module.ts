import { type DynamicModule, Module } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Config } from '../platform/config/config.js';
import { AccountsController } from './pages/accounts.controller.js';
import { AuditsController } from './pages/audits.controller.js';
import { HomeController } from './pages/home.controller.js';
import { InquiriesController } from './pages/inquiries.controller.js';
import { MovementsController } from './pages/movements.controller.js';
import { PaymentCancelsController } from './pages/payment-cancels.controller.js';
import { PaymentsController } from './pages/payments.controller.js';
import { PendingController } from './pages/pending.controller.js';
import { ActsController } from './pages/acts.controller.js';
import { KeyActsController } from './pages/key-acts.controller.js';
import { KeysController } from './pages/keys.controller.js';
import { PartnerFreezesController } from './pages/partner-freezes.controller.js';
import { PartnersController } from './pages/partners.controller.js';
import { SearchController } from './pages/search.controller.js';
import { SandboxActsController } from './pages/sandbox-acts.controller.js';
import { SandboxController } from './pages/sandbox.controller.js';
import { SandboxPages } from './pages/sandbox.service.js';
import { SettlementsController } from './pages/settlements.controller.js';
import { SignInController } from './pages/sign-in.controller.js';
import { SignIns } from './pages/sign-ins.service.js';
import { TodayController } from './pages/today.controller.js';
import { UserFreezesController } from './pages/user-freezes.controller.js';
import { UsersController } from './pages/users.controller.js';
import { WebhookResendsController } from './pages/webhook-resends.controller.js';
import { WebhooksController } from './pages/webhooks.controller.js';
import { SessionCookie } from './session/session-cookie.js';
import { sealOf } from './session/session-seal.js';
import { ConsoleApi } from './shell/console-api.js';

const cookie = {
  provide: SessionCookie,
  useFactory: async (config: Config) => {
    const { consoleSessionKeys: keys } = config;
    // In a sandbox a key of the process will do: a restart signs everybody out.
    const seal = await sealOf(keys.length > 0 ? keys : [randomBytes(32).toString('hex')]);
    return new SessionCookie(seal, config);
  },
  inject: [Config],
};

/** A page for each controller; the last one has what is no page. */
@Module({
  controllers: [
    SignInController,
    PaymentsController,
    PaymentCancelsController,
    MovementsController,
    AccountsController,
    PendingController,
    InquiriesController,
    AuditsController,
    SettlementsController,
    WebhooksController,
    WebhookResendsController,
    ActsController,
    KeyActsController,
    KeysController,
    TodayController,
    SearchController,
    UsersController,
    UserFreezesController,
    PartnersController,
    PartnerFreezesController,
    HomeController,
  ],
  providers: [ConsoleApi, SignIns, cookie],
})
export class ConsoleModule {
  /** Outside of production with the page of the sandbox, too. */
  static of({ environment }: Config): DynamicModule {
    if (environment === 'production') return { module: ConsoleModule };
    const controllers = [SandboxController, SandboxActsController];
    return { module: ConsoleModule, controllers, providers: [SandboxPages] };
  }
}
