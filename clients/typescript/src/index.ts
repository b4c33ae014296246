export { type Answer, type CallInit, createPayClient, type PayClient, type PayClientOptions } from './client.js';
export { type AnyPayError, isPayError, PayError, type PayErrorCode, type PayErrorDetail } from './errors.js';
export type { Patience } from './retries.js';
export type { components, operations, paths, WebhookEvent } from './schema.js';
export { verifyWebhook, WebhookError, type WebhookHeaders, type WebhookOptions } from './webhooks.js';
