export { AppWebhooksModule } from './app-webhooks.module.js';
export { WEBHOOK_SECRETS_SEALED } from './secret-vault.js';
export { WebhookBacklog } from './webhook-backlog.js';
export { WEBHOOK_BOOKS } from './webhook.books.js';
export { type OutboxEvent, WebhookOutbox } from './webhook-outbox.js';
export { APP } from './webhook-owner.js';
export { type ToldOf, WebhookStory } from './webhook-story.js';
export { WebhooksModule } from './webhooks.module.js';
