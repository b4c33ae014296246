import { expect, it } from '@jest/globals';
import { Circuit } from './circuit.js';

const changes: boolean[] = [];
let nowMs = 0;

function aCircuit(): Circuit {
  changes.length = 0;
  nowMs = 0;
  const options = { failuresMax: 10, failuresPerAccount: 4, openMs: 2_000 };
  return new Circuit(
    options,
    (isOpen) => changes.push(isOpen),
    () => nowMs,
  );
}

const fail = (circuit: Circuit, times: number, accountOf: (index: number) => string) => {
  for (let index = 0; index < times; index++) {
    if (circuit.pass()) circuit.record(accountOf(index), true);
  }
};
const eachItsOwn = (index: number) => `account ${index}`;

it('opens after ten failures in a row, and lets one call try after a while', () => {
  const circuit = aCircuit();
  fail(circuit, 9, eachItsOwn);
  circuit.record('another', false);
  fail(circuit, 9, eachItsOwn);
  expect(circuit.isPassable).toBe(true);
  fail(circuit, 1, () => 'the tenth');
  expect([circuit.isPassable, changes]).toEqual([false, [true]]);

  nowMs = 1_999;
  expect(circuit.pass()).toBe(false);
  nowMs = 2_000;
  expect([circuit.pass(), circuit.pass()]).toEqual([true, false]);
  circuit.record('one', true);
  expect(circuit.isPassable).toBe(false);
  nowMs = 4_000;
  expect(circuit.pass()).toBe(true);
  circuit.record('one', false);
  expect([circuit.isPassable, changes]).toEqual([true, [true, false]]);
  fail(circuit, 9, eachItsOwn);
  expect(circuit.isPassable).toBe(true);
});

it('is opened neither by one account nor by two, however often they fail', () => {
  const circuit = aCircuit();
  fail(circuit, 1_000, (index) => `account ${index % 2}`);
  expect(circuit.isPassable).toBe(true);
  fail(circuit, 2, () => 'a third');
  expect(circuit.isPassable).toBe(false);
});

it('is not kept open by calls that began before the others had failed, and is closed by one that went well', () => {
  const circuit = aCircuit();
  fail(circuit, 10, eachItsOwn);
  nowMs = 1_000;
  circuit.record('late', true);
  nowMs = 2_000;
  expect(circuit.isPassable).toBe(true);
  circuit.record('late', false);
  expect(changes).toEqual([true, false]);
});
