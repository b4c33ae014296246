import { Badge, type Column, Count, DataTable, Facts, looksAgain, Moment, Pager } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { auditPathOf, AUDITS_PATH } from './money-paths.js';

type Audit = Schemas['AuditDto'];
type UnderWay = Schemas['AuditUnderWayDto'];

/** Fast enough to see one that runs go on, and seldom enough to see that one has begun. */
const WATCHED_EVERY_SECONDS = { running: 3, idle: 30 } as const;

interface AuditsProps {
  readonly audits: Schemas['AuditsDto'];
  readonly cursor: string | undefined;
}

export function AuditsPage({ audits: { running, items, nextCursor }, cursor }: AuditsProps) {
  const { t } = useView();
  const url = `${AUDITS_PATH}/now${cursor === undefined ? '' : `?cursor=${cursor}`}`;
  const everySeconds = running ? WATCHED_EVERY_SECONDS.running : WATCHED_EVERY_SECONDS.idle;
  return (
    <div class="stack" {...looksAgain({ id: 'audits', url, everySeconds })}>
      {running && <Running running={running} />}
      <section class="panel">
        <DataTable
          caption={t('audits.list')}
          columns={columns(t)}
          rows={items}
          keyOf={({ auditId }) => auditId}
          empty={t('audits.none')}
        />
        <Pager nextCursor={nextCursor} path={AUDITS_PATH} />
      </section>
    </div>
  );
}

function Running({ running: { since, table, reached, last, ratio, secondsLeft } }: { readonly running: UnderWay }) {
  const { t } = useView();
  const percent = Math.floor(Math.min(1, ratio) * 100);
  const left = secondsLeft === null ? t('audits.leftUnknown') : t('audits.leftSeconds', { seconds: secondsLeft });
  const at = (
    <>
      <code>{table}</code> {reached !== undefined && last !== undefined && `${reached} / ${last}`}
    </>
  );
  return (
    <section class="panel" aria-labelledby="running">
      <h2 id="running">{t('audits.running')}</h2>
      <progress max={100} value={percent} aria-label={t('audits.running')} />
      <p>{t('audits.progress', { percent })}</p>
      <Facts
        facts={[
          { term: t('audits.since'), value: <Moment at={since} /> },
          ...(table === undefined ? [] : [{ term: t('audits.at'), value: at }]),
          { term: t('audits.left'), value: left },
        ]}
      />
    </section>
  );
}

function columns(t: View['t']): Column<Audit>[] {
  return [
    { header: t('audit.id'), cell: ({ auditId }) => <a href={auditPathOf(auditId)}>{auditId}</a> },
    { header: t('audit.started'), cell: ({ startedAt }) => <Moment at={startedAt} /> },
    {
      header: t('audit.took'),
      cell: ({ durationSeconds }) => t('audit.seconds', { seconds: durationSeconds.toFixed(1) }),
      isNumber: true,
    },
    { header: t('audit.result'), cell: (audit) => <AuditResult audit={audit} /> },
    { header: t('audit.checks'), cell: ({ checks }) => <FailedChecks checks={checks} /> },
    { header: t('audit.unanswered'), cell: ({ bankUnanswered }) => <Count of={bankUnanswered} />, isNumber: true },
  ];
}

export function AuditResult({ audit: { violations } }: { readonly audit: Pick<Audit, 'violations'> }) {
  const { t } = useView();
  return violations === 0 ? (
    <Badge tone="good">{t('audit.good')}</Badge>
  ) : (
    <Badge tone="bad">{t('audit.bad', { count: violations })}</Badge>
  );
}

function FailedChecks({ checks }: Pick<Audit, 'checks'>) {
  const failed = checks.filter(({ violations }) => violations > 0);
  if (failed.length === 0) return <>–</>;
  return (
    <span>
      {failed.map(({ check, violations }, place) => (
        <span key={check}>
          {place > 0 && ', '}
          <code>{check}</code> <Count of={violations} />
        </span>
      ))}
    </span>
  );
}
