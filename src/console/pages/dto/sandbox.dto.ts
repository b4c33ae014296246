import { Choice, field, patternRule, Text, VisibleAscii } from '../../../platform/http/fields.js';
import { QueryId } from '../../../platform/http/query-fields.js';
import { SANDBOX_STEPS, type SandboxStep } from '../sandbox-place.js';
import { ActDto } from './act.dto.js';
import { BlankIsAbsent } from './blank.js';

export class SandboxQueryDto {
  @BlankIsAbsent() @QueryId({ optional: true }) userId?: number;
  @BlankIsAbsent() @QueryId({ optional: true }) paymentId?: number;
  /** What was just done, and the status that the API answered it with. */
  @Choice(SANDBOX_STEPS, { optional: true }) did?: SandboxStep;
  @QueryId({ optional: true }) answer?: number;
}

/** What a form carries along of where somebody is. */
class StepDto extends ActDto {
  @QueryId({ optional: true }) userId?: number;
  @QueryId({ optional: true }) paymentId?: number;
}

/** The same, of what is done as a customer. */
class CustomersStepDto extends ActDto {
  @QueryId() userId!: number;
  @QueryId({ optional: true }) paymentId?: number;
}

/** What is wrong with its fields the API says. */
export class CustomerDto extends StepDto {
  @Text(255) name!: string;
  @Text(255) email!: string;
  @Text(255) externalBank!: string;
  @Text(255) externalAccountNumber!: string;
}

export class LieDto extends StepDto {
  @field(patternRule('^[A-Za-z\\d]{1,40}$', 'must be the name of a lie', 'answerLost')) lie!: string;
}

export class ChargeDto extends CustomersStepDto {
  @QueryId() chargeAmount!: number;
}

export class PayDto extends CustomersStepDto {
  @QueryId() totalPayAmount!: number;
  @VisibleAscii(100) partnerPayKey!: string;
  @Choice(['MANUAL'], { optional: true }) capture?: 'MANUAL';
}

export class ClockDto extends StepDto {
  @field(patternRule('^-?\\d{1,9}$', 'must be a number of seconds', '86400')) offsetSeconds!: string;
}
