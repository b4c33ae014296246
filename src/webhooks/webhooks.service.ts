import { Injectable } from '@nestjs/common';
import { PartnersService } from '../partners/index.js';
import { Clock } from '../platform/clock/clock.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { ENDPOINT_DELETED, GIVE_UP_MAX } from './delivery.js';
import { SecretVault } from './secret-vault.js';
import type { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { WEBHOOK_STATUSES, type WebhookStatus } from './webhook-event.entity.js';
import { type EventRecord, WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookOutbox } from './webhook-outbox.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhooksRepository } from './webhooks.repository.js';

const ENDPOINTS_MAX = 10;

export type Endpoint = Pick<WebhookEndpoint, 'id' | 'url' | 'createdAt'>;
export interface EventPage {
  readonly events: readonly EventRecord[];
  /** The id before which the next page begins; null when this is the last one. */
  readonly nextBefore: number | null;
}

/** Partners' webhooks. Everything is refused with InvalidMerchant for a partner that doesn't exist. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly endpoints: WebhooksRepository,
    private readonly events: WebhookEventsRepository,
    private readonly outbox: WebhookOutbox,
    private readonly partners: PartnersService,
    private readonly vault: SecretVault,
    private readonly sender: WebhookSender,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Registers an endpoint; the secret is readable here for the only time. Takes half a second: every payment that is asked
   * for after the answer, of whichever instance, is told of.
   *
   * @throws Refusal InvalidRequest for a URL that nothing would be sent to, TooManyWebhooks
   */
  async register(partnerId: number, url: string): Promise<Endpoint & { readonly secret: string }> {
    const parsed = new URL(url);
    const reason = this.sender.objectionTo(parsed);
    if (reason !== null) throw new Refusal('InvalidRequest', { errors: [{ field: 'url', reason }] });
    await this.partners.get(partnerId);
    const secret = this.vault.newSecret();
    const endpoint = {
      partnerId,
      url: parsed.href,
      secret: this.vault.close(secret, partnerId),
      createdAt: this.clock.now(),
    };
    const id = await this.transactions.run('register-webhook', async (tx) => {
      const count = await this.endpoints.lockAndCount(tx, partnerId);
      if (count >= ENDPOINTS_MAX) throw new Refusal('TooManyWebhooks');
      return this.endpoints.insert(tx, endpoint);
    });
    await this.outbox.untilKnown();
    return { ...endpoint, id, secret };
  }

  async list(partnerId: number): Promise<Endpoint[]> {
    await this.partners.get(partnerId);
    return this.transactions.read('list-webhooks', (reader) => this.endpoints.list(reader, partnerId));
  }

  /** @throws Refusal WebhookNotFound */
  async get(partnerId: number, endpointId: number): Promise<Endpoint> {
    const endpoint = await this.transactions.read('get-webhook', (reader) =>
      this.endpoints.find(reader, partnerId, endpointId),
    );
    if (!endpoint) throw new Refusal('WebhookNotFound');
    return endpoint;
  }

  /** No event goes there any more, and after the answer none is written. Takes half a second. @throws Refusal WebhookNotFound */
  async remove(partnerId: number, endpointId: number): Promise<void> {
    await this.transactions.run('remove-webhook', async (tx) => {
      if (!(await this.endpoints.lock(tx, partnerId, endpointId))) throw new Refusal('WebhookNotFound');
      await this.endpoints.disable(tx, endpointId, this.clock.now());
      // What there is beyond this, or is being written just now, is given up when it becomes due.
      await this.events.giveUp(tx, endpointId, ENDPOINT_DELETED, GIVE_UP_MAX);
    });
    await this.outbox.untilKnown();
  }

  /** The new secret; events are signed with the former one too for `overlapSeconds`. @throws Refusal WebhookNotFound */
  async rotateSecret(
    partnerId: number,
    endpointId: number,
  ): Promise<{ readonly secret: string; readonly overlapSeconds: number }> {
    const secret = this.vault.newSecret();
    const overlapSeconds = this.config.webhookSecretOverlapSeconds;
    await this.transactions.run('rotate-webhook-secret', async (tx) => {
      if (!(await this.endpoints.lock(tx, partnerId, endpointId))) throw new Refusal('WebhookNotFound');
      await this.endpoints.rotateSecret(tx, endpointId, this.vault.close(secret, partnerId), overlapSeconds);
    });
    return { secret, overlapSeconds };
  }

  /** A partner's events, newest first. */
  async listEvents(
    partnerId: number,
    status: WebhookStatus | undefined,
    limit: number,
    before: number,
  ): Promise<EventPage> {
    await this.partners.get(partnerId);
    const statuses = status === undefined ? WEBHOOK_STATUSES : [status];
    const events = await this.transactions.read('list-webhook-events', (reader) =>
      this.events.list(reader, partnerId, statuses, before, limit + 1),
    );
    const page = events.slice(0, limit);
    return { events: page, nextBefore: events.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  /**
   * Has an event sent again, whatever became of it before.
   *
   * @throws Refusal WebhookEventNotFound, or WebhookNotFound when its endpoint was deleted
   */
  async resend(partnerId: number, eventId: number): Promise<EventRecord> {
    return this.transactions.run('resend-webhook-event', async (tx) => {
      const event = await this.events.find(tx, partnerId, eventId);
      if (!event) throw new Refusal('WebhookEventNotFound');
      if (!(await this.endpoints.find(tx, partnerId, event.endpointId))) throw new Refusal('WebhookNotFound');
      await this.events.reopen(tx, eventId);
      return (await this.events.find(tx, partnerId, eventId)) as EventRecord;
    });
  }
}
