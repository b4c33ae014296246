import { Shown } from '../../../platform/docs/shown.js';

class PaymentCountsDto {
  @Shown.count({ example: 2, description: 'answered 201' }) approved!: number;
  @Shown.count({ example: 1, description: 'refused for what they were: a 4xx' }) refused!: number;
  @Shown.count({ example: 0, description: 'answered 202, whatever became of them since' }) pending!: number;
  @Shown.count({ example: 0, description: 'answered 503 or 500' }) failed!: number;
}

class PaymentMinuteDto extends PaymentCountsDto {
  @Shown.dateTime({ description: 'when the minute began' }) at!: string;
}

class PaymentsOfHourDto extends PaymentCountsDto {
  @Shown.list(() => PaymentMinuteDto, { description: '60 of them, oldest first; the last one is not over' })
  perMinute!: PaymentMinuteDto[];
}

class TopUpsOfHourDto {
  @Shown.count({ example: 40, description: 'the bank has paid' }) done!: number;
  @Shown.count({ example: 3, description: 'the bank has refused' }) refused!: number;
  @Shown.count({ example: 1, description: 'not answered in time; counted again once it is known' }) unknown!: number;
}

class OpenCircuitDto {
  @Shown.text({ example: '081', description: "KFTC's three digits" }) bankCode!: string;
  @Shown.text({ example: '하나은행', description: "the bank's name" }) bankName!: string;
  @Shown.texts({ example: ['5f1c9a3e07b2'], description: 'the instances that leave it alone' }) instanceIds!: string[];
}

class BacklogDto {
  @Shown.count({ example: 12, description: 'counted up to 1000' }) count!: number;
  @Shown.flag({ description: 'whether there are more' }) isMore!: boolean;
  @Shown.count({ nullable: true, example: 31, description: 'how old the oldest of those counted is, in seconds' })
  oldestSeconds!: number | null;
}

class WebhookBacklogsDto {
  @Shown.object(() => BacklogDto, { description: 'deliveries that wait for their next attempt' }) waiting!: BacklogDto;
  @Shown.object(() => BacklogDto, { description: 'deliveries that were given up' }) undelivered!: BacklogDto;
}

class OrderBacklogsDto {
  @Shown.object(() => BacklogDto, { description: 'withdrawals whose outcome is unknown yet' }) withdrawals!: BacklogDto;
  @Shown.object(() => BacklogDto, { description: 'payouts whose outcome is unknown yet' }) payouts!: BacklogDto;
}

class CheckViolationsDto {
  @Shown.text({ example: 'journal-balance', description: 'as `npm run audit` names it' }) check!: string;
  @Shown.count({ example: 2, description: 'rows that disagree with it' }) violations!: number;
}

class EndedAuditDto {
  @Shown.dateTime({ description: 'when it ended' }) endedAt!: string;
  @Shown.count({ example: 312, description: 'how long ago that is, in seconds' }) secondsAgo!: number;
  @Shown.measure({ description: 'how long it took' }) durationSeconds!: number;
  @Shown.count({ example: 0, description: 'rows that it found wrong' }) violations!: number;
  @Shown.list(() => CheckViolationsDto, { description: 'the checks that found some' }) checks!: CheckViolationsDto[];
  @Shown.count({ example: 0, description: 'orders, and days of statements, that the bank gave no clear answer on' })
  bankUnanswered!: number;
}

class AuditProgressDto {
  @Shown.measure({ example: 0.42, description: 'how much of it is done, up to 1' }) ratio!: number;
  @Shown.measure({ nullable: true, example: 12, description: 'what is left by forecast; null while nobody can tell' })
  secondsLeft!: number | null;
}

class AuditLookDto {
  @Shown.object(() => EndedAuditDto, { nullable: true, description: 'the last one; null when none has ended yet' })
  last!: EndedAuditDto | null;
  @Shown.object(() => AuditProgressDto, { nullable: true, description: 'the one under way; null when there is none' })
  progress!: AuditProgressDto | null;
}

class InstanceDto {
  @Shown.text({ example: '5f1c9a3e07b2', description: 'drawn at its start' }) id!: string;
  @Shown.text({ example: '0.1.0', description: 'of the service' }) version!: string;
  @Shown.text({ optional: true, example: '3f2a9c1', description: 'of git; absent where the build was told none' })
  commit?: string;
  @Shown.dateTime({ description: 'since when it runs' }) startedAt!: string;
  @Shown.count({ example: 1, description: 'how long ago it was last heard of, in seconds' }) heardSecondsAgo!: number;
  @Shown.texts({ example: ['081'], description: 'the codes of banks that it leaves alone' }) openCircuits!: string[];
}

export class OverviewDto {
  @Shown.dateTime({ description: 'what time it is here' }) at!: string;
  @Shown.object(() => PaymentsOfHourDto, { nullable: true, description: 'how payments were answered in the last hour' })
  payments!: PaymentsOfHourDto | null;
  @Shown.object(() => TopUpsOfHourDto, { nullable: true, description: 'what became of top-ups in the last hour' })
  topUps!: TopUpsOfHourDto | null;
  @Shown.list(() => OpenCircuitDto, { nullable: true, description: 'banks that are left alone after many failures' })
  openCircuits!: OpenCircuitDto[] | null;
  @Shown.object(() => WebhookBacklogsDto, { nullable: true, description: 'webhooks that have not arrived' })
  webhooks!: WebhookBacklogsDto | null;
  @Shown.object(() => OrderBacklogsDto, { nullable: true, description: 'what banks have not said the last word on' })
  orders!: OrderBacklogsDto | null;
  @Shown.object(() => AuditLookDto, { nullable: true, description: 'audits of the books' }) audit!: AuditLookDto | null;
  @Shown.list(() => InstanceDto, { nullable: true, description: 'those heard of within 15 seconds, oldest first' })
  instances!: InstanceDto[] | null;
}
