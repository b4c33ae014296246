import { Badge, type Fact, Facts, Moment, Money, type Tone } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { wordOf } from './words.js';

type BankOrder = Schemas['BankOrderDto'];

const TONES: Readonly<Record<BankOrder['status'], Tone>> = { PENDING: 'wait', DONE: 'good', REFUSED: 'bad' };

/** What a bank was asked for, and how that stands. */
export function BankOrderPanel({ order }: { readonly order: BankOrder }) {
  const { t } = useView();
  const { status, amount, heldAmount, bank, bankCode, linkedAccountId, bankTranId, businessDate } = order;
  const { kind, askedAt, inquiries, nextInquiryAt, resentAt, settledAt, refusal, turnedAway } = order;
  const time = (term: string, at: string | undefined): Fact[] => (at ? [{ term, value: <Moment at={at} /> }] : []);
  const why = (term: string, word: string | undefined): Fact[] =>
    word ? [{ term, value: <Refusal word={word} /> }] : [];
  return (
    <section class="panel" aria-labelledby="order">
      <h2 id="order">
        {t('order')} <Badge tone={TONES[status]}>{t(`order.${status}`)}</Badge>
      </h2>
      <p class="small">{t(`order.${kind}`)}</p>
      <Facts
        facts={[
          { term: t('order.amount'), value: <Money won={amount} /> },
          { term: t('order.held'), value: <Money won={heldAmount} /> },
          {
            term: t('order.bank'),
            value: (
              <>
                <span class="long">{bank}</span> ({bankCode})
                <span class="small block">{t('order.link', { id: linkedAccountId })}</span>
              </>
            ),
          },
          { term: t('order.number'), value: <code class="long">{bankTranId}</code> },
          { term: t('order.day'), value: <span class="number">{businessDate}</span> },
          ...time(t('order.asked'), askedAt),
          { term: t('order.inquiries'), value: <span class="number">{inquiries}</span> },
          ...time(t('order.next'), nextInquiryAt),
          ...time(t('order.resent'), resentAt),
          ...why(t('order.turnedAway'), turnedAway),
          ...time(t('order.settled'), settledAt),
          ...why(t('order.refusal'), refusal),
        ]}
      />
    </section>
  );
}

/** Why a bank said no. */
export function Refusal({ word }: { readonly word: string }) {
  const { t } = useView();
  return (
    <>
      {wordOf(t, 'refusal', word)} <code class="small long">{word}</code>
    </>
  );
}
