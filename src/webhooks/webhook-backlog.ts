import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Backlog, backlogOf } from '../platform/database/backlog.js';
import type { StoredStatus } from './webhook-event.entity.js';

/** How much of what is to be told has not arrived, whoever it is for. */
@Injectable()
export class WebhookBacklog {
  /** What waits for its next attempt. */
  waiting(reader: EntityManager): Promise<Backlog> {
    return this.look(reader, 'PENDING');
  }

  /** What was given up, and is sent again by hand only. */
  undelivered(reader: EntityManager): Promise<Backlog> {
    return this.look(reader, 'UNDELIVERED');
  }

  private look(reader: EntityManager, status: StoredStatus): Promise<Backlog> {
    return backlogOf(reader, `webhook_events FORCE INDEX (ix_webhook_events_due) WHERE status = '${status}'`);
  }
}
