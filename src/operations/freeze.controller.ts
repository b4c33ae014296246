import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Act } from '../acts/index.js';
import {
  answerKeyed,
  Claim,
  Idempotent,
  type IdempotencyClaim,
  type KeyedOutcome,
  REQUEST_REFUSALS,
} from '../idempotency/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import type { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { PendingResourceDto } from '../users/index.js';
import { FreezeDto, FrozenPartnerDto, FrozenUserDto } from './dto/freeze.dto.js';
import { FreezeService } from './freeze.service.js';

/** Whom it is about is in the path, where only the handler looks. */
const keyed = (owner: 'user' | 'partner', route: string) => ({ owner, route, ownerField: null, required: false });

interface Frozen {
  readonly frozen: boolean;
  readonly frozenAt?: string;
}

@ApiTags('operations')
@Access('operator')
@Controller('operations')
export class FreezeController {
  constructor(private readonly freezes: FreezeService) {}

  @Post('users/:userId/freeze')
  @Act({ action: 'freezeUser', on: 'user', id: 'userId', reason: 'reason' })
  @Idempotent(keyed('user', 'freezes'))
  @ApiOperation({
    operationId: 'freezeUser',
    summary: "Stop a user's money: from the answer on nothing new moves, through whatever instance",
    description: `What would take money from the user, or give any to them, is refused with \`AccountFrozen\`, and so are changes
of linked accounts and closing the wallet. What is under way is settled: a top-up or a withdrawal that waits for a bank, the
capture, void and expiry of what was authorised, refunds, and the return of held transfers. Interest goes on.
Who is frozen already stays so since the first time.`,
  })
  @ApiAnswers({
    success: 200,
    detail: FrozenUserDto,
    processing: PendingResourceDto,
    refusals: ['InvalidUserId', ...REQUEST_REFUSALS],
  })
  async freezeUser(
    @PathId('userId') userId: number,
    @Body() _why: FreezeDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<FrozenUserDto | PendingResourceDto>> {
    const outcome = await this.freezes.freeze('user', userId, claim);
    return answer(outcome, `/users/${userId}`, (since) => ({ userId, ...frozenSince(since) }));
  }

  @Post('users/:userId/unfreeze')
  @Act({ action: 'unfreezeUser', on: 'user', id: 'userId', reason: 'reason' })
  @Idempotent(keyed('user', 'unfreezes'))
  @ApiOperation({ operationId: 'unfreezeUser', summary: "Let a user's money move again" })
  @ApiAnswers({
    success: 200,
    detail: FrozenUserDto,
    processing: PendingResourceDto,
    refusals: ['InvalidUserId', ...REQUEST_REFUSALS],
  })
  async unfreezeUser(
    @PathId('userId') userId: number,
    @Body() _why: FreezeDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<FrozenUserDto | PendingResourceDto>> {
    const outcome = await this.freezes.unfreeze('user', userId, claim);
    return answer(outcome, `/users/${userId}`, () => ({ userId, frozen: false }));
  }

  @Post('partners/:partnerId/freeze')
  @Act({ action: 'freezePartner', on: 'partner', id: 'partnerId', reason: 'reason' })
  @Idempotent(keyed('partner', 'freezes'))
  @ApiOperation({
    operationId: 'freezePartner',
    summary: 'Stop a merchant: what asks for a payment after the answer is refused, through whatever instance',
    description: `Payments and authorisations are refused with \`PartnerFrozen\`. Captures, voids, cancels, settlements and
webhooks go on, and the merchant's keys stay good. Who is frozen already stays so since the first time.`,
  })
  @ApiAnswers({
    success: 200,
    detail: FrozenPartnerDto,
    processing: PendingResourceDto,
    refusals: ['InvalidMerchant', ...REQUEST_REFUSALS],
  })
  async freezePartner(
    @PathId('partnerId') partnerId: number,
    @Body() _why: FreezeDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<FrozenPartnerDto | PendingResourceDto>> {
    const outcome = await this.freezes.freeze('partner', partnerId, claim);
    return answer(outcome, `/partners/${partnerId}`, (since) => ({ partnerId, ...frozenSince(since) }));
  }

  @Post('partners/:partnerId/unfreeze')
  @Act({ action: 'unfreezePartner', on: 'partner', id: 'partnerId', reason: 'reason' })
  @Idempotent(keyed('partner', 'unfreezes'))
  @ApiOperation({ operationId: 'unfreezePartner', summary: 'Let a merchant be paid again' })
  @ApiAnswers({
    success: 200,
    detail: FrozenPartnerDto,
    processing: PendingResourceDto,
    refusals: ['InvalidMerchant', ...REQUEST_REFUSALS],
  })
  async unfreezePartner(
    @PathId('partnerId') partnerId: number,
    @Body() _why: FreezeDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<FrozenPartnerDto | PendingResourceDto>> {
    const outcome = await this.freezes.unfreeze('partner', partnerId, claim);
    return answer(outcome, `/partners/${partnerId}`, () => ({ partnerId, frozen: false }));
  }
}

/** What is shown of them says what became of it. */
function answer<Detail extends Frozen>(
  outcome: KeyedOutcome,
  location: string,
  detail: (outcomeNumber: number) => Detail,
): Promise<Answer<Detail | PendingResourceDto>> {
  const find = (outcomeNumber: number) => Promise.resolve(detail(outcomeNumber));
  return answerKeyed(outcome, { find, location: () => location, locationByKey: location });
}

function frozenSince(epochMs: number): Required<Frozen> {
  return { frozen: true, frozenAt: seoulDateTime(new Date(epochMs)) };
}
