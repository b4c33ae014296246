import { Module } from '@nestjs/common';
import { AppWebhookEventsController } from './app-webhook-events.controller.js';
import { AppWebhooksController } from './app-webhooks.controller.js';
import { MovementEvents } from './movement-events.js';
import { WebhooksModule } from './webhooks.module.js';

/** What the wallet's own back end is told, through the outbox that partners are told through. */
@Module({
  imports: [WebhooksModule],
  controllers: [AppWebhooksController, AppWebhookEventsController],
  providers: [MovementEvents],
})
export class AppWebhooksModule {}
