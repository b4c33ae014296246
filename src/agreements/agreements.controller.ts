import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { answerKeyed, Claim, Idempotent, type IdempotencyClaim, REQUEST_REFUSALS } from '../idempotency/index.js';
import { fromSeoulDateTime, seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { PathId } from '../platform/http/query-fields.js';
import { PendingResourceDto } from '../users/index.js';
import type { AgreementRecord } from './agreements.repository.js';
import { AgreementsService } from './agreements.service.js';
import { AgreeDto, AgreedDto, AgreementsDto, AgreementsQueryDto, EndedAgreementDto } from './dto/agreement.dto.js';

/** The user is in the path, where only the handler looks. */
const KEYED = { owner: 'user', ownerField: null, required: false } as const;

@ApiTags('agreements')
@Controller('users/:userId/agreements')
export class AgreementsController {
  constructor(private readonly agreements: AgreementsService) {}

  @Post()
  @Access('app')
  @Idempotent({ ...KEYED, route: 'agreements' })
  @ApiOperation({
    operationId: 'makeAgreement',
    summary: 'The user lets a partner take money, up to these limits; replaces what was agreed with it before',
    description: `Where payments need an agreement (\`PAYMENT_AGREEMENTS=required\`, the default in production), a partner
can take nothing from anybody without one. Elsewhere only users who have ever agreed to something with a partner are held to
it. For the day count payments and authorisations that did not fail, whatever was cancelled or voided since; a new
agreement does not begin the day anew.`,
  })
  @ApiAnswers({
    success: 201,
    detail: AgreedDto,
    processing: PendingResourceDto,
    refusals: ['InvalidUserId', 'InvalidMerchant', ...REQUEST_REFUSALS],
  })
  async agree(
    @PathId('userId') userId: number,
    @Body() { partnerId, limitPerPayment, limitPerDay, expiresAt }: AgreeDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<AgreedDto | PendingResourceDto>> {
    const until = expiresAt === undefined ? null : fromSeoulDateTime(expiresAt);
    const wanted = { userId, partnerId, limitPerPayment, limitPerDay, expiresAt: until };
    const list = `/users/${userId}/agreements`;
    return answerKeyed(await this.agreements.agree(wanted, claim), {
      find: async (id) => agreed(await this.agreements.get(userId, id)),
      location: () => list,
      locationByKey: list,
    });
  }

  @Get()
  @Access('app', 'operator')
  @ApiOperation({ operationId: 'listAgreements', summary: 'What a user lets partners take, and did before' })
  @ApiAnswers({ success: 200, detail: AgreementsDto, refusals: ['InvalidUserId'] })
  async list(
    @PathId('userId') userId: number,
    @Query() { limit, cursor }: AgreementsQueryDto,
  ): Promise<Answer<AgreementsDto>> {
    const found = await this.agreements.list(userId, limit + 1, decodeCursor(cursor));
    const page = found.slice(0, limit);
    const items = page.map(({ state, usedToday, endedAt, ...agreement }) => ({
      ...agreed(agreement),
      status: state,
      ...(endedAt && { endedAt: seoulDateTime(endedAt) }),
      usedToday,
    }));
    return Answer.success({ items, nextCursor: encodeCursor(found.length > limit ? (page.at(-1)?.id ?? null) : null) });
  }

  @Delete(':agreementId')
  @Access('app')
  @Idempotent({ ...KEYED, route: 'agreement-ends' })
  @ApiOperation({
    operationId: 'endAgreement',
    summary: 'The user takes it back: from the answer on, the partner can take nothing, through whatever instance',
    description: 'What was authorised by it before can still be captured, and payments that wait for a bank go on.',
  })
  @ApiAnswers({
    success: 200,
    detail: EndedAgreementDto,
    processing: PendingResourceDto,
    refusals: ['InvalidUserId', 'AgreementNotFound', ...REQUEST_REFUSALS],
  })
  async end(
    @PathId('userId') userId: number,
    @PathId('agreementId') agreementId: number,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<EndedAgreementDto | PendingResourceDto>> {
    const list = `/users/${userId}/agreements`;
    return answerKeyed(await this.agreements.end(userId, agreementId, claim), {
      find: async (id) => {
        const { endedAt } = await this.agreements.get(userId, id);
        return { agreementId: id, endedAt: seoulDateTime(endedAt as Date) };
      },
      location: () => list,
      locationByKey: list,
    });
  }
}

function agreed(agreement: Omit<AgreementRecord, 'endedAt'>): AgreedDto {
  const { id, partnerId, limitPerPayment, limitPerDay, agreedAt, expiresAt } = agreement;
  return {
    agreementId: id,
    partnerId,
    limitPerPayment,
    limitPerDay,
    agreedAt: seoulDateTime(agreedAt),
    ...(expiresAt && { expiresAt: seoulDateTime(expiresAt) }),
  };
}
