import { Field, looksAgain, Moment, Notice, SearchForm, Timeline, type Tone, wonText } from '../components/index.js';
import { ApiRefusal } from '../console.errors.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { paymentPathOf } from './console-paths.js';
import { SANDBOX_PARTNER } from './sandbox-calls.js';
import { SANDBOX_PATH, sandboxPathOf } from './sandbox-place.js';
import type { Story } from './sandbox-state.js';

type Event = Schemas['StoryEventDto'];

const STATE_TONES: Readonly<Record<Story['payment']['status'], Tone>> = {
  PENDING: 'wait',
  APPROVED: 'good',
  AUTHORIZED: 'good',
  FAILED: 'bad',
  VOIDED: 'quiet',
  CANCELED: 'quiet',
  PARTIALLY_CANCELED: 'quiet',
};
const EVENT_TONES: Readonly<Partial<Record<Event['event'], Tone>>> = {
  BANK_DONE: 'good',
  BANK_REFUSED: 'bad',
  APPROVED: 'good',
  AUTHORIZED: 'good',
  CAPTURED: 'good',
  FAILED: 'bad',
  BANK_ASKED: 'wait',
  BANK_RESENT: 'wait',
};

/** What became of a payment; it looks again until that is known. */
export function SandboxStory({ story }: { readonly story: Story | ApiRefusal }) {
  const { t } = useView();
  if (story instanceof ApiRefusal) return <Notice tone="bad" title={story.answer.message} />;
  const { payment, timeline } = story;
  const { paymentId, status } = payment;
  const url = `${SANDBOX_PATH}/payments/${paymentId}`;
  const isOpen = hasMoreToCome(story);
  const again = isOpen ? looksAgain({ id: 'story', url, everySeconds: 1 }) : { id: 'story' };
  const label = t('sandbox.storyOf', { id: paymentId });
  return (
    <div class="story" aria-live="polite" {...again}>
      <Notice tone={STATE_TONES[status]} title={`${label} · ${status}`}>
        <p>{t(`sandbox.state.${status}`)}</p>
      </Notice>
      <Timeline label={label} events={timeline.map((event) => shown(t, event))} />
      <p class="links">
        <a href={paymentPathOf(paymentId)}>{t('sandbox.allOfIt')}</a>
        {isOpen && <a href={sandboxPathOf({ userId: payment.userId, paymentId })}>{t('sandbox.lookAgain')}</a>}
      </p>
      <p class="small">
        {t('sandbox.hear')} <code>npm run webhooks:listen -- --partner {SANDBOX_PARTNER}</code>
      </p>
    </div>
  );
}

/** Nobody knows the outcome yet, or somebody is about to be told of it for the first time. */
function hasMoreToCome({ payment, timeline }: Story): boolean {
  const isToBeTold = ({ webhook }: Event) => webhook?.status === 'PENDING' && webhook.attempts.length === 0;
  return payment.status === 'PENDING' || timeline.some(isToBeTold);
}

function shown(t: View['t'], event: Event) {
  const amount = event.amount === undefined ? '' : wonText(event.amount);
  const tone = event.webhook ? webhookTone(event.webhook.status) : (EVENT_TONES[event.event] ?? 'quiet');
  return { at: event.at, tone, title: t(`sandbox.on.${event.event}`, { amount }), more: <More event={event} /> };
}

const webhookTone = (status: string): Tone => (status === 'DELIVERED' ? 'good' : status === 'PENDING' ? 'wait' : 'bad');

function More({ event }: { readonly event: Event }) {
  const { t } = useView();
  const { inquiries = 0, refusal, failureCode, reason, webhook, expiresAt } = event;
  return (
    <>
      {event.event === 'BANK_ASKED' && <p>{t('sandbox.why.BANK_ASKED')}</p>}
      {inquiries > 0 && <p>{t('sandbox.inquiries', { count: inquiries })}</p>}
      {(refusal ?? failureCode) !== undefined && <code>{refusal ?? failureCode}</code>}
      {reason !== undefined && <span class="long">{reason}</span>}
      {expiresAt !== undefined && (
        <p>
          {t('keys.until')} <Moment at={expiresAt} />
        </p>
      )}
      {webhook !== undefined && (
        <code>
          {webhook.type} · {webhook.status}
        </code>
      )}
    </>
  );
}

/** For who can't pay from here, and has paid from elsewhere. */
export function WatchForm({ paymentId }: { readonly paymentId: number | undefined }) {
  const { t } = useView();
  return (
    <SearchForm action={SANDBOX_PATH} submit={t('sandbox.watch')}>
      <Field name="paymentId" label={t('sandbox.paymentId')} value={paymentId} isNumber />
    </SearchForm>
  );
}
