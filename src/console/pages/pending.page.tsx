import {
  ActLink,
  ActPlace,
  Age,
  type Column,
  DataTable,
  looksAgain,
  Moment,
  Money,
  Pager,
  wonText,
} from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { movementPathOf, paymentPathOf, userPathOf } from './console-paths.js';
import { inquirePathOf, PENDING_PATH } from './money-paths.js';
import { kindText } from './states.js';
import { wordOf } from './words.js';

type Order = Schemas['WaitingOrderDto'];

const WATCHED_EVERY_SECONDS = 10;

interface PendingProps {
  readonly orders: Schemas['WaitingOrdersDto'];
  readonly cursor: string | undefined;
  readonly mayAct: boolean;
}

/** What waits for a bank, and a way to ask it at once. */
export function PendingPage({ orders: { items, nextCursor }, cursor, mayAct }: PendingProps) {
  const { t } = useView();
  const url = `${PENDING_PATH}/now${cursor === undefined ? '' : `?cursor=${cursor}`}`;
  return (
    <>
      <ActPlace />
      <section class="panel" {...looksAgain({ id: 'pending', url, everySeconds: WATCHED_EVERY_SECONDS })}>
        <DataTable
          caption={t('pending')}
          hasHeading
          columns={columns(t, mayAct)}
          rows={items}
          keyOf={({ transactionId }) => transactionId}
          empty={t('pending.none')}
        />
        <Pager nextCursor={nextCursor} path={PENDING_PATH} />
        <p class="small">{t('pending.watched', { seconds: WATCHED_EVERY_SECONDS })}</p>
      </section>
    </>
  );
}

function columns(t: View['t'], mayAct: boolean): Column<Order>[] {
  const all: Column<Order>[] = [
    { header: t('pending.what'), cell: (order) => <What order={order} /> },
    { header: t('pending.amount'), cell: (order) => <Amount order={order} />, isNumber: true },
    {
      header: t('pending.age'),
      cell: ({ ageSeconds, askedAt }) => (
        <>
          <Age seconds={ageSeconds} />
          <span class="small block">
            <Moment at={askedAt} />
          </span>
        </>
      ),
    },
    { header: t('pending.asked'), cell: ({ inquiries }) => inquiries, isNumber: true },
    { header: t('pending.next'), cell: (order) => <Next order={order} /> },
    {
      header: t('pending.bank'),
      cell: ({ bank, bankTranId }) => (
        <>
          <span class="long">{bank}</span>
          <code class="small block">{bankTranId}</code>
        </>
      ),
    },
  ];
  return mayAct ? [...all, { header: t('actions'), cell: (order) => inquireLink(t, order) }] : all;
}

function inquireLink(t: View['t'], { transactionId: id }: Order) {
  return (
    <ActLink to={inquirePathOf(id)} label={t('inquire.label', { id })}>
      {t('inquire.link')}
    </ActLink>
  );
}

function What({ order: { transactionId, paymentId, type, userId } }: { readonly order: Order }) {
  const { t } = useView();
  const path = paymentId === undefined ? movementPathOf(transactionId) : paymentPathOf(paymentId);
  return (
    <>
      <a href={path}>
        {kindText(t, type)} {transactionId}
      </a>
      <span class="small block">
        <a href={userPathOf(userId)}>{t('pending.user', { id: userId })}</a>
      </span>
    </>
  );
}

function Amount({ order: { kind, amount, movementAmount } }: { readonly order: Order }) {
  const { t } = useView();
  return (
    <>
      <Money won={amount} />
      <span class="small block">{t(`order.${kind}`)}</span>
      {movementAmount !== amount && (
        <span class="small block">{t('pending.ofAll', { amount: wonText(movementAmount) })}</span>
      )}
    </>
  );
}

function Next({ order: { nextInquirySeconds, nextInquiryAt, turnedAway } }: { readonly order: Order }) {
  const { t } = useView();
  return (
    <>
      <span class="nowrap" title={nextInquiryAt}>
        {nextInquirySeconds <= 0 ? t('pending.due') : t('pending.in', { seconds: nextInquirySeconds })}
      </span>
      {turnedAway !== undefined && <span class="small block">{wordOf(t, 'refusal', turnedAway)}</span>}
    </>
  );
}
