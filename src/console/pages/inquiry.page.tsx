import { ActForm, ActOutcome, ActPlace, Notice, wonText } from '../components/index.js';
import type { ApiAnswer } from '../shell/console-api.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { Refusal } from './bank-order.js';
import { movementPathOf } from './console-paths.js';
import { inquirePathOf } from './money-paths.js';

type Inquired = Schemas['InquiredDto'];

interface InquiryProps {
  readonly movementId: number;
  /** What is asked about; absent once it was. */
  readonly movement?: Schemas['MovementPageDto'];
  readonly reason?: string;
  /** Absent until it is done. */
  readonly answer?: ApiAnswer<Inquired>;
}

export function InquiryPage({ movementId, movement, reason = '', answer }: InquiryProps) {
  const back = movementPathOf(movementId);
  const order = movement?.bankOrder;
  return (
    <ActPlace>
      {answer !== undefined && (
        <ActOutcome answer={answer} back={back} done={(detail) => <WhatItSaid inquired={detail} />} />
      )}
      {movement !== undefined &&
        (order?.status === 'PENDING' ? (
          <InquiryForm movementId={movementId} order={order} reason={reason} back={back} />
        ) : (
          <NothingToAsk back={back} />
        ))}
    </ActPlace>
  );
}

interface FormProps {
  readonly movementId: number;
  readonly order: Schemas['BankOrderDto'];
  readonly reason: string;
  readonly back: string;
}

function InquiryForm({ movementId, order: { kind, bank, amount }, reason, back }: FormProps) {
  const { t } = useView();
  return (
    <ActForm
      action={inquirePathOf(movementId)}
      title={t('inquire.title', { id: movementId })}
      effects={[
        t(`inquire.effect.ask.${kind}`, { bank, amount: wonText(amount) }),
        t('inquire.effect.settle'),
        t('inquire.effect.resend'),
        t('inquire.effect.pause'),
      ]}
      submit={t('inquire.submit')}
      back={back}
      reason={reason}
    />
  );
}

/** The bank's word on it, or that there is none. */
function WhatItSaid({ inquired: { status, asked, inquiries, refusal } }: { readonly inquired: Inquired }) {
  const { t } = useView();
  return (
    <>
      <p>{status === 'PENDING' && !asked ? t('inquire.notAsked') : t(`inquire.${status}`)}</p>
      {status !== 'PENDING' && !asked && <p>{t('inquire.before')}</p>}
      {refusal !== undefined && (
        <p>
          <Refusal word={refusal} />
        </p>
      )}
      <p class="small">{t('story.inquiries', { count: inquiries })}</p>
    </>
  );
}

function NothingToAsk({ back }: { readonly back: string }) {
  const { t } = useView();
  return (
    <Notice tone="quiet" title={t('inquire.settled')} takesFocus>
      <p>
        <a href={back}>{t('back')}</a>
      </p>
    </Notice>
  );
}
