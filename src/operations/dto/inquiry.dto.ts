import { Shown } from '../../platform/docs/shown.js';
import { Text } from '../../platform/http/fields.js';

export class InquireDto {
  @Text(200, { optional: true, example: '고객 문의', description: 'why, for the record of what operators do' })
  reason?: string;
}

export class InquiredDto {
  @Shown.id({ example: 42, description: 'the movement that waits for its bank, or did' }) movementId!: number;
  @Shown.choice(['PENDING', 'DONE', 'REFUSED'], { description: 'how what was asked of the bank stands now' })
  status!: string;
  @Shown.flag({
    example: true,
    description:
      'the bank was asked just now. Not when it is settled, nor within ten seconds of an earlier inquiry by an ' +
      'operator, nor while the request that it is for still asks, nor when too many are being made',
  })
  asked!: boolean;
  @Shown.count({ description: 'how often it was asked about, by whomever, after its own request' }) inquiries!: number;
  @Shown.text({ optional: true, example: 'BALANCE_SHORT', description: 'why, of one that is REFUSED' })
  refusal?: string;
}
