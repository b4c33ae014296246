import { type Column, DataTable, Moment, Money, wonText } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { movementPathOf } from './console-paths.js';
import { OwnedAccount } from './owned-account.js';
import { kindText } from './states.js';

type Pair = Schemas['JournalPairDto'];
type Side = Schemas['JournalSideDto'];

/** What was booked for a movement. */
export interface Booked {
  readonly movement: Pick<Schemas['MovementPageDto'], 'transactionId' | 'type' | 'journal'>;
  /** Whether this is the page of that movement itself, so that no link need lead there. */
  readonly isHere: boolean;
}

interface JournalProps {
  readonly booked: readonly Booked[];
  /** Of how many movements there are more than these. */
  readonly isPartial?: boolean;
}

/** Money's way from account to account, of one movement or of several. */
export function Journal({ booked, isPartial = false }: JournalProps) {
  const { t } = useView();
  const rows = booked.flatMap((one) => one.movement.journal.map((pair, place) => ({ ...one, pair, place })));
  return (
    <section class="panel">
      <DataTable
        caption={t('journal')}
        columns={columns(t)}
        rows={rows}
        keyOf={({ movement, place }) => `${movement.transactionId} ${place}`}
        empty={t('journal.none')}
      />
      {isPartial && <p class="small">{t('journal.partial', { count: booked.length })}</p>}
    </section>
  );
}

type Row = Booked & { readonly pair: Pair };

function columns(t: View['t']): Column<Row>[] {
  return [
    {
      header: t('journal.time'),
      cell: ({ pair, movement, isHere }) => (
        <>
          <Moment at={pair.postedAt} />
          <span class="small block">
            {kindText(t, movement.type)}{' '}
            {isHere ? (
              movement.transactionId
            ) : (
              <a href={movementPathOf(movement.transactionId)}>{movement.transactionId}</a>
            )}
          </span>
        </>
      ),
    },
    { header: t('journal.from'), cell: ({ pair }) => <JournalSide side={pair.from} /> },
    { header: t('journal.to'), cell: ({ pair }) => <JournalSide side={pair.to} /> },
    { header: t('movement.amount'), cell: ({ pair }) => <Money won={pair.amount} />, isNumber: true },
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
