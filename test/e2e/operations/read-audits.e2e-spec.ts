import { beforeAll, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { expectAnswer } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { read } from '../../support/operations.js';
import { sql } from '../../support/stores.js';

interface Audit {
  readonly auditId: number;
  readonly violations: number;
}
interface AuditsPage {
  readonly running?: object;
  readonly items: readonly Audit[];
  readonly nextCursor: string | null;
}
interface AuditPage extends Audit {
  readonly items: readonly { readonly check: string; readonly row: string }[];
  readonly nextCursor: string | null;
}

const FINDINGS = [
  ['hold', 'accounts', { id: 7 }, 'held is 1, not 0'],
  ['chain', 'entries', { account_id: 7, seq: 2, movement_id: 42, leg: 3 }, 'balance_after is 5, not 4'],
  ['movement', 'movements', { id: 42 }, 'is "odd" <b>'],
] as const;

describeWith(['databaseUrl'], 'audits that operators read', () => {
  let auditId: number;

  beforeAll(async () => {
    const checks = JSON.stringify({ hold: 1, chain: 1, movement: 150 });
    await sql(
      `INSERT INTO audits (started_at, ended_at, checks, bank_unanswered, finding_count)
       VALUES ('2025-02-26 00:00:00', '2025-02-26 00:00:12.5', ?, 2, 3)`,
      [checks],
    );
    auditId = (await sql<{ id: number }>('SELECT MAX(id) AS id FROM audits'))[0]?.id as number;
    const rows = FINDINGS.map(([check, table, key, problem]) => [auditId, check, table, JSON.stringify(key), problem]);
    await sql('INSERT INTO audit_findings (audit_id, check_name, table_name, row_key, problem) VALUES ?', [rows]);
    await sql(
      `INSERT INTO audits (started_at, ended_at, checks, bank_unanswered, finding_count)
       VALUES (UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), '{}', 0, 0)`,
    );
  });

  const audit = {
    startedAt: '2025-02-26 09:00:00',
    endedAt: '2025-02-26 09:00:12',
    durationSeconds: 12.5,
    violations: 152,
    checks: [
      { check: 'hold', violations: 1 },
      { check: 'chain', violations: 1 },
      { check: 'movement', violations: 150 },
    ],
    bankUnanswered: 2,
    findings: 3,
  };

  it('are listed newest first, page by page', async () => {
    const first = await read<AuditsPage>('audits', { limit: 1 });
    const found: Audit[] = [...first.items];
    for (let cursor = first.nextCursor; cursor !== null;) {
      const page: AuditsPage = await read('audits', { limit: 1, cursor });
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    const ids = found.map((it) => it.auditId);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(found).toContainEqual({ auditId, ...audit });
  });

  it('have their findings, by check and row, page by page', async () => {
    const whole = await read<AuditPage>(`audits/${auditId}`);
    expect(whole).toEqual({
      auditId,
      ...audit,
      items: [
        expect.objectContaining({ check: 'hold', table: 'accounts', row: 'id=7', accountId: 7 }),
        {
          check: 'chain',
          promise: expect.stringContaining('follows from entry to entry'),
          table: 'entries',
          row: 'account_id=7 seq=2 movement_id=42 leg=3',
          transactionId: 42,
          accountId: 7,
          problem: 'balance_after is 5, not 4',
        },
        expect.objectContaining({ check: 'movement', transactionId: 42, problem: 'is "odd" <b>' }),
      ],
      nextCursor: null,
    });
    const first = await read<AuditPage>(`audits/${auditId}`, { limit: 2 });
    const second = await read<AuditPage>(`audits/${auditId}`, { limit: 2, cursor: first.nextCursor as string });
    expect([...first.items, ...second.items]).toEqual(whole.items);
    expect(second.nextCursor).toBeNull();
  });

  it('are not there when they are not kept any more, or never were', async () => {
    expectAnswer(await api.send('GET', '/operations/audits/999999999'), 'NotFound');
    expectAnswer(await api.send('GET', '/operations/audits/0'), 'InvalidRequest');
  });
});
