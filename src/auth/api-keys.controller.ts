import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Act, ActOfCall, type PlannedAct, ReasonQueryDto } from '../acts/index.js';
import { answerKeyed, Claim, Idempotent, type IdempotencyClaim, REQUEST_REFUSALS } from '../idempotency/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access, isOfPartner } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { PathId } from '../platform/http/query-fields.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import { KEYS_ROUTE } from './api-key.js';
import type { StoredKey } from './api-keys.repository.js';
import { ApiKeysService, type KeyRequest } from './api-keys.service.js';
import { CreatedKeyDto, KeyDto, KeysDto, KeysQueryDto, NewKeyDto, PendingKeyDto } from './dto/api-keys.dto.js';
import { KnownKeys } from './known-keys.js';

const LIST = '/operations/keys';

@ApiTags('operations')
@Access('operator')
@Controller('operations/keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly known: KnownKeys,
  ) {}

  @Post()
  @Act({ action: 'createKey', on: 'key', reason: 'reason' })
  @Idempotent({ route: KEYS_ROUTE, owner: 'operator', ownerField: null, required: false, isPersonal: true })
  @ApiOperation({
    operationId: 'createKey',
    summary: 'Make a key; it is shown only here',
    description: `Only the hash of a key is kept, so nobody can show it a second time. With an \`Idempotency-Key\` a repeated
request makes no other key, and is told \`AlreadyComplete\` with all but the key itself. Was the answer lost? Revoke
that key, and make another one under another \`Idempotency-Key\`.`,
  })
  @ApiAnswers({
    success: 201,
    detail: CreatedKeyDto,
    processing: PendingKeyDto,
    refusals: ['InvalidMerchant', ...REQUEST_REFUSALS],
    details: { RequestComplete: KeyDto },
  })
  async create(
    @Body() body: NewKeyDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<CreatedKeyDto | PendingKeyDto>> {
    const { outcome, made } = await this.keys.create(requestOf(body), claim);
    const location = (keyId: number) => `${LIST}/${keyId}`;
    if (outcome.kind === 'created') {
      const { resourceId: id } = outcome;
      return Answer.success({ ...shown({ ...made, id }), key: made.key }, location(id));
    }
    const find = async (keyId: number) => shown(await this.keys.get(keyId));
    return answerKeyed(outcome, { find, location, locationByKey: LIST });
  }

  @Get()
  @ExpensiveRead()
  @ApiOperation({ operationId: 'listKeys', summary: 'The keys there are, and were, newest first' })
  @ApiAnswers({ success: 200, detail: KeysDto, refusals: [] })
  async list(@Query() { limit, cursor }: KeysQueryDto): Promise<Answer<KeysDto>> {
    const { keys, nextBefore } = await this.keys.list(limit, decodeCursor(cursor));
    return Answer.success({ items: keys.map(shown), nextCursor: encodeCursor(nextBefore) });
  }

  @Get(':keyId')
  @ApiOperation({ operationId: 'getKey', summary: 'A key, without the key itself' })
  @ApiAnswers({ success: 200, detail: KeyDto, refusals: ['KeyNotFound'] })
  async get(@PathId('keyId') keyId: number): Promise<Answer<KeyDto>> {
    return Answer.success(shown(await this.keys.get(keyId)));
  }

  @Delete(':keyId')
  @Act({ action: 'revokeKey', on: 'key', id: 'keyId', reason: 'reason', reasonInQuery: true })
  @ApiOperation({
    operationId: 'revokeKey',
    summary: 'Revoke a key: running services refuse it within five seconds',
    description:
      'Whoever revokes a key twice is told of the first time. The last good key of an operator is not revoked: make ' +
      'another one first.',
  })
  @ApiAnswers({ success: 200, detail: KeyDto, refusals: ['KeyNotFound', 'LastOperatorKey'] })
  async revoke(
    @PathId('keyId') keyId: number,
    @Query() _why: ReasonQueryDto,
    @ActOfCall() act: PlannedAct | null,
  ): Promise<Answer<KeyDto>> {
    const key = await this.keys.revoke(keyId, act);
    this.known.forget(key);
    return Answer.success(shown(key));
  }
}

/** @throws Refusal InvalidRequest for a partner's role without a partner, and for a partner with another role */
function requestOf({ role, partnerId, label, days }: NewKeyDto): KeyRequest {
  if (isOfPartner(role) && partnerId === undefined) throw invalidField('partnerId', `is required with role ${role}`);
  if (!isOfPartner(role) && partnerId !== undefined) throw invalidField('partnerId', `does not go with role ${role}`);
  return { role, partnerId: partnerId ?? null, label: label ?? null, days: days ?? null };
}

function shown(key: Omit<StoredKey, 'hash'>): KeyDto {
  const { id, prefix, role, partnerId, label, createdAt, expiresAt, revokedAt, lastUsedAt } = key;
  return {
    keyId: id,
    prefix,
    role,
    ...(partnerId !== null && { partnerId }),
    ...(label !== null && { label }),
    createdAt: seoulDateTime(createdAt),
    ...(expiresAt && { expiresAt: seoulDateTime(expiresAt) }),
    ...(revokedAt && { revokedAt: seoulDateTime(revokedAt) }),
    ...(lastUsedAt && { lastUsedAt: seoulDateTime(lastUsedAt) }),
  };
}
