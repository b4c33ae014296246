import { type Column, DataTable, Moment, Money, Pager, wonText } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { movementPathOf, partnerPathOf, paymentPathOf, userPathOf } from './console-paths.js';
import { accountText, kindText, State } from './states.js';

type Movement = Schemas['MovementItemDto'];

/** What a user has begun, a page of it. */
export function UserMovements({ movements: { items, nextCursor } }: { movements: Schemas['MovementItemsDto'] }) {
  const { t } = useView();
  return (
    <section class="panel">
      <h2>{t('user.movements')}</h2>
      <p class="small">{t('user.movementsHint')}</p>
      <DataTable
        caption={t('user.movements')}
        hasHeading
        columns={columnsOf(t)}
        rows={items}
        keyOf={({ transactionId }) => transactionId}
        empty={t('user.noMovements')}
      />
      <Pager nextCursor={nextCursor} />
    </section>
  );
}

function columnsOf(t: View['t']): Column<Movement>[] {
  return [
    { header: t('begun.when'), cell: ({ requestedAt }) => <Moment at={requestedAt} /> },
    {
      header: t('begun.id'),
      cell: ({ transactionId }) => <a href={movementPathOf(transactionId)}>{transactionId}</a>,
    },
    { header: t('begun.kind'), cell: (movement) => <Kind movement={movement} /> },
    { header: t('begun.with'), cell: ({ counterAccount }) => <Counterparty account={counterAccount} /> },
    { header: t('state'), cell: (movement) => <MovementState movement={movement} /> },
    { header: t('begun.amount'), cell: (movement) => <Amount movement={movement} />, isNumber: true },
  ];
}

function Kind({ movement: { type, paymentId } }: { readonly movement: Movement }) {
  const { t } = useView();
  return (
    <>
      {kindText(t, type)}
      {paymentId !== undefined && (
        <span class="small block nowrap">
          <a href={paymentPathOf(paymentId)}>{t('found.payment', { id: paymentId })}</a>
        </span>
      )}
    </>
  );
}

/** The person or the partner at the other end; else the account there. */
function Counterparty({ account }: { readonly account: Movement['counterAccount'] }) {
  const { t } = useView();
  if (account === undefined) return <>–</>;
  const { type, ownerId, ownerName } = account;
  const name = ownerName ?? accountText(t, type);
  const path = OWNERS_PATHS[type]?.(ownerId);
  if (path === undefined) return <span class="long">{name}</span>;
  return (
    <a class="long" href={path}>
      {name}
    </a>
  );
}

const OWNERS_PATHS: Readonly<Record<string, (id: number) => string>> = {
  MAIN: userPathOf,
  SAVINGS: userPathOf,
  PARTNER_PAYABLE: partnerPathOf,
};

function MovementState({ movement: { status, failureCode } }: { readonly movement: Movement }) {
  return (
    <>
      <State of={status} />
      {failureCode !== undefined && (
        <span class="small block">
          <code class="long">{failureCode}</code>
        </span>
      )}
    </>
  );
}

function Amount({ movement: { amount, toppedUpAmount } }: { readonly movement: Movement }) {
  const { t } = useView();
  return (
    <>
      <Money won={amount} />
      {toppedUpAmount > 0 && toppedUpAmount !== amount && (
        <span class="small block">{t('begun.toppedUp', { amount: wonText(toppedUpAmount) })}</span>
      )}
    </>
  );
}
