import { Shown } from '../../platform/docs/shown.js';
import { Choice, field, patternRule } from '../../platform/http/fields.js';
import { QueryCursor, QueryDay, QueryId, QueryLimit } from '../../platform/http/query-fields.js';
import { ACT_SUBJECTS, type ActSubject } from '../operator-act.entity.js';

const ACTION_RULE = patternRule('^[A-Za-z]{1,64}$', 'must be the name of an operation', 'cancelPayment');

export class ActsQueryDto {
  @Choice(ACT_SUBJECTS, { optional: true, example: 'payment', description: 'with `subjectId`: what was done to this' })
  subject?: ActSubject;

  @QueryId({ optional: true, example: 15, description: 'with `subject`' }) subjectId?: number;

  @QueryId({ optional: true, example: 3, description: 'what was done with this key' }) keyId?: number;

  @field(ACTION_RULE, { optional: true, description: 'what was done by this operation' }) action?: string;

  @QueryDay({ optional: true, description: 'on this day or later, in Asia/Seoul' }) from?: string;

  @QueryDay({ optional: true, description: 'on this day or before' }) to?: string;

  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

export class ActDto {
  @Shown.id({ example: 8, description: "the act's id" }) actId!: number;
  @Shown.dateTime({ description: 'when' }) actedAt!: string;
  @Shown.text({ example: 'cancelPayment', description: "what: the operation's name, also of `npm run keys`" })
  action!: string;
  @Shown.id({ optional: true, example: 3, description: 'who: the id of the key; absent where none was asked for' })
  keyId?: number;
  @Shown.text({
    example: 'operator',
    description: "the key's role; `anyone`: came without a key; `shell`: a command on a machine of the operator's",
  })
  role!: string;
  @Shown.text({ example: '203.0.113.7', description: "from where: an address; of the shell, the machine's name" })
  address!: string;
  @Shown.text({
    optional: true,
    example: '0b9c3a52',
    description: 'the `X-Request-Id`; absent where it was no request',
  })
  requestId?: string;
  @Shown.text({ optional: true, example: '구매자 변심', description: 'why, where it was said' }) reason?: string;
  @Shown.choice(ACT_SUBJECTS, { example: 'payment', description: 'on what' }) subject!: string;
  @Shown.id({ optional: true, example: 15, description: 'on which; absent where there is only one' })
  subjectId?: number;
}

export class ActsDto {
  @Shown.list(() => ActDto, { description: 'the acts, newest first' }) items!: ActDto[];
  @Shown.text({ nullable: true, description: 'the `cursor` of the next page; null on the last one', example: 'MTIz' })
  nextCursor!: string | null;
}
