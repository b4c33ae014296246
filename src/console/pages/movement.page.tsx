import {
  ActLink,
  ActPlace,
  Badge,
  type Fact,
  Facts,
  looksAgain,
  Moment,
  Money,
  type Tone,
} from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { BankOrderPanel } from './bank-order.js';
import { actsPathOf, movementPathOf, paymentPathOf, userPathOf } from './console-paths.js';
import { Failure } from './failure.js';
import { Journal } from './journal.js';
import { inquirePathOf } from './money-paths.js';
import { OwnedAccount } from './owned-account.js';
import { Party } from './payment-facts.js';
import { kindText, State } from './states.js';

type Movement = Schemas['MovementPageDto'];
type Acceptance = NonNullable<Movement['acceptance']>;

const WATCHED_EVERY_SECONDS = 4;
const ACCEPTANCE_TONES: Readonly<Record<Acceptance['status'], Tone>> = {
  HELD: 'wait',
  ACCEPTED: 'good',
  CANCELED: 'quiet',
  EXPIRED: 'quiet',
};

/** All there is to say of a movement that is no payment. */
export function MovementPage({ movement, mayAct }: { readonly movement: Movement; readonly mayAct: boolean }) {
  const { t } = useView();
  const { transactionId, type, status, journal, bankOrder } = movement;
  const isPending = status === 'PENDING';
  const everySeconds = isPending ? WATCHED_EVERY_SECONDS : undefined;
  return (
    <>
      <ActPlace />
      <div class="stack" {...looksAgain({ id: 'movement', url: `${movementPathOf(transactionId)}/now`, everySeconds })}>
        <section class="panel" aria-label={t('movement.title', { id: transactionId })}>
          <Facts facts={factsOf(t, movement)} />
          {isPending && (
            <p class="small" role="status">
              {t('payment.watched', { seconds: WATCHED_EVERY_SECONDS })}
            </p>
          )}
          <p class="links">
            {mayAct && isPending && <ActLink to={inquirePathOf(transactionId)}>{t('inquire.link')}</ActLink>}
            <a href={actsPathOf('movement', transactionId)}>{t('payment.acts')}</a>
          </p>
        </section>
        <Journal booked={journal.map((pair) => ({ ...pair, transactionId, type }))} hereId={transactionId} />
        {bankOrder && <BankOrderPanel order={bankOrder} />}
      </div>
    </>
  );
}

function factsOf(t: View['t'], movement: Movement): Fact[] {
  const { type, status, amount, toppedUpAmount, failureCode, paymentId, counterAccount } = movement;
  const { requestedAt, endedAt, userId, userName, idempotencyKey, memo, acceptance } = movement;
  const fact = (term: string, value: Fact['value'] | undefined): Fact[] =>
    value === undefined ? [] : [{ term, value }];
  return [
    { term: t('movement.amount'), value: <Money won={amount} />, isMain: true },
    { term: t('movement.kind'), value: kindText(t, type) },
    { term: t('state'), value: <State of={status} /> },
    ...fact(t('payment.failure'), failureCode && <Failure code={failureCode} />),
    ...fact(t('movement.toppedUp'), toppedUpAmount > 0 ? <Money won={toppedUpAmount} /> : undefined),
    ...fact(t('movement.payment'), paymentId && <a href={paymentPathOf(paymentId)}>{paymentId}</a>),
    { term: t('movement.user'), value: <Party path={userPathOf(userId)} id={userId} name={userName} /> },
    ...fact(t('movement.counter'), counterAccount && <OwnedAccount account={counterAccount} />),
    ...fact(t('movement.memo'), memo && <span class="long">{memo}</span>),
    ...fact(t('movement.acceptance'), acceptance && <Accepted acceptance={acceptance} />),
    { term: t('payment.requested'), value: <Moment at={requestedAt} /> },
    ...fact(t('movement.ended'), endedAt && <Moment at={endedAt} />),
    ...fact(t('payment.key'), idempotencyKey && <code class="long">{idempotencyKey}</code>),
  ];
}

function Accepted({ acceptance: { status, expiresAt, endedAt } }: { readonly acceptance: Acceptance }) {
  const { t } = useView();
  return (
    <>
      <Badge tone={ACCEPTANCE_TONES[status]}>{t(`acceptance.${status}`)}</Badge>
      <span class="small block">
        {endedAt === undefined && `${t('story.until')} `}
        <Moment at={endedAt ?? expiresAt} />
      </span>
    </>
  );
}
