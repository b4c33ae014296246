import { type Column, Count, DataTable, Facts, Moment, Pager } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { AuditResult } from './audits.page.js';
import { accountPathOf, movementPathOf } from './console-paths.js';

type Audit = Schemas['AuditPageDto'];
type Finding = Schemas['FindingDto'];

/** What an audit has found, check by check. */
export function AuditPage({ audit }: { readonly audit: Audit }) {
  const { t } = useView();
  const { startedAt, endedAt, durationSeconds, violations, bankUnanswered, findings, items, nextCursor } = audit;
  return (
    <>
      <section class="panel" aria-label={t('audit.title', { id: audit.auditId })}>
        <Facts
          facts={[
            { term: t('audit.result'), value: <AuditResult audit={audit} /> },
            { term: t('audit.started'), value: <Moment at={startedAt} /> },
            { term: t('audit.ended'), value: <Moment at={endedAt} /> },
            { term: t('audit.took'), value: t('audit.seconds', { seconds: durationSeconds.toFixed(1) }) },
            { term: t('audit.unanswered'), value: <Count of={bankUnanswered} /> },
          ]}
        />
        <p class={items.length === 0 ? 'empty' : 'small'}>
          {items.length === 0 ? t('audit.noFindings') : t('audit.kept', { kept: findings, count: violations })}
        </p>
      </section>
      {[...Map.groupBy(items, ({ check }) => check)].map(([check, rows]) => (
        <Check key={check} check={check} rows={rows} />
      ))}
      <Pager nextCursor={nextCursor} />
    </>
  );
}

function Check({ check, rows }: { readonly check: string; readonly rows: readonly Finding[] }) {
  const { t } = useView();
  const id = `check-${check}`;
  return (
    <section class="panel" aria-labelledby={id}>
      <h2 id={id}>
        <code>{check}</code>
      </h2>
      <p>
        {t('audit.promise')}: <span lang="en">{rows[0]?.promise}</span>
      </p>
      <DataTable
        caption={`${t('audit.findings')}: ${check}`}
        hasHeading
        columns={columns(t)}
        rows={rows}
        keyOf={({ table, row, problem }) => `${table} ${row} ${problem}`}
      />
    </section>
  );
}

function columns(t: View['t']): Column<Finding>[] {
  return [
    {
      header: t('audit.row'),
      cell: ({ table, row }) => (
        <code class="long">
          {table} {row}
        </code>
      ),
    },
    {
      header: t('audit.problem'),
      cell: ({ problem }) => (
        <span class="long" lang="en">
          {problem}
        </span>
      ),
    },
    { header: t('audit.see'), cell: (finding) => <About finding={finding} /> },
  ];
}

function About({ finding: { transactionId, accountId } }: { readonly finding: Finding }) {
  const { t } = useView();
  if (transactionId === undefined && accountId === undefined) return <>–</>;
  return (
    <>
      {transactionId !== undefined && (
        <a class="nowrap" href={movementPathOf(transactionId)}>
          {t('audit.movement', { id: transactionId })}
        </a>
      )}
      {transactionId !== undefined && accountId !== undefined && ' · '}
      {accountId !== undefined && (
        <a class="nowrap" href={accountPathOf(accountId)}>
          {t('audit.account', { id: accountId })}
        </a>
      )}
    </>
  );
}
