import { Shown } from '../../platform/docs/shown.js';
import { Text } from '../../platform/http/fields.js';

export class FreezeDto {
  @Text(200, { example: '명의 도용 신고', description: 'why, for the record of what operators do' }) reason!: string;
}

export class FrozenUserDto {
  @Shown.id({ description: "the user's id" }) userId!: number;
  @Shown.flag({ example: true, description: 'whether nothing new moves on the main account' }) frozen!: boolean;
  @Shown.dateTime({ optional: true, description: 'since when; absent while nothing is frozen' }) frozenAt?: string;
}

export class FrozenPartnerDto {
  @Shown.id({ example: 101, description: "the merchant's id" }) partnerId!: number;
  @Shown.flag({ example: true, description: 'whether the merchant is paid nothing new' }) frozen!: boolean;
  @Shown.dateTime({ optional: true, description: 'since when; absent while nothing is frozen' }) frozenAt?: string;
}
