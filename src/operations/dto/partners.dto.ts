import { PartnerDto } from '../../partners/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { Text } from '../../platform/http/fields.js';
import { QueryCursor, QueryLimit } from '../../platform/http/query-fields.js';

export class PartnersQueryDto {
  @Text(50, { optional: true, example: '길동', description: 'only those whose names begin so, whatever their case' })
  name?: string;

  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

export class PartnersDto {
  @Shown.list(() => PartnerDto, { description: 'the merchants, by id; with `name`, by name' }) items!: PartnerDto[];
  @Shown.text({ nullable: true, example: 'MTAw', description: 'the `cursor` of the next page; null on the last one' })
  nextCursor!: string | null;
}
