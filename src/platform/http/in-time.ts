import { within } from '../clock/within.js';
import { Refusal } from './answers.js';

/**
 * For what moves nothing by itself, so that nobody has to be told what becomes of it.
 *
 * @param until by `performance.now()`
 * @throws Refusal TemporarilyUnavailable when it takes longer
 */
export async function inTime<T extends object | string | number | boolean | null>(
  work: Promise<T>,
  until: number,
): Promise<T> {
  const result = await within(work, until - performance.now());
  if (result === undefined) throw new Refusal('TemporarilyUnavailable');
  return result;
}
