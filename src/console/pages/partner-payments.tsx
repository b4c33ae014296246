import { addDays } from '../../platform/clock/clock.js';
import { type Column, DataTable, Field, Moment, Money, Pager, SearchForm, wonText } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { partnerPathOf, paymentPathOf, userPathOf } from './console-paths.js';
import { State } from './states.js';

type Payment = Schemas['PaymentDto'];

interface PartnerPaymentsProps {
  readonly partnerId: number;
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly payments: Schemas['PaymentsDto'];
}

/** What a partner was asked to be paid on a business day, whatever became of it. */
export function PartnerPayments({ partnerId, day, payments: { items, nextCursor = null } }: PartnerPaymentsProps) {
  const { t } = useView();
  const path = partnerPathOf(partnerId);
  return (
    <section class="panel">
      <h2>{t('partner.payments', { day })}</h2>
      <SearchForm action={path} submit={t('show')}>
        <Field name="day" label={t('day')} value={day} type="date" />
      </SearchForm>
      <nav class="links" aria-label={t('settlement.days')}>
        <a href={`${path}?day=${addDays(day, -1)}`}>{t('settlement.before')}</a>
        <a href={`${path}?day=${addDays(day, 1)}`}>{t('settlement.after')}</a>
        <a href={`/console/settlements?partnerId=${partnerId}&day=${day}`}>{t('partner.settlementOf')}</a>
      </nav>
      <DataTable
        caption={t('partner.payments', { day })}
        hasHeading
        columns={columnsOf(t)}
        rows={items}
        keyOf={({ paymentId }) => paymentId}
        empty={t('partner.noPayments')}
      />
      <Pager nextCursor={nextCursor} />
    </section>
  );
}

function columnsOf(t: View['t']): Column<Payment>[] {
  return [
    { header: t('begun.when'), cell: ({ requestedAt }) => <Moment at={requestedAt} /> },
    { header: t('begun.id'), cell: ({ paymentId }) => <a href={paymentPathOf(paymentId)}>{paymentId}</a> },
    { header: t('partner.order'), cell: (payment) => <Order payment={payment} /> },
    { header: t('partner.user'), cell: ({ userId }) => <a href={userPathOf(userId)}>{userId}</a> },
    { header: t('state'), cell: (payment) => <PaymentState payment={payment} /> },
    { header: t('begun.amount'), cell: (payment) => <Amount payment={payment} />, isNumber: true },
  ];
}

function Order({ payment: { partnerPayKey, productItems } }: { readonly payment: Payment }) {
  return (
    <>
      <span class="long">{partnerPayKey}</span>
      <span class="small block long">{productItems.map(({ count, name }) => `${count} × ${name}`).join(', ')}</span>
    </>
  );
}

function PaymentState({ payment: { status, failureCode } }: { readonly payment: Payment }) {
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

function Amount({ payment: { totalPayAmount, canceledAmount } }: { readonly payment: Payment }) {
  const { t } = useView();
  return (
    <>
      <Money won={totalPayAmount} />
      {canceledAmount > 0 && (
        <span class="small block">{t('partner.canceled', { amount: wonText(canceledAmount) })}</span>
      )}
    </>
  );
}
