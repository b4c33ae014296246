import { Controller, Get, Headers, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PaymentLine } from '../payments/index.js';
import { addDays, seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { prefersCsv } from '../platform/http/accept.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { CSV_TYPE, csvFile } from '../platform/http/csv-file.js';
import { csvLine } from '../platform/http/csv.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { BEGUN_WAIT_MS, ExpensiveRead, ExpensiveReads } from '../platform/http/expensive-reads.js';
import { PathDay, PathId } from '../platform/http/query-fields.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import {
  DAYS_MAX,
  SettledDayDto,
  SettledDaysDto,
  SettlementDto,
  SettlementLineDto,
  SettlementLinesDto,
  SettlementLinesQueryDto,
  SettlementQueryDto,
} from './dto/settlement.dto.js';
import type { Days, Settlement } from './settlement.js';
import { SettlementLinesService } from './settlement-lines.service.js';
import { type SettledDay, SettlementsService } from './settlements.service.js';

/** Of each CSV: fields of the JSON. */
const COLUMNS = ['date', 'partnerId', 'count', 'gross', 'cancelCount', 'cancels', 'net'] as const;
const DAY_COLUMNS = [
  'date',
  'paymentCount',
  'payments',
  'captureCount',
  'captures',
  'cancelCount',
  'cancels',
  'net',
  'isClosed',
] as const;
const LINE_COLUMNS = ['occurredAt', 'type', 'paymentId', 'captureId', 'cancelId', 'partnerPayKey', 'amount'] as const;
const DAY_MS = 86_400_000;

const SETTLEMENT_DESCRIPTION = `With \`date\` this one day; with \`from\` and \`to\` a line for each day of the period, at most
${DAYS_MAX} days, oldest first: follow \`nextCursor\` until it is null. A page may have fewer days than \`limit\` where there
are very many payments.

A payment counts on the day on which it was approved, a capture and a cancel on their own. A day that is over is closed
by the first look at it: what was said of it then is said for ever, and whatever is committed later counts on the next
day. Right after midnight something of the day before may still be on its way: with \`date\` that is a 503, in a period
the day is not \`isClosed\` yet.

As CSV come all days of the period, whatever \`limit\` says: ${DAY_COLUMNS.join(', ')}.`;

const LINES_DESCRIPTION = `All entries of the partner's account that the settlement of the day is the sum of: what was paid, captured and
given back. They are in the order of their movements, newest first, so that a page stays the same while new ones
arrive; what waits for a bank takes its place once the bank has answered. The lines of a day that is over never change.
Where many payments failed a page may have fewer lines than \`limit\`: go on while there is a \`nextCursor\`.

As CSV (RFC 4180) come all lines of the day, however many. An order that begins with \`=\`, \`+\`, \`-\` or \`@\` gets an
apostrophe in front, so that no spreadsheet program takes it for a formula. A file is whole when its transfer ends by
itself; a refusal is JSON.`;

@ApiTags('settlements')
@Controller('partners/:partnerId/settlements')
export class SettlementsController {
  constructor(
    private readonly settlements: SettlementsService,
    private readonly lines: SettlementLinesService,
    private readonly reads: ExpensiveReads,
  ) {}

