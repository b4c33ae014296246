import { type Fact, Moment, Money } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import type { View } from '../shell/view.js';
import { partnerPathOf, userPathOf } from './console-paths.js';
import { Failure } from './failure.js';
import { State } from './states.js';

type Payment = Schemas['PaymentDto'];
type Story = Schemas['PaymentStoryDto'];

/** Of the others nothing can be cancelled. */
const IS_PAID: readonly Payment['status'][] = ['APPROVED', 'PARTIALLY_CANCELED', 'CANCELED'];

/** What of a payment is looked for first. */
export function paymentFacts(t: View['t'], story: Story): Fact[] {
  const { payment, userName, partnerName, idempotencyKey } = story;
  const { status, totalPayAmount, toppedUpAmount, capturedAmount, canceledAmount, cancelableAmount } = payment;
  const { userId, partnerId, partnerPayKey, requestedAt, failureCode, expiresAt } = payment;
  const won = (term: string, amount: number | undefined): Fact[] =>
    amount === undefined ? [] : [{ term, value: <Money won={amount} /> }];
  return [
    { term: t('payment.total'), value: <Money won={totalPayAmount} />, isMain: true },
    { term: t('state'), value: <State of={status} /> },
    ...(failureCode ? [{ term: t('payment.failure'), value: <Failure code={failureCode} /> }] : []),
    ...won(t('payment.toppedUp'), toppedUpAmount),
    ...won(t('payment.captured'), capturedAmount),
    ...(IS_PAID.includes(status)
      ? [...won(t('payment.canceled'), canceledAmount), ...won(t('payment.cancelable'), cancelableAmount)]
      : []),
    ...(status === 'AUTHORIZED' && expiresAt ? [{ term: t('story.until'), value: <Moment at={expiresAt} /> }] : []),
    { term: t('payment.user'), value: <Party path={userPathOf(userId)} id={userId} name={userName} /> },
    { term: t('payment.partner'), value: <Party path={partnerPathOf(partnerId)} id={partnerId} name={partnerName} /> },
    { term: t('payment.order'), value: <span class="long">{partnerPayKey}</span> },
    { term: t('payment.requested'), value: <Moment at={requestedAt} /> },
    ...(idempotencyKey ? [{ term: t('payment.key'), value: <code class="long">{idempotencyKey}</code> }] : []),
  ];
}

interface PartyProps {
  readonly path: string;
  readonly id: number;
  readonly name: string;
}

/** Who pays, or is paid; by the id alone where there is no name any more. */
export function Party({ path, id, name }: PartyProps) {
  return (
    <a class="long" href={path}>
      {name === '' ? id : `${name} (${id})`}
    </a>
  );
}
