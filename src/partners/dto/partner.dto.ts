import { Shown } from '../../platform/docs/shown.js';
import { Text } from '../../platform/http/fields.js';

export class NewPartnerDto {
  @Text(50, { example: '길동상회' }) name!: string;
}

export class PartnerDto {
  @Shown.id({ example: 101 }) partnerId!: number;
  @Shown.text({ example: '길동상회' }) name!: string;
  @Shown.dateTime() createdAt!: string;
}
