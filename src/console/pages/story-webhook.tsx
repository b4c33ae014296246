import { Badge, Moment, type TimelineEvent, type Tone } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { endpointPathOf } from './webhook-owner.js';

type Webhook = Schemas['StoryWebhookDto'];

const TONES: Readonly<Record<Webhook['status'], Tone>> = { PENDING: 'wait', DELIVERED: 'good', UNDELIVERED: 'bad' };

/** That an endpoint was, or is to be, told of something, and what came of each attempt. */
export function webhookEvent(t: View['t'], at: string, webhook: Webhook, partnerId: number): TimelineEvent {
  const { status, type } = webhook;
  return {
    at,
    tone: TONES[status],
    title: (
      <>
        {t('story.told')} <code>{type}</code> <Badge tone={TONES[status]}>{t(`delivery.${status}`)}</Badge>
      </>
    ),
    more: <Delivery webhook={webhook} partnerId={partnerId} />,
  };
}

function Delivery({ webhook, partnerId }: { readonly webhook: Webhook; readonly partnerId: number }) {
  const { t } = useView();
  const { owner, endpointId, attempts, nextAttemptAt } = webhook;
  const isApp = owner === 'APP';
  return (
    <>
      <p>
        {isApp ? t('story.toApp') : t('story.toPartner')},{' '}
        <a href={endpointPathOf(isApp ? 'app' : partnerId, endpointId)}>{t('endpoint.title', { endpointId })}</a>
      </p>
      {attempts.length > 0 && (
        <ul class="attempts">
          {attempts.map(({ attempt, attemptedAt, status, error, durationMs }) => (
            <li key={`${attempt} ${attemptedAt}`}>
              {t('story.attempt', { attempt })} <Moment at={attemptedAt} /> <code>{status ?? error ?? '–'}</code>{' '}
              <span class="number nowrap">{durationMs} ms</span>
            </li>
          ))}
        </ul>
      )}
      {nextAttemptAt !== undefined && (
        <p>
          {t('event.next')} <Moment at={nextAttemptAt} />
        </p>
      )}
    </>
  );
}
