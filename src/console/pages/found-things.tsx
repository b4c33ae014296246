import { type Column, Moment, Money } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import type { View } from '../shell/view.js';
import { accountPathOf, movementPathOf, partnerPathOf, paymentPathOf, userPathOf } from './console-paths.js';
import { accountText, kindText, State } from './states.js';

export type Found = Schemas['FoundDto'];
export type FoundKind = Found['kind'];

const PATHS: Readonly<Record<FoundKind, (id: number) => string>> = {
  USER: userPathOf,
  PAYMENT: paymentPathOf,
  MOVEMENT: movementPathOf,
  ACCOUNT: accountPathOf,
  PARTNER: partnerPathOf,
};

/** In the order in which they are shown. */
export const FOUND_KINDS = Object.keys(PATHS) as readonly FoundKind[];

export const foundPathOf = ({ kind, id }: Found): string => PATHS[kind](id);

/** What is said of the things of a kind that were found. */
export function foundColumns(t: View['t'], kind: FoundKind): Column<Found>[] {
  const links: Column<Found> = {
    header: t(NAMED_BY[kind]),
    cell: (found) => (
      <a class="long" href={foundPathOf(found)}>
        {kind === 'PAYMENT' || kind === 'MOVEMENT' ? found.id : found.title}
      </a>
    ),
  };
  const ends: Column<Found>[] = [
    { header: t('found.when'), cell: ({ occurredAt }) => <Moment at={occurredAt} /> },
    { header: t('found.by'), cell: ({ matchedBy }) => t(`foundBy.${matchedBy}`) },
  ];
  return [links, ...detailsOf(t, kind), ...ends];
}

const NAMED_BY = {
  USER: 'found.name',
  PAYMENT: 'found.id',
  MOVEMENT: 'found.id',
  ACCOUNT: 'found.number',
  PARTNER: 'found.name',
} as const satisfies Record<FoundKind, string>;

function detailsOf(t: View['t'], kind: FoundKind): Column<Found>[] {
  const id: Column<Found> = { header: t('found.id'), cell: ({ id }) => id };
  const state: Column<Found> = { header: t('state'), cell: ({ status }) => <State of={status ?? '–'} /> };
  const amount: Column<Found> = {
    header: t('found.amount'),
    cell: ({ amount }) => (amount === undefined ? '–' : <Money won={amount} />),
    isNumber: true,
  };
  const whose: Column<Found> = { header: t('found.whose'), cell: (found) => <Owner of={found} t={t} /> };
  switch (kind) {
    case 'USER':
      return [id, { header: t('found.email'), cell: ({ email }) => <span class="long">{email}</span> }, state];
    case 'PAYMENT':
      return [
        { header: t('found.order'), cell: ({ title }) => <span class="long">{title}</span> },
        amount,
        state,
        { ...whose, header: t('found.parties') },
      ];
    case 'MOVEMENT':
      return [{ header: t('found.kind'), cell: ({ title }) => kindText(t, title) }, amount, state, whose];
    case 'ACCOUNT':
      return [{ header: t('found.kind'), cell: ({ type }) => accountText(t, type ?? '–') }, whose];
    case 'PARTNER':
      return [id];
  }
}

/** The user, the partner, or who pays whom. */
function Owner({ of: { userId, partnerId }, t }: { readonly of: Found; readonly t: View['t'] }) {
  if (userId === undefined && partnerId === undefined) return <>–</>;
  return (
    <span>
      {userId !== undefined && <a href={userPathOf(userId)}>{t('found.user', { id: userId })}</a>}
      {userId !== undefined && partnerId !== undefined && ' → '}
      {partnerId !== undefined && <a href={partnerPathOf(partnerId)}>{t('found.partner', { id: partnerId })}</a>}
    </span>
  );
}
