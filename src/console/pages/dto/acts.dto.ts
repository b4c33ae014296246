import { Choice, field, patternRule } from '../../../platform/http/fields.js';
import { QueryCursor, QueryDay, QueryId } from '../../../platform/http/query-fields.js';
import { ACT_SUBJECTS, type ActSubject } from '../act-subject.js';
import { BlankIsAbsent } from './blank.js';

const ACTION = patternRule('^[A-Za-z]{1,64}$', 'must be the name of an operation', 'cancelPayment');

export class ActsQueryDto {
  @BlankIsAbsent() @Choice(ACT_SUBJECTS, { optional: true }) subject?: ActSubject;
  @BlankIsAbsent() @QueryId({ optional: true }) subjectId?: number;
  @BlankIsAbsent() @QueryId({ optional: true }) keyId?: number;
  @BlankIsAbsent() @field(ACTION, { optional: true }) action?: string;
  @BlankIsAbsent() @QueryDay({ optional: true }) from?: string;
  @BlankIsAbsent() @QueryDay({ optional: true }) to?: string;
  @QueryCursor() cursor?: string;
}
