import { describe, expect, it } from '@jest/globals';
import { subjectsIn } from './subjects.js';

describe('the subjects of a request', () => {
  it('are the movements that its path and its answer name', () => {
    expect(subjectsIn({ paymentId: '12', partnerId: '100' }, subjectsIn({ cancelId: 14, cancelAmount: 5 }))).toEqual({
      paymentId: 12,
      cancelId: 14,
    });
  });

  it.each([{ paymentId: 'sk_live_secret' }, { paymentId: -1 }, { name: '홍길동' }, null, undefined, 'text', [1]])(
    'are none in %j',
    (fields) => expect(subjectsIn(fields)).toEqual({}),
  );
});
