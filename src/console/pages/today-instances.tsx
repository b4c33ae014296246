import { Age, Badge, type Column, DataTable, Moment } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { TodayPart } from './today-part.js';

type Instance = Schemas['InstanceDto'];

/** The processes that are heard of, and which build each of them is. */
export function InstancesPanel({ instances }: { readonly instances: readonly Instance[] | null }) {
  const { t } = useView();
  return (
    <TodayPart title={t('today.instances')} known={instances} source="today.noRedis">
      {(known) => (
        <DataTable
          caption={t('today.instances')}
          hasHeading
          columns={columnsOf(t)}
          rows={known}
          keyOf={({ id }) => id}
          empty={t('today.noInstances')}
        />
      )}
    </TodayPart>
  );
}

function columnsOf(t: View['t']): Column<Instance>[] {
  return [
    { header: t('today.instance'), cell: ({ id }) => <code>{id}</code> },
    { header: t('today.version'), cell: ({ version, commit }) => (commit ? `${version} (${commit})` : version) },
    { header: t('today.startedAt'), cell: ({ startedAt }) => <Moment at={startedAt} /> },
    {
      header: t('today.heard'),
      cell: ({ heardSecondsAgo }) => (
        <span>
          <Age seconds={heardSecondsAgo} /> {t('today.ago')}
        </span>
      ),
    },
    { header: t('today.banks'), cell: ({ openCircuits }) => <Circuits codes={openCircuits} /> },
  ];
}

function Circuits({ codes }: { readonly codes: readonly string[] }) {
  const { t } = useView();
  return codes.length === 0 ? (
    <>–</>
  ) : (
    <Badge tone="bad">
      {t('today.bankLeftAlone')} {codes.join(', ')}
    </Badge>
  );
}
