import { expect, it } from '@jest/globals';
import { Slots } from './slots.js';

const SOON = () => performance.now() + 5_000;
const turns = () => new Promise((resolve) => setImmediate(resolve));

/** Who has a slot, in the order in which they got it. */
function taker(slots: Slots) {
  const served: string[] = [];
  const take = (account: string, name = account) =>
    void slots.take(account, SOON()).then((isTheirs) => served.push(isTheirs ? name : `not ${name}`));
  return { served, take };
}

it('gives the accounts their turns, whoever of them has more who wait', async () => {
  const slots = new Slots({ slots: 1, slotsPerOwner: 1, waitingMax: 100, waitingPerOwnerMax: 100 });
  const { served, take } = taker(slots);
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2']) take(name.charAt(0), name);
  for (const next of ['a2', 'b1', 'c1', 'a3', 'b2', 'a4']) {
    await turns();
    slots.release(served.at(-1)?.charAt(0) as string);
    await turns();
    expect(served.at(-1)).toBe(next);
  }
  expect(served).toHaveLength(7);
});

it('keeps free for others what one account may not have', async () => {
  const slots = new Slots({ slots: 4, slotsPerOwner: 2, waitingMax: 100, waitingPerOwnerMax: 100 });
  const { served, take } = taker(slots);
  for (const name of ['a1', 'a2', 'a3', 'a4']) take('a', name);
  take('b');
  take('c');
  take('d');
  await turns();
  expect(served).toEqual(['a1', 'a2', 'b', 'c']);
  slots.release('b');
  await turns();
  expect(served.at(-1)).toBe('d');
  slots.release('a');
  await turns();
  expect(served.at(-1)).toBe('a3');
  slots.clear(); // what waits would keep Jest from ending
});

it('sends away who waited too long, who is one too many, and all at once when told to', async () => {
  const slots = new Slots({ slots: 1, slotsPerOwner: 1, waitingMax: 2, waitingPerOwnerMax: 2 });
  expect(await slots.take('a', SOON())).toBe(true);
  expect(await slots.take('b', performance.now())).toBe(false);
  const late = slots.take('b', performance.now() + 20);
  const { served, take } = taker(slots);
  take('c');
  expect(await slots.take('d', SOON())).toBe(false);
  expect(await late).toBe(false);
  take('b', 'again');
  slots.clear();
  await turns();
  expect(served).toEqual(['not c', 'not again']);
  slots.release('a');
  expect(await slots.take('b', SOON())).toBe(true);
});

it('lets one account not fill the line', async () => {
  const slots = new Slots({ slots: 1, slotsPerOwner: 1, waitingMax: 10, waitingPerOwnerMax: 2 });
  const { served, take } = taker(slots);
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1']) take(name.charAt(0), name);
  await turns();
  expect(served).toEqual(['a1', 'not a4']);
  slots.clear();
});
