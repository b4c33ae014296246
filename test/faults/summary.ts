import type { Result } from './campaign.js';
import { answerOf, type History, isMoney, isRead, type Operation } from './history.js';

/** What was done, what was done to it, and what came of it. */
export function summaryOf({ history, violations, lies, phases }: Result): string {
  const { operations, faults } = history;
  const title = `Operations: ${history.sent}, and ${operations.length - history.sent} that could not be sent`;
  const lines = ['', title, table(countBy(operations, (o) => [kindOf(o), answerOf(o)]))];
  lines.push('', `Faults: ${faults.length}`, list(countBy(faults, ({ kind }) => [kind, ''])));
  lines.push('', eventsOf(history));
  const told = Object.values(lies).reduce((sum, count) => sum + count, 0);
  lines.push('', `Lies the bank told (since its last restart): ${told}`);
  lines.push(
    '',
    `Seconds: ${Object.entries(phases)
      .map(([name, s]) => `${name} ${s.toFixed(1)}`)
      .join(', ')}`,
  );
  lines.push('', `Violations: ${violations.length}`);
  for (const { rule, text, operations: ids } of violations.slice(0, 20)) {
    lines.push(`  ${rule}: ${text}${ids.length > 0 ? ` (operations ${ids.slice(0, 10).join(', ')})` : ''}`);
  }
  return lines.join('\n');
}

function eventsOf({ endpoints, receipts, resends }: History): string {
  const again = receipts.length - new Set(receipts.map(({ eventId }) => eventId)).size;
  const taken = new Set(receipts.filter(({ status }) => status === 200).map(({ eventId }) => eventId)).size;
  return `Events: ${taken} delivered to ${endpoints.length} endpoints, sent again ${again} times, ${resends.length} of them by hand`;
}

type Counts = Map<string, Map<string, number>>;

function kindOf(operation: Operation): string {
  if (isMoney(operation)) return operation.intent.route;
  return isRead(operation) ? `read ${operation.intent.what}` : operation.intent.kind;
}

function countBy<T>(items: readonly T[], placeOf: (item: T) => readonly [row: string, column: string]): Counts {
  const counts: Counts = new Map();
  for (const item of items) {
    const [row, column] = placeOf(item);
    const own = counts.get(row) ?? new Map<string, number>();
    own.set(column, (own.get(column) ?? 0) + 1);
    counts.set(row, own);
  }
  return counts;
}

function table(counts: Counts): string {
  return [...counts]
    .sort()
    .map(([row, columns]) => {
      const cells = [...columns].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
      return `  ${row.padEnd(20)}${cells.join(', ')}`;
    })
    .join('\n');
}

function list(counts: Counts): string {
  return `  ${[...counts]
    .sort()
    .map(([name, columns]) => `${name} ${columns.get('')}`)
    .join(', ')}`;
}
