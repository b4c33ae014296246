import { Module } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { HomeController } from './pages/home.controller.js';
import { SettlementsController } from './pages/settlements.controller.js';
import { SignInController } from './pages/sign-in.controller.js';
import { SignIns } from './pages/sign-ins.service.js';
import { WebhookResendsController } from './pages/webhook-resends.controller.js';
import { WebhooksController } from './pages/webhooks.controller.js';
import { SessionCookie } from './session/session-cookie.js';
import { sealOf } from './session/session-seal.js';
import { ConsoleApi } from './shell/console-api.js';

const cookie = {
  provide: SessionCookie,
  useFactory: async (config: Config) => new SessionCookie(await sealOf(config.consoleSessionKeys), config),
  inject: [Config],
};

/** A page for each controller; the last one has what is no page. */
@Module({
  controllers: [SignInController, SettlementsController, WebhooksController, WebhookResendsController, HomeController],
  providers: [ConsoleApi, SignIns, cookie],
})
export class ConsoleModule {}
