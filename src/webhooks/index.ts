export { type PaymentEvent, WebhookOutbox } from './webhook-outbox.js';
export { WebhooksModule } from './webhooks.module.js';
