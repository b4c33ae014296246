import { Shown } from '../../platform/docs/shown.js';
import { DateTime, Id, Won } from '../../platform/http/fields.js';
import { QueryCursor, QueryLimit } from '../../platform/http/query-fields.js';

export class AgreeDto {
  @Id({ example: 100, description: 'who may take money' }) partnerId!: number;

  @Won({ example: 50_000, description: 'what one payment may come to, in won' }) limitPerPayment!: number;

  @Won({ example: 200_000, description: 'what payments of one day (Asia/Seoul) may come to, in won' })
  limitPerDay!: number;

  @DateTime({ optional: true, description: 'when it ends by itself, in Asia/Seoul; never when absent' })
  expiresAt?: string;
}

export class AgreementsQueryDto {
  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

export class AgreedDto {
  @Shown.id({ example: 5, description: "the agreement's id" }) agreementId!: number;
  @Shown.id({ example: 100, description: 'who may take money' }) partnerId!: number;
  @Shown.won({ example: 50_000, description: 'what one payment may come to, in won' }) limitPerPayment!: number;
  @Shown.won({ example: 200_000, description: 'what payments of one day may come to, in won' }) limitPerDay!: number;
  @Shown.dateTime({ description: 'when it was agreed to' }) agreedAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it ends by itself' }) expiresAt?: string;
}

export class AgreementDto extends AgreedDto {
  @Shown.choice(['ACTIVE', 'ENDED', 'EXPIRED'], { description: 'ENDED: it was taken back, or replaced' })
  status!: string;
  @Shown.dateTime({ optional: true, description: 'when it was taken back, or replaced' }) endedAt?: string;
  @Shown.won({
    example: 23_000,
    description: 'what the partner has taken today, in won; 0 for one that was replaced',
  })
  usedToday!: number;
}

export class EndedAgreementDto {
  @Shown.id({ example: 5, description: "the agreement's id" }) agreementId!: number;
  @Shown.dateTime({ description: 'when it ended' }) endedAt!: string;
}

export class AgreementsDto {
  @Shown.list(() => AgreementDto, { description: 'all that the user ever agreed to, newest first' })
  items!: AgreementDto[];
  @Shown.text({ nullable: true, example: 'NQ', description: 'the `cursor` of the next page; null on the last one' })
  nextCursor!: string | null;
}
