import {
  ActLink,
  ActPlace,
  Badge,
  type Column,
  DataTable,
  Field,
  FilterLinks,
  Moment,
  Pager,
  SearchForm,
  type Tone,
} from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { accountPathOf, movementPathOf, paymentPathOf } from './console-paths.js';
import { EndpointState, typesText } from './webhook-endpoint.page.js';
import { endpointPathOf, type WebhookOwner, webhooksPathOf } from './webhook-owner.js';

type Delivery = Schemas['WebhookEventDto'] | Schemas['AppWebhookEventDto'];
type Endpoint = Schemas['WebhookDto'];

export interface Deliveries {
  readonly items: Delivery[];
  readonly nextCursor: string | null;
}

const FILTERS = ['UNDELIVERED', 'PENDING', 'DELIVERED', 'ALL'] as const;
type Filter = (typeof FILTERS)[number];
const TONES: Readonly<Record<string, Tone>> = { UNDELIVERED: 'bad', PENDING: 'wait', DELIVERED: 'good' };

/** Asks whose webhooks. */
export function WebhookOwnersPage() {
  const { t } = useView();
  return (
    <>
      <SearchForm action="/console/webhooks/find" submit={t('show')}>
        <Field name="partnerId" label={t('partnerId')} isNumber />
      </SearchForm>
      <p>
        <a href={webhooksPathOf('app')}>{t('webhooks.toApp')}</a>
      </p>
    </>
  );
}

interface WebhooksProps {
  readonly owner: WebhookOwner;
  readonly endpoints: readonly Endpoint[];
  readonly deliveries: Deliveries;
  readonly filter: Filter;
  readonly mayAct: boolean;
}

export function WebhooksPage({ owner, endpoints, deliveries, filter, mayAct }: WebhooksProps) {
  const { t } = useView();
  return (
    <>
      <section class="panel">
        <DataTable
          caption={t('webhooks.endpoints')}
          columns={endpointColumns(t, owner)}
          rows={endpoints}
          keyOf={({ endpointId }) => endpointId}
          empty={t('webhooks.noEndpoints')}
        />
      </section>
      <ActPlace />
      <DeliveryList {...{ owner, deliveries, filter, mayAct }} />
    </>
  );
}

function endpointColumns(t: View['t'], owner: WebhookOwner): Column<Endpoint>[] {
  return [
    {
      header: t('endpoint.id'),
      cell: ({ endpointId }) => <a href={endpointPathOf(owner, endpointId)}>{endpointId}</a>,
    },
    { header: t('endpoint.url'), cell: ({ url }) => <span class="long">{url}</span> },
    { header: t('state'), cell: (endpoint) => <EndpointState endpoint={endpoint} /> },
    { header: t('endpoint.types'), cell: ({ types }) => typesText(t, types) },
    { header: t('endpoint.since'), cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
}

/** Looks again after an act of this page. */
function DeliveryList({ owner, deliveries, filter, mayAct }: Omit<WebhooksProps, 'endpoints'>) {
  const { t, url } = useView();
  const links = FILTERS.map((it) => ({
    href: `${webhooksPathOf(owner)}?status=${it}`,
    text: t(`delivery.${it}`),
    isCurrent: it === filter,
  }));
  const again = { 'hx-get': url, 'hx-trigger': 'acted from:body', 'hx-select': '#deliveries', 'hx-swap': 'outerHTML' };
  return (
    <section class="panel" id="deliveries" {...again}>
      <h2>{t('webhooks.deliveries')}</h2>
      <FilterLinks label={t('webhooks.filter')} links={links} />
      <DataTable
        caption={t('webhooks.deliveries')}
        hasHeading
        columns={deliveryColumns(t, owner, mayAct)}
        rows={deliveries.items}
        keyOf={({ deliveryId }) => deliveryId}
        empty={t('webhooks.noDeliveries')}
      />
      <Pager nextCursor={deliveries.nextCursor} />
    </section>
  );
}

function deliveryColumns(t: View['t'], owner: WebhookOwner, mayAct: boolean): Column<Delivery>[] {
  const columns: Column<Delivery>[] = [
    { header: t('event.time'), cell: ({ occurredAt }) => <Moment at={occurredAt} /> },
    { header: t('event.type'), cell: ({ type }) => <code>{type}</code> },
    { header: t('event.about'), cell: (delivery) => <About delivery={delivery} /> },
    {
      header: t('event.endpoint'),
      cell: ({ endpointId }) => <a href={endpointPathOf(owner, endpointId)}>{endpointId}</a>,
    },
    { header: t('state'), cell: (delivery) => <DeliveryState delivery={delivery} /> },
  ];
  return mayAct ? [...columns, { header: t('actions'), cell: (delivery) => resendLink(t, owner, delivery) }] : columns;
}

function resendLink(t: View['t'], owner: WebhookOwner, { eventId, endpointId }: Delivery) {
  const to = `${webhooksPathOf(owner)}/events/${eventId}/resend?endpointId=${endpointId}`;
  return (
    <ActLink to={to} label={t('event.resendLabel', { eventId, endpointId })}>
      {t('event.resend')}
    </ActLink>
  );
}

/** How it stands, and what was tried for it. */
function DeliveryState({ delivery }: { readonly delivery: Delivery }) {
  const { t } = useView();
  const { status, attempts, lastStatus, lastError, nextAttemptAt } = delivery;
  const last = lastStatus ?? lastError;
  return (
    <>
      <Badge tone={TONES[status] ?? 'quiet'}>{t(`delivery.${status}`)}</Badge>
      <span class="small block">
        {t('event.tried', { attempts })}
        {last !== undefined && (
          <>
            {' · '}
            <code class="long">{last}</code>
          </>
        )}
        {nextAttemptAt !== undefined && (
          <>
            {' · '}
            {t('event.next')} <Moment at={nextAttemptAt} />
          </>
        )}
      </span>
    </>
  );
}

/** What an event tells of: a payment of a partner's, a movement of the wallet's, or a savings account. */
function About({ delivery }: { readonly delivery: Delivery }) {
  const { t } = useView();
  const link = (path: string, text: string) => (
    <a class="nowrap" href={path}>
      {text}
    </a>
  );
  if ('paymentId' in delivery) {
    const id = delivery.paymentId;
    return link(paymentPathOf(id), t('event.payment', { id }));
  }
  const { transactionId, accountId } = delivery;
  if (transactionId !== undefined) {
    return link(movementPathOf(transactionId), t('event.transaction', { id: transactionId }));
  }
  return accountId === undefined ? <>–</> : link(accountPathOf(accountId), t('event.account', { id: accountId }));
}
