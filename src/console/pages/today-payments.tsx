import { BarChart, Count, Facts, type Tone } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { TodayPart } from './today-part.js';

type Payments = NonNullable<Schemas['OverviewDto']['payments']>;
type Minute = Payments['perMinute'][number];

/** In the order in which a bar is built, from the ground. A refusal is an everyday answer; a failure is ours. */
const OUTCOMES = ['approved', 'refused', 'pending', 'failed'] as const;
const TONES: Readonly<Record<(typeof OUTCOMES)[number], Tone>> = {
  approved: 'good',
  refused: 'quiet',
  pending: 'wait',
  failed: 'bad',
};

/** How payments were answered in the last hour, in all and minute by minute. */
export function PaymentsPanel({ payments }: { readonly payments: Payments | null }) {
  const { t } = useView();
  return (
    <TodayPart title={t('today.payments')} known={payments} source="today.noRedis">
      {(known) => <Figures payments={known} />}
    </TodayPart>
  );
}

function Figures({ payments }: { readonly payments: Payments }) {
  const { t } = useView();
  const counts = OUTCOMES.map((outcome) => ({
    term: t(`today.${outcome}`),
    value: (
      <>
        <span class={`swatch ${TONES[outcome]}`} aria-hidden="true" /> <Count of={payments[outcome]} />
      </>
    ),
  }));
  const lastMinute = totalOf(payments.perMinute.at(-2));
  return (
    <>
      <Facts facts={[{ term: t('today.lastMinute'), value: <Count of={lastMinute} />, isMain: true }, ...counts]} />
      <Chart minutes={payments.perMinute} />
    </>
  );
}

function Chart({ minutes }: { readonly minutes: readonly Minute[] }) {
  const { t } = useView();
  const totals = minutes.map(totalOf);
  const most = Math.max(0, ...totals);
  const [from, mostAt, to] = [minutes[0], minutes[totals.indexOf(most)], minutes.at(-1)].map(timeOf);
  if (from === undefined || mostAt === undefined || to === undefined) return null;
  const total = totals.reduce((sum, count) => sum + count, 0);
  return (
    <BarChart
      bars={minutes.map((minute) => OUTCOMES.map((outcome) => ({ tone: TONES[outcome], value: minute[outcome] })))}
      label={t('today.chart', { from, to, total, most, mostAt, last: totals.at(-2) ?? 0 })}
      axis={[from, t('today.most', { count: most }), to]}
    />
  );
}

const totalOf = (minute: Minute | undefined): number =>
  minute === undefined ? 0 : OUTCOMES.reduce((sum, outcome) => sum + minute[outcome], 0);

/** `HH:mm` of a minute. */
const timeOf = (minute: Minute | undefined): string | undefined => minute?.at.slice(11, 16);
