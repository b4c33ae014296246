import { ActForm, ActOutcome, ActPlace, Field, Notice, wonText } from '../components/index.js';
import type { ApiAnswer } from '../shell/console-api.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { movementPathOf, paymentPathOf } from './console-paths.js';
import { cancelPathOf } from './money-paths.js';

type Payment = Schemas['PaymentDto'];
export type Canceled = Schemas['PaymentCanceledDetailDto'];

/** What stood in the fields. */
interface Asked {
  readonly reason?: string;
  readonly cancelAmount?: string;
}

interface CancelPaymentProps {
  readonly paymentId: number;
  /** As it is now; absent once it is too late, or too early, to ask for another cancel. */
  readonly payment?: Payment;
  readonly asked?: Asked;
  /** Absent until it is done. */
  readonly answer?: ApiAnswer<Canceled>;
}

export function CancelPaymentPage({ paymentId, payment, asked = {}, answer }: CancelPaymentProps) {
  const back = paymentPathOf(paymentId);
  return (
    <ActPlace>
      {answer !== undefined && (
        <ActOutcome answer={answer} back={back} done={(detail) => <CancelDone detail={detail} />} />
      )}
      {payment !== undefined &&
        (payment.cancelableAmount > 0 ? (
          <CancelForm payment={payment} asked={asked} back={back} />
        ) : (
          <NothingToCancel back={back} />
        ))}
    </ActPlace>
  );
}

function CancelForm({ payment, asked, back }: { payment: Payment; asked: Asked; back: string }) {
  const { t } = useView();
  const { paymentId, cancelableAmount } = payment;
  const amount = wonText(cancelableAmount);
  const effects = [
    t('cancel.effect.money', { amount }),
    t('cancel.effect.webhook'),
    t('cancel.effect.settlement'),
    t('cancel.effect.changed'),
    t('cancel.effect.once'),
  ];
  return (
    <ActForm
      action={cancelPathOf(paymentId)}
      title={t('cancel.title', { id: paymentId })}
      effects={effects}
      submit={t('cancel.submit')}
      back={back}
      reason={asked.reason ?? ''}
      isDangerous
    >
      <Field
        name="cancelAmount"
        label={t('cancel.amount')}
        value={asked.cancelAmount ?? cancelableAmount}
        hint={t('cancel.amountHint', { amount })}
        isNumber
      />
      <input type="hidden" name="cancelableAmount" value={cancelableAmount} />
    </ActForm>
  );
}

function NothingToCancel({ back }: { readonly back: string }) {
  const { t } = useView();
  return (
    <Notice tone="quiet" title={t('cancel.impossible')} takesFocus>
      <p>{t('cancel.impossibleWhy')}</p>
      <p>
        <a href={back}>{t('back')}</a>
      </p>
    </Notice>
  );
}

function CancelDone({ detail: { cancelId, cancelAmount, cancelableAmount } }: { readonly detail: Canceled }) {
  const { t } = useView();
  return (
    <>
      <p>{t('cancel.done', { amount: wonText(cancelAmount), rest: wonText(cancelableAmount) })}</p>
      <p>
        <a href={movementPathOf(cancelId)}>{t('movement.title', { id: cancelId })}</a>
      </p>
    </>
  );
}
