import { type Column, DataTable, Moment, Money, wonText } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { movementPathOf } from './console-paths.js';
import { OwnedAccount } from './owned-account.js';
import { kindText } from './states.js';

type Pair = Schemas['JournalPairDto'];
type Side = Schemas['JournalSideDto'];

/** What was booked for a movement of this type. */
export type Booked = Pair & Pick<Schemas['MovementPageDto'], 'transactionId' | 'type'>;

interface JournalProps {
  readonly booked: readonly Booked[];
  /** The movement whose page this is: no link leads there. */
  readonly hereId: number;
}

/** Money's way from account to account, of one movement or of several. */
export function Journal({ booked, hereId }: JournalProps) {
  const { t } = useView();
  return (
    <section class="panel">
      <DataTable
        caption={t('journal')}
        columns={columns(t, hereId)}
        rows={booked}
        keyOf={({ transactionId, from, to }) => `${transactionId} ${from.accountId} ${to.accountId}`}
        empty={t('journal.none')}
      />
    </section>
  );
}

function columns(t: View['t'], hereId: number): Column<Booked>[] {
  return [
    {
      header: t('journal.time'),
      cell: ({ postedAt, transactionId: id, type }) => (
        <>
          <Moment at={postedAt} />
          <span class="small block">
            {kindText(t, type)} {id === hereId ? id : <a href={movementPathOf(id)}>{id}</a>}
          </span>
        </>
      ),
    },
    { header: t('journal.from'), cell: ({ from }) => <JournalSide side={from} /> },
    { header: t('journal.to'), cell: ({ to }) => <JournalSide side={to} /> },
    { header: t('movement.amount'), cell: ({ amount }) => <Money won={amount} />, isNumber: true },
  ];
}

function JournalSide({ side }: { readonly side: Side }) {
  const { t } = useView();
  const { balanceAfter } = side;
  return (
    <>
      <OwnedAccount account={side} />
      {balanceAfter !== undefined && (
        <span class="small block number">{t('journal.after', { amount: wonText(balanceAfter) })}</span>
      )}
    </>
  );
}
