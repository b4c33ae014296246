import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { FoundDto, FoundPageDto, SearchQueryDto } from './dto/search.dto.js';
import type { Found } from './search.js';
import { decodePlaces, encodePlaces } from './search-cursor.js';
import { SearchService } from './search.service.js';

const DESCRIPTION = `What \`q\` may be is decided by its shape, and what may be several things is looked for as each: \`12\` is an id, an
order number and a key. Spaces around it don't count. E-mails and partners' names are found whatever their case; a name
by how it begins, all else as a whole. An account's number may be written with or without hyphens.

The first page has what is exactly that, and then up to \`limit\` each by key, by order number (across partners) and by
name; the next pages go on with those that have more. Of one partner's order, or one owner's key, a page has \`limit\`
attempts at most, the one that counts first.

A request's \`X-Request-Id\` is not kept with what it did: the line of that request in the service's log names the payment
or movement.`;

@ApiTags('operations')
@Controller('operations/search')
export class SearchController {
  constructor(private readonly searches: SearchService) {}

  @Get()
  @Access('operator')
  @ApiOperation({
    operationId: 'searchEverything',
    summary: 'Find users, payments, movements, accounts and partners by what people are told of them',
    description: DESCRIPTION,
  })
  @ApiAnswers({ success: 200, detail: FoundPageDto, refusals: [] })
  async search(@Query() { q, limit, cursor }: SearchQueryDto): Promise<Answer<FoundPageDto>> {
    const places = cursor === undefined ? null : decodePlaces(cursor);
    const { items, next } = await this.searches.search(q, places, limit);
    return Answer.success({ items: items.map(shown), nextCursor: encodePlaces(next) });
  }
}

function shown({ occurredAt, ...found }: Found): FoundDto {
  return { ...found, occurredAt: seoulDateTime(occurredAt) };
}
