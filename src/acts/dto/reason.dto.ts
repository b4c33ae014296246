import { Reason } from '../reason.js';

/** The query of a call that has no body. */
export class ReasonQueryDto {
  @Reason() reason?: string;
}
