import { Reason } from '../../acts/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { type Role, ROLES } from '../../platform/http/access.js';
import { Choice, Count, Id, Text } from '../../platform/http/fields.js';
import { QueryCursor, QueryLimit } from '../../platform/http/query-fields.js';
import { DAYS_MAX, LABEL_LENGTH_MAX } from '../api-key.js';

export class NewKeyDto {
  @Choice(ROLES, { description: 'what it opens: see "Keys"' }) role!: Role;

  @Id({ optional: true, example: 100, description: 'whose it is: with the roles of partners, and only with these' })
  partnerId?: number;

  @Text(LABEL_LENGTH_MAX, { optional: true, example: '길동상회 서버', description: 'what it is for, for lists' })
  label?: string;

  @Count(DAYS_MAX, { optional: true, example: 90, description: 'how many days it is good for; for ever when absent' })
  days?: number;

  @Reason() reason?: string;
}

export class KeysQueryDto {
  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

/** A key, without the key. */
export class KeyDto {
  @Shown.id({ example: 3, description: "the key's id" }) keyId!: number;
  @Shown.text({ example: 'sk_test_Zm9yLWV4', description: 'how it begins' }) prefix!: string;
  @Shown.choice(ROLES, { description: 'what it opens' }) role!: string;
  @Shown.id({ optional: true, example: 100, description: "whose it is; absent for roles that are not a partner's" })
  partnerId?: number;
  @Shown.text({ optional: true, example: '길동상회 서버', description: 'what it is for' }) label?: string;
  @Shown.dateTime({ description: 'when it was made' }) createdAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it ends; absent when it does not' }) expiresAt?: string;
  @Shown.dateTime({ optional: true, description: 'when it was revoked' }) revokedAt?: string;
  @Shown.dateTime({ optional: true, description: 'when it was used last, to within ten minutes; absent: never' })
  lastUsedAt?: string;
}

export class CreatedKeyDto extends KeyDto {
  @Shown.text({ example: 'sk_test_Zm9yLWV4YW1wbGUtb25seS1uZXZlci11c2UtdGhpcw', description: 'shown only here' })
  key!: string;
}

export class KeysDto {
  @Shown.list(() => KeyDto, { description: 'the keys, newest first' }) items!: KeyDto[];
  @Shown.text({ nullable: true, description: 'the `cursor` of the next page; null on the last one', example: 'MTIz' })
  nextCursor!: string | null;
}

/** Nothing is known yet: the same request with the same key tells, or the list under `Location`. */
export class PendingKeyDto {}
