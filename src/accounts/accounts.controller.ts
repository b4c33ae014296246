import { Body, Controller, Get, Headers, HttpCode, Post, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Claim, Idempotent, type IdempotencyClaim, REQUEST_REFUSALS } from '../idempotency/index.js';
import type { EntryPeriod } from '../ledger/index.js';
import {
  answerWith,
  mainDetail,
  PAYOUT_REFUSALS,
  PendingTransactionDto,
  TOP_UP_REFUSALS,
  userMovement,
} from '../movements/index.js';
import { seoulDateTime, seoulDayEnd, seoulMidnight } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { prefersCsv } from '../platform/http/accept.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { BYTE_ORDER_MARK, csvLine } from '../platform/http/csv.js';
import { csvFile } from '../platform/http/csv-file.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { BEGUN_WAIT_MS, ExpensiveRead, ExpensiveReads } from '../platform/http/expensive-reads.js';
import { PathId } from '../platform/http/query-fields.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import { AccountsService } from './accounts.service.js';
import {
  AccountTransactionDto,
  AccountTransactionsDto,
  AccountTransactionsQueryDto,
  ChargeDetailDto,
  PayoutDetailDto,
  StatementTooLongDetailDto,
} from './dto/account-transactions.dto.js';
import { ChargeDto } from './dto/charge.dto.js';
import { PayoutDto } from './dto/payout.dto.js';
import { type AccountEntry, ALWAYS, STATEMENT_LINES_MAX, StatementsService } from './statements.service.js';

const CHARGE_SHOWN = userMovement<ChargeDetailDto>(mainDetail);
const PAYOUT_SHOWN = userMovement<PayoutDetailDto>(mainDetail);

/** Of a CSV: fields of the JSON. */
const COLUMNS = [
  'occurredAt',
  'transactionId',
  'type',
  'amount',
  'balanceAfter',
  'counterparty',
  'memo',
  'paymentId',
] as const;

const TRANSACTIONS_DESCRIPTION = `A page stays the same while new entries arrive. With \`type\` a page may have fewer
entries than \`limit\`, even none, and not be the last: go on while there is a \`nextCursor\`.

As CSV (UTF-8 with a byte order mark, RFC 4180) come all entries of the period, newest first, whatever \`limit\` says:
at most ${STATEMENT_LINES_MAX} in the period, of whatever type, or it is \`StatementTooLong\`: ask for shorter ones. What is booked
after it has begun is not in it. A name or memo that begins with \`=\`, \`+\`, \`-\`, \`@\` or a tab gets an apostrophe in front, so
that no spreadsheet program takes it for a formula. A file is whole when its transfer ends by itself; a refusal is JSON.`;

@ApiTags('accounts')
@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly statements: StatementsService,
    private readonly reads: ExpensiveReads,
  ) {}

  @Post('main/charge')
  @Access('app')
  @HttpCode(200)
  @Idempotent({ route: 'charges', owner: 'user', ownerField: 'userId', required: false })
  @ApiOperation({ operationId: 'chargeAccount', summary: 'Charge the main account from the linked bank account' })
  @ApiAnswers({
    success: 200,
    detail: ChargeDetailDto,
    processing: PendingTransactionDto,
    refusals: ['InvalidUserId', ...REQUEST_REFUSALS, ...TOP_UP_REFUSALS],
  })
  async charge(
    @Body() { userId, amount }: ChargeDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<ChargeDetailDto | Partial<PendingTransactionDto>>> {
    return answerWith(CHARGE_SHOWN, await this.accounts.charge(userId, amount, claim));
  }

  @Post('main/withdrawals')
  @Access('app')
  @Idempotent({ route: 'withdrawals', owner: 'user', ownerField: 'userId', required: true })
  @ApiOperation({
    operationId: 'withdrawMain',
    summary: 'Withdraw from the main account to a linked bank account',
    description:
      'To the default, unless `linkedAccountId` names another one. What the bank gives no clear answer on is 202: it is ' +
      'held, and paid or given back once the bank has said so. It does not count against the limit of what may be taken ' +
      'from linked accounts on one day.',
  })
  @ApiAnswers({
    success: 201,
    detail: PayoutDetailDto,
    processing: PendingTransactionDto,
    refusals: ['InvalidUserId', 'IdempotencyKeyMissing', ...REQUEST_REFUSALS, ...PAYOUT_REFUSALS],
  })
  async withdraw(
    @Body() body: PayoutDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<PayoutDetailDto | Partial<PendingTransactionDto>>> {
    return answerWith(PAYOUT_SHOWN, await this.accounts.payOut(body, claim));
  }

  @Get(':accountId/transactions')
  @Access('app', 'operator')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'listAccountTransactions',
    summary: "An account's entries, newest first; `Accept: text/csv` has all of a period as CSV",
    description: TRANSACTIONS_DESCRIPTION,
  })
  @ApiAnswers({
    success: 200,
    detail: AccountTransactionsDto,
    csv: `${BYTE_ORDER_MARK}${csvLine(COLUMNS)}2025-02-26 00:55:56,42,TRANSFER,-5000,5000,김토스,"점심값, 커피",\r\n`,
    refusals: ['AccountNotFound', 'StatementTooLong'],
    details: { StatementTooLong: StatementTooLongDetailDto },
  })
  async list(
    @PathId('accountId') accountId: number,
    @Query() query: AccountTransactionsQueryDto,
    @Headers('accept') accept: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<AccountTransactionsDto> | StreamableFile> {
    reply.header('vary', 'accept');
    const wanted = { accountId, period: periodOf(query), type: query.type?.toUpperCase() };
    if (!prefersCsv(accept)) {
      const page = await this.statements.listEntries(wanted, query.limit, decodeCursor(query.cursor));
      return Answer.success({ items: page.entries.map(shown), nextCursor: encodeCursor(page.nextBefore) });
    }
    if (query.cursor !== undefined) throw invalidField('cursor', 'goes with JSON only: a CSV has all entries');
    const pages = await this.statements.readAll(wanted, (read) =>
      this.reads.runFor(request.caller, read, BEGUN_WAIT_MS),
    );
    reply.answerCode = 'Success';
    return csvFile({ name: fileNameOf(accountId, query), columns: COLUMNS, hasText: true }, pages, ({ entries }) =>
      entries.map(shown),
    );
  }
}

/** The days of a query, both included; null where it names none. */
function periodOf({ from, to }: AccountTransactionsQueryDto): EntryPeriod | null {
  if (from !== undefined && to !== undefined && to < from) throw invalidField('to', 'must not be before from');
  if (from === undefined && to === undefined) return null;
  return {
    since: from === undefined ? ALWAYS.since : seoulMidnight(from),
    until: to === undefined ? ALWAYS.until : seoulDayEnd(to),
  };
}

function fileNameOf(accountId: number, { from, to }: AccountTransactionsQueryDto): string {
  return ['transactions', accountId, from && `from-${from}`, to && `to-${to}`].filter(Boolean).join('-');
}

function shown(entry: AccountEntry): AccountTransactionDto {
  return {
    transactionId: entry.movementId,
    type: entry.type,
    amount: entry.amount,
    balanceAfter: entry.balanceAfter,
    counterparty: entry.counterparty,
    ...(entry.paymentId !== undefined && { paymentId: entry.paymentId }),
    ...(entry.memo !== undefined && { memo: entry.memo }),
    occurredAt: seoulDateTime(entry.postedAt),
  };
}
