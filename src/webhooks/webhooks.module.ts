import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PartnersModule } from '../partners/index.js';
import { Delivery } from './delivery.js';
import { DeliveryWorker } from './delivery.worker.js';
import { PurgeWorker } from './purge.worker.js';
import { SecretVault } from './secret-vault.js';
import { WebhookAttempt } from './webhook-attempt.entity.js';
import { WebhookAttemptsRepository } from './webhook-attempts.repository.js';
import { WebhookBacklog } from './webhook-backlog.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { WebhookEvent } from './webhook-event.entity.js';
import { WebhookEventsController } from './webhook-events.controller.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookOutbox } from './webhook-outbox.js';
import { WebhookResend } from './webhook-resend.entity.js';
import { WebhookResendsRepository } from './webhook-resends.repository.js';
import { WebhookStory } from './webhook-story.js';
import { WebhookSecret } from './webhook-secret.entity.js';
import { WebhookSecretsRepository } from './webhook-secrets.repository.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksRepository } from './webhooks.repository.js';
import { WebhooksService } from './webhooks.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([WebhookEndpoint, WebhookSecret, WebhookEvent, WebhookAttempt, WebhookResend]),
    PartnersModule,
  ],
  controllers: [WebhooksController, WebhookEventsController],
  providers: [
    WebhooksRepository,
    WebhookSecretsRepository,
    WebhookEventsRepository,
    WebhookAttemptsRepository,
    WebhookResendsRepository,
    WebhooksService,
    WebhookDeliveriesService,
    WebhookBacklog,
    WebhookOutbox,
    WebhookStory,
    SecretVault,
    WebhookSender,
    Delivery,
    DeliveryWorker,
    PurgeWorker,
  ],
  exports: [WebhookBacklog, WebhookOutbox, WebhooksService, WebhookDeliveriesService, WebhookStory],
})
export class WebhooksModule {}
