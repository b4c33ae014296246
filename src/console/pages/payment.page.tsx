import { ActLink, ActPlace, type Column, DataTable, Facts, Moment, Money, looksAgain } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { BankOrderPanel } from './bank-order.js';
import { actsPathOf, movementPathOf, paymentPathOf } from './console-paths.js';
import { type Booked, Journal } from './journal.js';
import { cancelPathOf, inquirePathOf } from './money-paths.js';
import { paymentFacts } from './payment-facts.js';
import { PaymentStory } from './payment-story.js';
import { webhooksPathOf } from './webhook-owner.js';

type Payment = Schemas['PaymentDto'];
type Story = Schemas['PaymentStoryDto'];

/** While nobody knows what becomes of it. */
const WATCHED_EVERY_SECONDS = 4;

interface PaymentProps {
  readonly story: Story;
  readonly acts: readonly Schemas['ActDto'][];
  readonly mayAct: boolean;
}

/** All that a complaint about a payment needs. */
export function PaymentPage({ story, acts, mayAct }: PaymentProps) {
  const { payment, bankOrder } = story;
  const { paymentId, status } = payment;
  const everySeconds = status === 'PENDING' ? WATCHED_EVERY_SECONDS : undefined;
  return (
    <>
      <ActPlace />
      <div class="stack" {...looksAgain({ id: 'payment', url: `${paymentPathOf(paymentId)}/now`, everySeconds })}>
        <Summary story={story} mayAct={mayAct} />
        <PaymentStory story={story} acts={acts} />
        {payment.cancels.length > 0 && <Cancels payment={payment} />}
        <Journal booked={bookedOf(story)} hereId={paymentId} />
        {bankOrder && <BankOrderPanel order={bankOrder} />}
        <Products payment={payment} />
      </div>
    </>
  );
}

function Summary({ story, mayAct }: { readonly story: Story; readonly mayAct: boolean }) {
  const { t } = useView();
  const { paymentId, partnerId, status, cancelableAmount } = story.payment;
  const isPending = status === 'PENDING';
  return (
    <section class="panel" aria-label={t('payment.title', { id: paymentId })}>
      <Facts facts={paymentFacts(t, story)} />
      {isPending && (
        <p class="small" role="status">
          {t('payment.watched', { seconds: WATCHED_EVERY_SECONDS })}
        </p>
      )}
      <p class="links">
        {mayAct && cancelableAmount > 0 && <ActLink to={cancelPathOf(paymentId)}>{t('cancel.link')}</ActLink>}
        {mayAct && isPending && <ActLink to={inquirePathOf(paymentId)}>{t('inquire.link')}</ActLink>}
        <a href={webhooksPathOf(partnerId)}>{t('payment.webhooks')}</a>
        <a href={actsPathOf('payment', paymentId)}>{t('payment.acts')}</a>
      </p>
    </section>
  );
}

/** After the payment itself came its capture, and its cancels. */
function bookedOf({ payment: { paymentId, capture, cancels }, journal }: Story): Booked[] {
  const cancelIds = new Set(cancels.map(({ cancelId }) => cancelId));
  const typeOf = (id: number) => {
    if (cancelIds.has(id)) return 'PAYMENT_CANCEL';
    if (id !== paymentId) return 'CAPTURE';
    return capture === 'MANUAL' ? 'AUTHORIZATION' : 'PAYMENT';
  };
  return journal.map((pair) => ({ ...pair, type: typeOf(pair.transactionId) }));
}

function Products({ payment: { productItems } }: { readonly payment: Payment }) {
  const { t } = useView();
  return (
    <section class="panel" aria-labelledby="products">
      <h2 id="products">{t('payment.products')}</h2>
      <ul class="items">
        {productItems.map(({ name, count }, place) => (
          <li key={place}>
            <span class="long">{name}</span> <span class="number nowrap">× {count}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Cancels({ payment: { cancels } }: { readonly payment: Payment }) {
  const { t } = useView();
  return (
    <section class="panel">
      <DataTable
        caption={t('payment.cancels')}
        columns={cancelColumns(t)}
        rows={cancels}
        keyOf={({ cancelId }) => cancelId}
      />
    </section>
  );
}

function cancelColumns(t: View['t']): Column<Schemas['CancelDto']>[] {
  return [
    { header: t('journal.time'), cell: ({ canceledAt }) => <Moment at={canceledAt} /> },
    { header: t('payment.cancelId'), cell: ({ cancelId }) => <a href={movementPathOf(cancelId)}>{cancelId}</a> },
    { header: t('reason'), cell: ({ cancelReason }) => <span class="long">{cancelReason}</span> },
    { header: t('movement.amount'), cell: ({ cancelAmount }) => <Money won={cancelAmount} />, isNumber: true },
  ];
}
