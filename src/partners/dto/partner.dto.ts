import { Reason } from '../../acts/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { Text } from '../../platform/http/fields.js';

export class NewPartnerDto {
  @Text(50, { example: '길동상회', description: "the merchant's name, as customers see it" }) name!: string;

  @Reason() reason?: string;
}

export class PartnerDto {
  @Shown.id({ example: 101, description: "the merchant's id" }) partnerId!: number;
  @Shown.text({ example: '길동상회', description: "the merchant's name, as customers see it" }) name!: string;
  @Shown.dateTime({ description: 'when it was taken on' }) createdAt!: string;
  @Shown.flag({ description: 'an operator has stopped it: it is paid nothing new' }) frozen!: boolean;
  @Shown.dateTime({ optional: true, description: 'since when; absent while it is not frozen' }) frozenAt?: string;
}

/** Nothing is known yet: the same request with the same key tells, or the acts under `Location`. */
export class PendingPartnerDto {}
