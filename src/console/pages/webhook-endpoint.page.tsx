import { ActLink, ActPlace, Badge, type Column, DataTable, Facts, Moment, Pager } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { endpointPathOf, type WebhookOwner, webhooksPathOf } from './webhook-owner.js';

type Endpoint = Schemas['WebhookDto'];
type Attempt = Schemas['AttemptDto'];

interface EndpointProps {
  readonly owner: WebhookOwner;
  readonly endpoint: Endpoint;
  readonly attempts: Schemas['AttemptsDto'];
  readonly mayAct: boolean;
}

/** An endpoint, and what was sent there lately. */
export function EndpointPage({ owner, endpoint, attempts, mayAct }: EndpointProps) {
  const { t } = useView();
  const { endpointId, url, types, createdAt } = endpoint;
  return (
    <>
      <section class="panel">
        <Facts
          facts={[
            { term: t('endpoint.url'), value: <span class="long">{url}</span> },
            { term: t('state'), value: <EndpointState endpoint={endpoint} /> },
            { term: t('endpoint.types'), value: typesText(t, types) },
            { term: t('endpoint.since'), value: <Moment at={createdAt} /> },
          ]}
        />
        <p class="links">
          <a href={webhooksPathOf(owner)}>{t('webhooks.deliveries')}</a>
          {mayAct && !endpoint.disabled && (
            <ActLink to={`${endpointPathOf(owner, endpointId)}/resend`}>{t('endpoint.resend')}</ActLink>
          )}
        </p>
      </section>
      <ActPlace />
      <section class="panel">
        <DataTable
          caption={t('attempts')}
          columns={attemptColumns(t)}
          rows={attempts.items}
          keyOf={({ deliveryId, attempt, attemptedAt }) => `${deliveryId} ${attempt} ${attemptedAt}`}
          empty={t('noAttempts')}
        />
        <Pager nextCursor={attempts.nextCursor} />
      </section>
    </>
  );
}

function attemptColumns(t: View['t']): Column<Attempt>[] {
  return [
    { header: t('attempt.time'), cell: ({ attemptedAt }) => <Moment at={attemptedAt} /> },
    { header: t('event.type'), cell: ({ type }) => <code>{type}</code> },
    { header: t('event.id'), cell: ({ eventId }) => eventId },
    { header: t('attempt.number'), cell: ({ attempt }) => attempt, isNumber: true },
    { header: t('attempt.answer'), cell: (attempt) => <AttemptAnswer attempt={attempt} /> },
    { header: t('attempt.duration'), cell: ({ durationMs }) => `${durationMs} ms`, isNumber: true },
    { header: t('event.next'), cell: ({ nextAttemptAt }) => (nextAttemptAt ? <Moment at={nextAttemptAt} /> : '–') },
  ];
}

function AttemptAnswer({ attempt: { status, error } }: { readonly attempt: Attempt }) {
  const isTaken = status !== undefined && status >= 200 && status < 300;
  return <Badge tone={isTaken ? 'good' : 'bad'}>{status ?? error ?? '–'}</Badge>;
}

export function EndpointState({ endpoint: { disabled, disabledReason } }: { readonly endpoint: Endpoint }) {
  const { t } = useView();
  if (!disabled) return <Badge tone="good">{t('endpoint.on')}</Badge>;
  const reason = disabledReason;
  return <Badge tone="bad">{reason ? t('endpoint.offBecause', { reason }) : t('endpoint.off')}</Badge>;
}

export const typesText = (t: View['t'], types: Endpoint['types']): string =>
  types === null ? t('endpoint.allTypes') : types.join(', ');
