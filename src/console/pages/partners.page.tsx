import { type Column, DataTable, Field, Moment, Pager, SearchForm } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { partnerPathOf } from './console-paths.js';
import { State } from './states.js';

type Partner = Schemas['PartnerDto'];

interface PartnersProps {
  readonly name: string | undefined;
  readonly partners: Schemas['PartnersDto'];
}

export function PartnersPage({ name, partners: { items, nextCursor } }: PartnersProps) {
  const { t } = useView();
  return (
    <>
      <SearchForm action="/console/partners" submit={t('show')}>
        <Field name="name" label={t('partners.name')} value={name} isOptional />
      </SearchForm>
      <section class="panel">
        <DataTable
          caption={t('partners')}
          columns={columnsOf(t)}
          rows={items}
          keyOf={({ partnerId }) => partnerId}
          empty={t('partners.none')}
        />
        <Pager nextCursor={nextCursor} />
      </section>
    </>
  );
}

function columnsOf(t: View['t']): Column<Partner>[] {
  return [
    { header: t('partnerId'), cell: ({ partnerId }) => partnerId },
    {
      header: t('partner.name'),
      cell: ({ partnerId, name }) => (
        <a class="long" href={partnerPathOf(partnerId)}>
          {name}
        </a>
      ),
    },
    { header: t('state'), cell: (partner) => <PartnerState partner={partner} /> },
    { header: t('partner.since'), cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
}

export function PartnerState({ partner: { frozen } }: { readonly partner: Partner }) {
  return <State of={frozen ? 'FROZEN' : 'ACTIVE'} />;
}
