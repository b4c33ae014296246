import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OperatorActs, type PlannedAct } from '../acts/index.js';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites } from '../idempotency/index.js';
import { PartnersService } from '../partners/index.js';
import { Clock, seoulDateTime } from '../platform/clock/clock.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import { Delivery, EVENTS_AT_ONCE_MAX } from './delivery.js';
import { SecretVault } from './secret-vault.js';
import type { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { ENDPOINT_DELETED, ENDPOINT_DISABLED, WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookOutbox } from './webhook-outbox.js';
import { APP, claimBy } from './webhook-owner.js';
import { WebhookSecretsRepository } from './webhook-secrets.repository.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhooksRepository } from './webhooks.repository.js';

const ENDPOINTS_MAX = 10;
/** The current one and former ones that are still valid: what an event is signed with. */
const SECRETS_MAX = 5;

export type Endpoint = Pick<WebhookEndpoint, 'id' | 'url' | 'types' | 'createdAt' | 'disabledAt' | 'disabledReason'>;
/** What is to be another way; the rest stays. */
export interface EndpointChanges {
  readonly url?: string;
  /** null: all */
  readonly types?: readonly string[] | null;
  readonly disabled?: boolean;
}

/**
 * The webhooks of partners, and those of the wallet's own back end (`APP`). Everything is refused with InvalidMerchant
 * for a partner that doesn't exist.
 */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly endpoints: WebhooksRepository,
    private readonly secrets: WebhookSecretsRepository,
    private readonly events: WebhookEventsRepository,
    private readonly delivery: Delivery,
    private readonly outbox: WebhookOutbox,
    private readonly partners: PartnersService,
    private readonly keyed: KeyedWrites,
    private readonly acts: OperatorActs,
    private readonly vault: SecretVault,
    private readonly sender: WebhookSender,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Registers an endpoint; the secret is readable here for the only time. Takes half a second: what is asked for
   * after the answer, of whichever instance, is told of.
   *
   * @throws Refusal InvalidRequest for a URL that nothing would be sent to, TooManyWebhooks
   */
  async register(
    ownerId: number,
    { url, types = null }: { readonly url: string; readonly types?: readonly string[] | null },
    act: PlannedAct | null,
  ): Promise<Endpoint & { readonly secret: string }> {
    const allowed = this.allowed(url);
    await this.expectOwner(ownerId);
    const secret = this.vault.newSecret();
    const endpoint = { ownerId, url: allowed, types, createdAt: this.clock.now() };
    const id = await this.transactions.run('register-webhook', async (tx) => {
      // So that of two at once the second counts the first.
      await this.lockOwner(tx, ownerId);
      if ((await this.endpoints.count(tx, ownerId)) >= ENDPOINTS_MAX) throw new Refusal('TooManyWebhooks');
      const endpointId = await this.endpoints.insert(tx, endpoint);
      await this.secrets.insert(tx, endpointId, this.vault.seal(secret, ownerId));
      await this.acts.record(tx, { act, madeId: endpointId, at: endpoint.createdAt });
      return endpointId;
    });
    await this.outbox.untilKnown();
    return { ...endpoint, id, disabledAt: null, disabledReason: null, secret };
  }

  async list(ownerId: number): Promise<Endpoint[]> {
    await this.expectOwner(ownerId);
    return this.transactions.read('list-webhooks', (reader) => this.endpoints.list(reader, ownerId));
  }

  /** @throws Refusal WebhookNotFound */
  async get(ownerId: number, endpointId: number): Promise<Endpoint> {
    const endpoint = await this.transactions.read('get-webhook', (reader) =>
      this.endpoints.find(reader, ownerId, endpointId),
    );
    if (!endpoint) throw new Refusal('WebhookNotFound');
    return endpoint;
  }

  /**
   * Changes where events go, which, or whether they do. What waits follows: to another URL at once, and when it is
   * disabled it is given up until it is enabled again. What is to be another way for payments takes half a second: it
   * holds for every one that is asked for after the answer.
   *
   * @throws Refusal WebhookNotFound, InvalidRequest for a URL that nothing would be sent to, and those of
   *   `KeyedWrites.once`
   */
  async change(
    ownerId: number,
    endpointId: number,
    changes: EndpointChanges,
    claim: IdempotencyClaim,
  ): Promise<KeyedOutcome> {
    const { url, types, disabled } = changes;
    const allowed = url === undefined ? null : this.allowed(url);
    const outcome = await this.keyed.once('change-webhook', claimBy(ownerId, claim, 'webhook-changes'), async (tx) => {
      const endpoint = await this.lock(tx, ownerId, endpointId);
      if (allowed !== null && allowed !== endpoint.url) await this.endpoints.move(tx, endpointId, allowed);
      if (types !== undefined) await this.endpoints.choose(tx, endpointId, types);
      if (disabled === true && !endpoint.disabledAt) {
        await this.endpoints.disable(tx, endpointId, ownerId === APP ? 'BY_APP' : 'BY_PARTNER', this.clock.now());
        await this.events.giveUp(tx, endpointId, ENDPOINT_DISABLED, EVENTS_AT_ONCE_MAX);
      }
      if (disabled === false && endpoint.disabledAt) await this.endpoints.enable(tx, endpointId);
      return endpointId;
    });
    if (outcome.kind === 'processing') return outcome;
    // Also when nothing has changed: a call before this one may have died on its way.
    if (disabled === false) {
      await this.untilNoneIsLeft('reopen-webhook-events', ownerId, endpointId, (tx) =>
        this.events.reopenDisabled(tx, endpointId, EVENTS_AT_ONCE_MAX),
      );
    }
    if (allowed !== null) {
      await this.untilNoneIsLeft('hasten-webhook-events', ownerId, endpointId, (tx) =>
        this.events.hasten(tx, endpointId, this.delivery.leaseMs, EVENTS_AT_ONCE_MAX),
      );
    }
    if (disabled !== undefined || types !== undefined) await this.outbox.untilKnown();
    return outcome;
  }

  /**
   * No event goes there any more, and after the answer none is written. Takes half a second. @throws Refusal
   * WebhookNotFound
   */
  async remove(ownerId: number, endpointId: number, act: PlannedAct | null): Promise<void> {
    await this.transactions.run('remove-webhook', async (tx) => {
      await this.lock(tx, ownerId, endpointId);
      const at = this.clock.now();
      await this.endpoints.remove(tx, endpointId, at);
      await this.acts.record(tx, { act, at });
      await this.secrets.deleteAll(tx, endpointId);
      // What there is beyond this, or is being written just now, is given up when it becomes due.
      await this.events.giveUp(tx, endpointId, ENDPOINT_DELETED, EVENTS_AT_ONCE_MAX);
    });
    await this.outbox.untilKnown();
  }

  /**
   * The new secret; events are signed with the former one too for `overlapSeconds`, and with those before it until
   * their own ends.
   *
   * @throws Refusal WebhookNotFound, TooManyWebhookSecrets when so many are valid already
   */
  async rotateSecret(
    ownerId: number,
    endpointId: number,
    act: PlannedAct | null,
  ): Promise<{ readonly secret: string; readonly overlapSeconds: number }> {
    const secret = this.vault.newSecret();
    const overlapSeconds = this.config.webhookSecretOverlapSeconds;
    await this.transactions.run('rotate-webhook-secret', async (tx) => {
      await this.lock(tx, ownerId, endpointId);
      await this.secrets.retire(tx, endpointId, overlapSeconds);
      await this.secrets.deleteEnded(tx, endpointId);
      const { count, firstEnd } = await this.secrets.count(tx, endpointId);
      if (count >= SECRETS_MAX) {
        const nextEndsAt = firstEnd && seoulDateTime(firstEnd);
        throw new Refusal('TooManyWebhookSecrets', { secretsMax: SECRETS_MAX, nextEndsAt });
      }
      await this.secrets.insert(tx, endpointId, this.vault.seal(secret, ownerId));
      await this.acts.record(tx, { act, at: this.clock.now() });
    });
    return { secret, overlapSeconds };
  }

  /** @throws Refusal InvalidMerchant */
  private async expectOwner(ownerId: number): Promise<void> {
    if (ownerId !== APP) await this.partners.get(ownerId);
  }

  /** Registrations of one owner go one after the other. The app has no row but its endpoints'. */
  private lockOwner(tx: EntityManager, ownerId: number): Promise<void> {
    return ownerId === APP ? this.endpoints.lockAll(tx, APP) : this.partners.lock(tx, ownerId);
  }

  /** The URL as it is stored. @throws Refusal InvalidRequest when nothing would ever be sent there */
  private allowed(url: string): string {
    const parsed = new URL(url);
    const reason = this.sender.objectionTo(parsed);
    if (reason !== null) throw invalidField('url', reason);
    return parsed.href;
  }

  private async lock(tx: EntityManager, ownerId: number, endpointId: number): Promise<WebhookEndpoint> {
    const endpoint = await this.endpoints.lock(tx, ownerId, endpointId);
    if (!endpoint) throw new Refusal('WebhookNotFound');
    return endpoint;
  }

  /** Batch after batch under the endpoint's lock, while it is enabled: `change` says how many events a batch had. */
  private async untilNoneIsLeft(
    name: string,
    ownerId: number,
    endpointId: number,
    change: (tx: EntityManager) => Promise<number>,
  ): Promise<void> {
    for (let changed = EVENTS_AT_ONCE_MAX; changed === EVENTS_AT_ONCE_MAX;) {
      changed = await this.transactions.run(name, async (tx) =>
        (await this.lock(tx, ownerId, endpointId)).disabledAt ? 0 : change(tx),
      );
    }
  }
}
