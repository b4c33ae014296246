import { Text } from '../platform/http/fields.js';

export const REASON_LENGTH_MAX = 200;

/** Why something is done: a field of a body, or of the query of a call that has none. */
export const Reason = (): PropertyDecorator =>
  Text(REASON_LENGTH_MAX, {
    optional: true,
    example: '고객 요청',
    description: 'why, for the record of what operators do; of others it is not kept',
  });
