import type { History } from '../history.js';
import { acknowledgedMs, longestSilence } from './silences.js';

const LATE_MS = 10_000;

/** What must be nought, whatever happens to the stores. */
export interface Failings {
  readonly status500: number;
  readonly late: number;
  /** Faults after which nothing was written, or acknowledged by one of the instances. */
  readonly neverAgain: number;
}

export function failingsOf(history: History, committedMs: readonly number[]): Failings {
  const { operations } = history;
  const isDefect = ({ outcome }: (typeof operations)[number]) => outcome.kind === 'answered' && outcome.status === 500;
  const silences = silencesOf(history, committedMs);
  return {
    status500: operations.filter(isDefect).length,
    late: operations.filter(({ startedMs, endedMs }) => endedMs - startedMs > LATE_MS).length,
    neverAgain: silences.filter(({ engineMs, serviceMs }) => engineMs === null || serviceMs === null).length,
  };
}

/** For how long, after each fault, the engine took no write, and the slower instance acknowledged no movement. */
function silencesOf({ faults, operations }: History, committedMs: readonly number[]) {
  const probed = [...committedMs].sort((a, b) => a - b);
  const instances = [...new Set(operations.map(({ instance }) => instance))];
  const acknowledged = instances.map((instance) => acknowledgedMs(operations, instance));
  return faults.map((fault) => {
    const byInstance = acknowledged.map((times) => longestSilence(times, fault));
    const serviceMs = byInstance.includes(null) ? null : Math.max(...(byInstance as number[]));
    return { fault, engineMs: longestSilence(probed, fault), serviceMs };
  });
}

/** A line for each fault, kind by kind. */
export function reportOf(history: History, committedMs: readonly number[]): string {
  const silences = silencesOf(history, committedMs).sort((a, b) => (a.fault.kind < b.fault.kind ? -1 : 1));
  const lines = silences.map(({ fault, engineMs, serviceMs }) => {
    const whole = seconds(fault.endedMs - fault.startedMs);
    return `  ${fault.kind.padEnd(18)}${seconds(engineMs)}  ${seconds(serviceMs)}  ${whole}   ${fault.note}`;
  });
  const title = 'No write for (s):  engine  service  until all was whole';
  return ['', title, ...lines].join('\n');
}

const seconds = (ms: number | null) => (ms === null ? 'never' : (ms / 1000).toFixed(2)).padStart(7);
