import { Choice, Text } from '../../../platform/http/fields.js';
import { QueryCursor, QueryId } from '../../../platform/http/query-fields.js';
import { ROLES, type Role } from '../../../platform/http/access.js';
import { ReasonedActDto } from './act.dto.js';

export class KeysQueryDto {
  @QueryCursor() cursor?: string;
}

export class NewKeyFormDto extends ReasonedActDto {
  @Choice(ROLES) role!: Role;
  @QueryId({ optional: true }) partnerId?: number;
  @Text(100, { optional: true }) label?: string;
  /** How long it is good. */
  @QueryId({ optional: true }) days?: number;
}
