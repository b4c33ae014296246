import { expect, it } from '@jest/globals';
import { newBankTranId } from './bank-tran-id.js';

it('is of the shape that the protocol wants, and another one each time', () => {
  const ids = Array.from({ length: 10_000 }, () => newBankTranId('M202600001'));
  expect(ids.filter((id) => !/^M202600001U[A-Z0-9]{9}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  // Every character at every place: nothing of it follows from a number that is counted up.
  for (let place = 11; place < 20; place++) expect(new Set(ids.map((id) => id[place])).size).toBe(36);
});
