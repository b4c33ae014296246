import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Claim, Idempotent, type IdempotencyClaim, REQUEST_REFUSALS } from '../idempotency/index.js';
import {
  answerWith,
  mainDetail,
  MovementDetailDto,
  type MovementPresentation,
  PendingTransactionDto,
  TOP_UP_REFUSALS,
  toppedUpDetail,
  userMovement,
} from '../movements/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import type { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { TransferDetailDto, TransferEndDetailDto } from './dto/transfer-detail.dto.js';
import { TransferDto, TransferEndDto } from './dto/transfer.dto.js';
import { type EndDetails, expiresAt, type HoldDetails } from './held-transfer.movements.js';
import { HeldTransfersService, transferDecided } from './held-transfers.service.js';
import { TransfersService } from './transfers.service.js';

const TRANSFER_SHOWN = userMovement<MovementDetailDto>(toppedUpDetail);

const HOLD_SHOWN = userMovement<TransferDetailDto, HoldDetails>((movement, details) => ({
  ...toppedUpDetail(movement),
  status: 'HELD',
  expiresAt: seoulDateTime(expiresAt(movement, details)),
}));

const END_SHOWN: MovementPresentation<EndDetails, TransferEndDetailDto, PendingTransactionDto> = {
  ...userMovement((movement, { transferId, outcome }: EndDetails) => ({
    ...mainDetail(movement),
    transferId,
    status: outcome,
  })),
  taken: ({ completedAt }, details) => transferDecided(details, completedAt as Date),
};

const END_ANSWERS = {
  success: 201,
  detail: TransferEndDetailDto,
  processing: PendingTransactionDto,
  refusals: ['TransferNotFound', 'TransferNotHeld', 'TransferDecided', 'AccountClosed', ...REQUEST_REFUSALS],
} as const;

@ApiTags('transfers')
@Controller('transfers')
export class TransfersController {
  constructor(
    private readonly transfers: TransfersService,
    private readonly held: HeldTransfersService,
  ) {}

  @Post()
  @Access('app')
  @Idempotent({ route: 'transfers', owner: 'user', ownerField: 'fromUserId', required: false })
  @ApiOperation({
    operationId: 'transferMoney',
    summary: 'Send money to another user, topped up from the linked bank account by what is missing',
  })
  @ApiAnswers({
    success: 201,
    detail: TransferDetailDto,
    processing: PendingTransactionDto,
    refusals: ['InvalidUserId', ...REQUEST_REFUSALS, ...TOP_UP_REFUSALS],
  })
  async transfer(
    @Body() { acceptance, ...body }: TransferDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<TransferDetailDto | Partial<PendingTransactionDto>>> {
    if (acceptance === undefined) return answerWith(TRANSFER_SHOWN, await this.transfers.transfer(body, claim));
    return answerWith(HOLD_SHOWN, await this.transfers.hold(body, claim));
  }

  @Post(':transferId/accept')
  @Access('app')
  @Idempotent({ route: 'transfer-accepts', owner: 'user', ownerField: 'userId', required: false })
  @ApiOperation({ operationId: 'acceptTransfer', summary: 'The receiver takes the money of a transfer that is held' })
  @ApiAnswers({ ...END_ANSWERS, refusals: [...END_ANSWERS.refusals, 'AccountFrozen'] })
  async accept(
    @PathId('transferId') transferId: number,
    @Body() { userId }: TransferEndDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<TransferEndDetailDto | Partial<PendingTransactionDto>>> {
    return answerWith(END_SHOWN, await this.held.accept(transferId, userId, claim));
  }

  @Post(':transferId/cancel')
  @Access('app')
  @Idempotent({ route: 'transfer-cancels', owner: 'user', ownerField: 'userId', required: false })
  @ApiOperation({
    operationId: 'cancelTransfer',
    summary: 'The sender takes the money of a transfer that is held back; after 72 hours it goes back by itself',
  })
  @ApiAnswers(END_ANSWERS)
  async cancel(
    @PathId('transferId') transferId: number,
    @Body() { userId }: TransferEndDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<TransferEndDetailDto | Partial<PendingTransactionDto>>> {
    return answerWith(END_SHOWN, await this.held.cancel(transferId, userId, claim));
  }
}
