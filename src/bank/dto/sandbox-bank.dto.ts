import { Shown } from '../../platform/docs/shown.js';
import { Count, field } from '../../platform/http/fields.js';

const TIMES_MAX = 1_000;
const NAME = /^[A-Za-z\d]{1,40}$/;

export class SandboxBankChangeDto {
  @field(
    {
      accepts: (value) => value === null || (typeof value === 'string' && NAME.test(value)),
      reason: 'must be the name of a lie, or null',
      schema: { type: 'string', nullable: true, pattern: NAME.source, example: 'answerLost' },
    },
    { description: 'one of `lies`; null: the truth' },
  )
  lie!: string | null;

  @Count(TIMES_MAX, { optional: true, description: 'how often at most, on each call; absent: until it is changed' })
  times?: number;
}

class KnownLieDto {
  @Shown.text({ example: 'answerLost', description: 'its name' }) lie!: string;
  @Shown.text({ example: 'Done, then the connection is dropped.', description: 'what the bank does' }) does!: string;
  @Shown.count({ example: 2, description: 'how often it was told since the simulator was started' }) told!: number;
}

export class SandboxBankDto {
  @Shown.text({ nullable: true, example: 'answerLost', description: 'what it lies about; null: nothing' })
  lie!: string | null;
  @Shown.count({ nullable: true, example: 3, description: 'how often at most; null: until it is changed' })
  times!: number | null;
  @Shown.list(() => KnownLieDto, { description: 'every lie that it knows' }) lies!: KnownLieDto[];
}
