export { WEBHOOK_SECRETS_SEALED } from './secret-vault.js';
export { WEBHOOK_BOOKS } from './webhook.books.js';
export { type PaymentEvent, WebhookOutbox } from './webhook-outbox.js';
export { WebhooksModule } from './webhooks.module.js';
