import { Injectable } from '@nestjs/common';
import { seoulDayEnd, seoulMidnight } from '../platform/clock/clock.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import type { TimePlace } from '../platform/http/cursor.js';
import { type ActFilter, ActsRepository } from './acts.repository.js';
import type { OperatorAct } from './operator-act.entity.js';

interface ActsRequest {
  readonly filter: ActFilter;
  /** Days (`YYYY-MM-DD`) in Asia/Seoul, both included. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly behind: TimePlace | null;
  readonly limit: number;
}

interface ActsPage {
  readonly acts: readonly OperatorAct[];
  /** The place after which the next page begins; null when this is the last one. */
  readonly next: TimePlace | null;
}

const FIRST_DAY = '1970-01-01';
const LAST_DAY = '9999-12-30';

/** Reads what operators did. */
@Injectable()
export class ActsService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly acts: ActsRepository,
  ) {}

  /** Newest first. New acts come before the first page, so that the others stay as they are. */
  async list({ filter, from = FIRST_DAY, to = LAST_DAY, behind, limit }: ActsRequest): Promise<ActsPage> {
    const found = await this.transactions.read('list-acts', (reader) =>
      this.acts.list(reader, filter, {
        from: seoulMidnight(from),
        behind: behind ?? { time: seoulDayEnd(to), id: 0 },
        limit: limit + 1,
      }),
    );
    const acts = found.slice(0, limit);
    const last = acts.at(-1);
    return { acts, next: found.length > limit && last ? { time: last.actedAt, id: last.id } : null };
  }
}
