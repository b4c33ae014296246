import { Controller, Delete } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { answerKeyed, Claim, Idempotent, type IdempotencyClaim, REQUEST_REFUSALS } from '../idempotency/index.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import type { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { PendingResourceDto } from '../users/index.js';
import { ClosedWalletDto } from './dto/closed-wallet.dto.js';
import { WalletClosingService } from './wallet-closing.service.js';

@ApiTags('users')
@Controller('users')
export class WalletsController {
  constructor(private readonly closing: WalletClosingService) {}

  @Delete(':userId')
  @Access('app')
  @Idempotent({ route: 'wallet-closings', owner: 'user', ownerField: null, required: false })
  @ApiOperation({
    operationId: 'closeWallet',
    summary: 'Close a wallet with nothing in it, and erase what is personal of its user',
    description: `Everything must have left it: no money, no open savings account, nothing that waits for a bank, and no
transfer from or to it that waits to be accepted; \`WalletNotEmpty\` says what there is. Name, e-mail, account numbers and
memos are erased; the books stay. The e-mail may sign up again, as another user.`,
  })
  @ApiAnswers({
    success: 200,
    detail: ClosedWalletDto,
    processing: PendingResourceDto,
    refusals: ['InvalidUserId', 'AccountFrozen', 'WalletNotEmpty', ...REQUEST_REFUSALS],
  })
  async close(
    @PathId('userId') userId: number,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<ClosedWalletDto | PendingResourceDto>> {
    const location = `/users/${userId}`; // no longer there: closed
    return answerKeyed(await this.closing.close(userId, claim), {
      find: () => Promise.resolve({ userId }),
      location: () => location,
      locationByKey: location,
    });
  }
}
