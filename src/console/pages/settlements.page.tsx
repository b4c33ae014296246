import { addDays } from '../../platform/clock/clock.js';
import {
  Badge,
  type Column,
  DataTable,
  Facts,
  Field,
  Moment,
  Money,
  Notice,
  Pager,
  SearchForm,
} from '../components/index.js';
import { ApiRefusal } from '../console.errors.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { paymentPathOf } from './console-paths.js';

export interface SettledDay {
  readonly sums: Schemas['SettlementDto'];
  readonly lines: Schemas['SettlementLinesDto'];
}

interface SettlementsProps {
  readonly partnerId: number | undefined;
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** Absent until somebody asks. */
  readonly asked?: SettledDay | ApiRefusal;
}

export function SettlementsPage({ partnerId, day, asked }: SettlementsProps) {
  const { t } = useView();
  return (
    <>
      <SearchForm action="/console/settlements" submit={t('show')}>
        <Field name="partnerId" label={t('partnerId')} value={partnerId} isNumber />
        <Field name="day" label={t('day')} value={day} type="date" />
      </SearchForm>
      {asked instanceof ApiRefusal && <Notice tone="bad" title={asked.answer.message} />}
      {asked !== undefined && !(asked instanceof ApiRefusal) && <Settlement {...asked} />}
    </>
  );
}

function Settlement({ sums, lines }: SettledDay) {
  const { t } = useView();
  const { date, partnerId, count, gross, cancelCount, cancels, net } = sums;
  const pathOf = (day: string) => `/console/settlements?partnerId=${partnerId}&day=${day}`;
  const fileOf = (name: string) => `/console/settlements/${name}.csv?partnerId=${partnerId}&day=${date}`;
  const counted = (won: number, of: number) => (
    <>
      <Money won={won} /> <span class="small">{t('settlement.counted', { count: of })}</span>
    </>
  );
  return (
    <>
      <section class="panel" aria-labelledby="sums">
        <h2 id="sums">
          {t('settlement.title', { day: date })} <DayState isClosed={lines.isClosed} />
        </h2>
        <p class="small">{t('settlement.partner', { partnerId })}</p>
        <Facts
          facts={[
            { term: t('settlement.net'), value: <Money won={net} />, isMain: true },
            { term: t('settlement.gross'), value: counted(gross, count) },
            { term: t('settlement.cancels'), value: counted(-cancels, cancelCount) },
          ]}
        />
        <nav class="links" aria-label={t('settlement.days')}>
          <a href={pathOf(addDays(date, -1))}>{t('settlement.before')}</a>
          <a href={pathOf(addDays(date, 1))}>{t('settlement.after')}</a>
          <a href={fileOf('day')} download>
            {t('settlement.csvOfDay')}
          </a>
          <a href={fileOf('lines')} download>
            {t('settlement.csvOfLines')}
          </a>
        </nav>
      </section>
      <Lines lines={lines} />
    </>
  );
}

function DayState({ isClosed }: { readonly isClosed: boolean }) {
  const { t } = useView();
  return isClosed ? (
    <Badge tone="good">{t('settlement.closed')}</Badge>
  ) : (
    <Badge tone="wait">{t('settlement.open')}</Badge>
  );
}

type Line = Schemas['SettlementLineDto'];

function Lines({ lines: { items, nextCursor } }: { readonly lines: Schemas['SettlementLinesDto'] }) {
  const { t } = useView();
  const columns: Column<Line>[] = [
    { header: t('line.time'), cell: (line) => <Moment at={line.occurredAt} /> },
    { header: t('line.type'), cell: (line) => t(`line.${line.type}`) },
    { header: t('line.payment'), cell: (line) => <a href={paymentPathOf(line.paymentId)}>{line.paymentId}</a> },
    { header: t('line.order'), cell: (line) => <span class="long">{line.partnerPayKey}</span> },
    { header: t('line.amount'), cell: (line) => <Money won={line.amount} />, isNumber: true },
  ];
  return (
    <section class="panel">
      <DataTable
        caption={t('settlement.lines')}
        columns={columns}
        rows={items}
        keyOf={(line) => `${line.paymentId} ${line.captureId} ${line.cancelId}`}
        empty={t('settlement.noLines')}
      />
      <Pager nextCursor={nextCursor} />
    </section>
  );
}
