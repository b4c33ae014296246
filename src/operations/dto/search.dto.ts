import { Shown } from '../../platform/docs/shown.js';
import { Text } from '../../platform/http/fields.js';
import { QueryCursor, QueryLimit } from '../../platform/http/query-fields.js';
import { FOUND_KINDS, MATCHES, QUERY_LENGTH_MAX } from '../search.js';

export class SearchQueryDto {
  @Text(QUERY_LENGTH_MAX, {
    example: 'hello@gmail',
    description:
      'an e-mail address, an id, an order number, an `Idempotency-Key`, the number of an account or of a linked bank ' +
      'account, or how the name of a partner begins',
  })
  q!: string;

  @QueryLimit(10, 50) limit!: number;

  @QueryCursor() cursor?: string;
}

export class FoundDto {
  @Shown.choice(FOUND_KINDS, { description: 'what it is: a payment is not shown as a movement once more' })
  kind!: string;
  @Shown.id({ description: 'its id, by its kind' }) id!: number;
  @Shown.text({
    example: '홍길동',
    description: "a user's or partner's name, a payment's order number, a movement's type, an account's number",
  })
  title!: string;
  @Shown.choice(MATCHES, { description: 'what of it was searched for' }) matchedBy!: string;
  @Shown.text({ optional: true, example: 'hello@gmail', description: 'only of a user' }) email?: string;
  @Shown.text({ optional: true, example: 'APPROVED', description: 'of a user, a payment or a movement' })
  status?: string;
  @Shown.text({ optional: true, example: 'MAIN', description: 'of an account: its kind' }) type?: string;
  @Shown.won({ optional: true, description: 'of a payment or a movement, in won' }) amount?: number;
  @Shown.id({ optional: true, description: 'whose payment, movement or account it is' }) userId?: number;
  @Shown.id({ optional: true, example: 100, description: 'who is paid, or whose account it is' }) partnerId?: number;
  @Shown.id({ optional: true, example: 15, description: 'of a movement: the payment that it is a part of' })
  paymentId?: number;
  @Shown.dateTime({ description: 'when it was asked for, or when the user, account or partner came' })
  occurredAt!: string;
}

export class FoundPageDto {
  @Shown.list(() => FoundDto, { description: 'exact matches first' }) items!: FoundDto[];
  @Shown.text({
    nullable: true,
    example: 'bzEwMA',
    description: 'the `cursor` of the next page, where a key, an order number or a name has more; null on the last one',
  })
  nextCursor!: string | null;
}