  @Get()
  @Access('partner', 'operator')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'getSettlement',
    summary: 'What a partner is owed for a business day, or for each of a period; `Accept: text/csv` has it as CSV',
    description: SETTLEMENT_DESCRIPTION,
  })
  @ApiAnswers({
    success: 200,
    detail: SettlementDto,
    orDetail: SettledDaysDto,
    csv: `${COLUMNS.join(',')}\r\n2025-02-26,100,3,69000,1,10000,59000\r\n`,
    refusals: ['InvalidMerchant'],
  })
  async get(
    @PathId('partnerId') partnerId: number,
    @Query() query: SettlementQueryDto,
    @Headers('accept') accept: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<SettlementDto | SettledDaysDto> | StreamableFile | string> {
    reply.header('vary', 'accept');
    const period = periodOf(query);
    if (period === null) return this.getDay(partnerId, query.date as string, prefersCsv(accept), reply);
    const begin = beginOf(period, query.cursor);
    if (!prefersCsv(accept)) {
      const { days, next } = await this.settlements.list(partnerId, { ...period, from: begin }, query.limit);
      return Answer.success({ partnerId, items: days.map(dayShown), nextCursor: encodeDay(next) });
    }
    if (query.cursor !== undefined) throw invalidField('cursor', 'goes with JSON only: a CSV has all days');
    const pages = await this.settlements.readAll(partnerId, period, (read) =>
      this.reads.runFor(request.caller, read, BEGUN_WAIT_MS),
    );
    reply.answerCode = 'Success';
    const name = `settlements-${partnerId}-from-${period.from}-to-${period.to}`;
    return csvFile({ name, columns: DAY_COLUMNS, hasText: false }, pages, ({ days }) => days.map(dayShown));
  }

  @Get(':day/lines')
  @Access('partner', 'operator')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'listSettlementLines',
    summary: 'The lines of a business day: payments, captures and cancels; `Accept: text/csv` has all of them as CSV',
    description: LINES_DESCRIPTION,
  })
  @ApiAnswers({
    success: 200,
    detail: SettlementLinesDto,
    csv: `${csvLine(LINE_COLUMNS)}2025-02-26 00:55:56,CANCEL,15,16,partner-key-123,-10000\r\n`,
    refusals: ['InvalidMerchant'],
  })
  async listLines(
    @PathId('partnerId') partnerId: number,
    @PathDay('day') day: string,
    @Query() { limit, cursor }: SettlementLinesQueryDto,
    @Headers('accept') accept: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<SettlementLinesDto> | StreamableFile> {
    reply.header('vary', 'accept');
    if (!prefersCsv(accept)) {
      const { lines, before, isClosed } = await this.lines.list(partnerId, day, limit, decodeCursor(cursor));
      const items = lines.map(lineShown);
      return Answer.success({ date: day, partnerId, isClosed, items, nextCursor: encodeCursor(before) });
    }
    if (cursor !== undefined) throw invalidField('cursor', 'goes with JSON only: a CSV has all lines');
    const pages = await this.lines.readAll(partnerId, day, (read) =>
      this.reads.runFor(request.caller, read, BEGUN_WAIT_MS),
    );
    reply.answerCode = 'Success';
    const name = `settlement-${partnerId}-${day}`;
    return csvFile({ name, columns: LINE_COLUMNS, hasText: false }, pages, ({ lines }) => lines.map(lineShown));
  }

  private async getDay(
    partnerId: number,
    date: string,
    inCsv: boolean,
    reply: FastifyReply,
  ): Promise<Answer<SettlementDto> | string> {
    const shown = settlementShown(partnerId, date, await this.settlements.get(partnerId, date));
    if (!inCsv) return Answer.success(shown);
    reply.type(CSV_TYPE);
    return csvLine(COLUMNS) + csvLine(COLUMNS.map((column) => shown[column]));
  }
}

/** The days of a query, both included; null where it asks for one alone. */
function periodOf({ date, from, to = from, cursor }: SettlementQueryDto): Days | null {
  if (date !== undefined || from === undefined || to === undefined) {
    const alone = Object.entries({ from, to, cursor }).find(([, value]) => value !== undefined);
    if (date === undefined) throw invalidField(alone ? 'from' : 'date', 'give date, or from and to');
    if (alone) throw invalidField(alone[0], 'does not go with date');
    return null;
  }
  if (to < from) throw invalidField('to', 'must not be before from');
  if (to >= addDays(from, DAYS_MAX)) throw invalidField('to', `must not be later than ${DAYS_MAX} days, from included`);
  return { from, to };
}

/** A cursor is opaque to clients; it holds the midnight of the next page's first day. */
const encodeDay = (day: string | null) => encodeCursor(day === null ? null : Date.parse(day));

/** @throws Refusal InvalidRequest for a cursor of another period */
function beginOf({ from, to }: Days, cursor: string | undefined): string {
  if (cursor === undefined) return from;
  const days = (decodeCursor(cursor) - Date.parse(from)) / DAY_MS;
  if (Number.isInteger(days) && days >= 0 && addDays(from, days) <= to) return addDays(from, days);
  throw invalidField('cursor', 'must be the nextCursor of an earlier page');
}

function settlementShown(
  partnerId: number,
  date: string,
  { PAYMENT, CAPTURE, CANCEL, net }: Settlement,
): SettlementDto {
  const gross = PAYMENT.amount + CAPTURE.amount;
  const count = PAYMENT.count + CAPTURE.count;
  return { date, partnerId, count, gross, cancelCount: CANCEL.count, cancels: CANCEL.amount, net };
}

function dayShown({ day, settlement: { PAYMENT, CAPTURE, CANCEL, net }, isClosed }: SettledDay): SettledDayDto {
  return {
    date: day,
    paymentCount: PAYMENT.count,
    payments: PAYMENT.amount,
    captureCount: CAPTURE.count,
    captures: CAPTURE.amount,
    cancelCount: CANCEL.count,
    cancels: CANCEL.amount,
    net,
    isClosed,
  };
}

function lineShown({ movementId, type, paymentId, partnerPayKey, amount, postedAt }: PaymentLine): SettlementLineDto {
  return {
    occurredAt: seoulDateTime(postedAt),
    type,
    paymentId,
    ...(type === 'CAPTURE' && { captureId: movementId }),
    ...(type === 'CANCEL' && { cancelId: movementId }),
    partnerPayKey,
    amount,
  };
}
