import type { Evidence } from './evidence.js';

/** Longer than the service waits for anything, with its retries; about as long as the clients wait. */
const LIMIT_MS = 7_900;

/** Nobody waits for an answer for ever, unless the process that owes it stands still or is killed. */
export function checkPatience(evidence: Evidence): void {
  const standstills = evidence.history.faults.filter(({ kind }) => kind.startsWith('service'));
  for (const operation of evidence.history.operations) {
    const { startedMs, endedMs, intent } = operation;
    if (endedMs - startedMs < LIMIT_MS) continue;
    if (standstills.some((fault) => fault.startedMs < endedMs && fault.endedMs > startedMs)) continue;
    const seconds = ((endedMs - startedMs) / 1000).toFixed(1);
    evidence.violate('nobody waits for ever', `no answer after ${seconds} s to ${JSON.stringify(intent)}`, operation);
  }
}
