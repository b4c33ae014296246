import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { TimePlace } from '../platform/http/cursor.js';
import type { ActSubject, OperatorAct } from './operator-act.entity.js';

/** One question at a time: each has an index of its own, in the order of time. */
export type ActFilter =
  | { readonly by: 'subject'; readonly subject: ActSubject; readonly subjectId: number }
  | { readonly by: 'key'; readonly keyId: number }
  | { readonly by: 'action'; readonly action: string }
  | { readonly by: 'time' };

@Injectable()
export class ActsRepository {
  /** Acts since `from` that stand behind a place, newest first: a range of one index, backwards. */
  list(
    reader: EntityManager,
    filter: ActFilter,
    { from, behind, limit }: { from: Date; behind: TimePlace; limit: number },
  ): Promise<OperatorAct[]> {
    const [condition, values] = conditionOf(filter);
    return reader.query(
      `SELECT id, acted_at AS actedAt, action, key_id AS keyId, role, address, request_id AS requestId, reason, subject,
         subject_id AS subjectId
       FROM operator_acts FORCE INDEX (ix_operator_acts_${filter.by})
       WHERE ${condition} AND acted_at >= ? AND (acted_at < ? OR acted_at = ? AND id < ?)
       ORDER BY acted_at DESC, id DESC LIMIT ?`,
      [...values, from, behind.time, behind.time, behind.id, limit],
    );
  }
}

function conditionOf(filter: ActFilter): [condition: string, values: unknown[]] {
  switch (filter.by) {
    case 'subject':
      return ['subject = ? AND subject_id = ?', [filter.subject, filter.subjectId]];
    case 'key':
      return ['key_id = ?', [filter.keyId]];
    case 'action':
      return ['action = ?', [filter.action]];
    case 'time':
      return ['TRUE', []];
  }
}
