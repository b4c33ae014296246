import { Moment, Timeline, type TimelineEvent, type Tone, wonText } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { Refusal } from './bank-order.js';
import { Failure } from './failure.js';
import { movementPathOf } from './console-paths.js';
import { actEvent } from './story-act.js';
import { webhookEvent } from './story-webhook.js';

type Story = Schemas['PaymentStoryDto'];
type Event = Schemas['StoryEventDto'];
type Act = Schemas['ActDto'];

const TONES: Readonly<Partial<Record<Event['event'], Tone>>> = {
  BANK_DONE: 'good',
  BANK_REFUSED: 'bad',
  APPROVED: 'good',
  AUTHORIZED: 'wait',
  FAILED: 'bad',
  CAPTURED: 'good',
};

/** What happened to a payment, and what operators did about it. */
export function PaymentStory({ story, acts }: { readonly story: Story; readonly acts: readonly Act[] }) {
  const { t } = useView();
  return (
    <section class="panel" aria-labelledby="story">
      <h2 id="story">{t('story')}</h2>
      <Timeline label={t('story')} events={timelineOf(t, story, acts)} />
      {!story.isWhole && <p class="small">{t('story.partial')}</p>}
    </section>
  );
}

function timelineOf(t: View['t'], { timeline, payment, bankOrder }: Story, acts: readonly Act[]): TimelineEvent[] {
  const events = timeline.map((event) =>
    event.webhook ? webhookEvent(t, event.at, event.webhook, payment.partnerId) : storyEvent(t, event),
  );
  for (const act of acts.toSorted((a, b) => a.actId - b.actId)) insert(events, actEvent(t, act));
  const next = bankOrder?.nextInquiryAt;
  return next === undefined ? events : [...events, { at: next, tone: 'wait', title: t('story.next') }];
}

/** What an act has brought about in the same second comes after it. */
function insert(events: TimelineEvent[], act: TimelineEvent): void {
  const place = events.findIndex(({ at }) => at >= act.at);
  events.splice(place < 0 ? events.length : place, 0, act);
}

function storyEvent(t: View['t'], event: Event): TimelineEvent {
  const amount = event.amount === undefined ? '' : wonText(event.amount);
  const title = event.event === 'WEBHOOK' ? t('story.told') : t(`story.${event.event}`, { amount });
  const more = <More event={event} />;
  return { at: event.at, tone: TONES[event.event] ?? 'quiet', title, more };
}

function More({ event }: { readonly event: Event }) {
  const { t } = useView();
  const { inquiries, refusal, failureCode, reason, expiresAt } = event;
  return (
    <>
      {inquiries !== undefined && inquiries > 0 && <p>{t('story.inquiries', { count: inquiries })}</p>}
      {refusal !== undefined && (
        <p>
          <Refusal word={refusal} />
        </p>
      )}
      {failureCode !== undefined && (
        <p>
          <Failure code={failureCode} />
        </p>
      )}
      {expiresAt !== undefined && (
        <p>
          {t('story.until')} <Moment at={expiresAt} />
        </p>
      )}
      {reason !== undefined && <p class="long">{t('story.reason', { reason })}</p>}
      {event.event === 'CANCELED' && (
        <p>
          <a href={movementPathOf(event.transactionId)}>{t('movement.title', { id: event.transactionId })}</a>
        </p>
      )}
    </>
  );
}
