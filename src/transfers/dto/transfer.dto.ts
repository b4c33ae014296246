import { Choice, Id, Text, Won } from '../../platform/http/fields.js';

export class TransferDto {
  @Id({ example: 1, description: 'who sends' }) fromUserId!: number;

  @Id({ example: 2, description: 'who gets it' }) toUserId!: number;

  @Won({ example: 5_000, description: 'what is to be sent, in won' }) amount!: number;

  @Text(100, { optional: true, example: '점심값', description: 'what both see of it later' }) memo?: string;

  @Choice(['REQUIRED'], {
    optional: true,
    description: 'REQUIRED: it is held until the receiver accepts it, or the sender cancels it, for 72 hours at most',
  })
  acceptance?: 'REQUIRED';
}

export class TransferEndDto {
  @Id({ example: 2, description: 'who asks for it: the receiver accepts, the sender cancels' }) userId!: number;
}
