import { randomUUID } from 'node:crypto';
import { Field, wonText } from '../components/index.js';
import { ApiRefusal } from '../console.errors.js';
import { useView } from '../shell/view.js';
import { chargeCall, paymentCall, SANDBOX_PARTNER } from './sandbox-calls.js';
import { KeyTrouble } from './sandbox-customer.js';
import type { Walk } from './sandbox-walk.js';
import { Curl, Step, StepAnswer, StepForm } from './sandbox-step.js';

/** won */
const AMOUNT = 23_000;
const CHARGE = 50_000;

export function PaymentStep(walk: Walk) {
  const { t } = useView();
  const { customer, story } = walk.state;
  const what = t('sandbox.payWhat', { partnerId: SANDBOX_PARTNER, amount: wonText(AMOUNT) });
  const isThere = customer !== undefined && !(customer instanceof ApiRefusal);
  return (
    <Step number={3} title={t('sandbox.pay')} what={what} isDone={story !== undefined}>
      <StepAnswer said={walk.said} step="charge" what="POST /accounts/main/charge" />
      <StepAnswer said={walk.said} step="payment" what="POST /payments" next={4} />
      {!isThere && walk.keyTrouble === null ? (
        <p class="empty">{t('sandbox.firstCustomer')}</p>
      ) : (
        <Forms {...walk} userId={isThere ? customer.userId : 1} />
      )}
    </Step>
  );
}

function Forms({ place, shell, keyTrouble, userId }: Walk & { readonly userId: number }) {
  const { t } = useView();
  const idempotencyKey = `sandbox-${randomUUID()}`;
  const partnerPayKey = `order-${randomUUID().slice(0, 8)}`;
  const call = { ...paymentCall({ userId, totalPayAmount: AMOUNT, partnerPayKey }), idempotencyKey };
  return (
    <>
      {keyTrouble !== null && <KeyTrouble trouble={keyTrouble} />}
      {keyTrouble === null && (
        <StepForm step="payment" place={place} idempotencyKey={idempotencyKey} submit={t('sandbox.payNow')}>
          <Field name="totalPayAmount" label={t('sandbox.amount')} value={AMOUNT} isNumber />
          <label class="choice">
            <input type="checkbox" name="capture" value="MANUAL" />
            <span>{t('sandbox.manual')}</span>
          </label>
          <input type="hidden" name="partnerPayKey" value={partnerPayKey} />
          <p class="small">
            {t('sandbox.payOnce')} <code class="long">{idempotencyKey}</code>
          </p>
        </StepForm>
      )}
      <Curl call={call} shell={shell} />
      {keyTrouble === null && <ChargeFirst {...{ place, shell, userId }} />}
    </>
  );
}

function ChargeFirst({ place, shell, userId }: Pick<Walk, 'place' | 'shell'> & { readonly userId: number }) {
  const { t } = useView();
  const idempotencyKey = `sandbox-${randomUUID()}`;
  return (
    <details>
      <summary>{t('sandbox.charge')}</summary>
      <p>{t('sandbox.chargeWhat')}</p>
      <StepForm step="charge" place={place} idempotencyKey={idempotencyKey} submit={t('sandbox.chargeNow')}>
        <Field name="chargeAmount" label={t('sandbox.chargeAmount')} value={CHARGE} isNumber />
      </StepForm>
      <Curl call={{ ...chargeCall({ userId, amount: CHARGE }), idempotencyKey }} shell={shell} />
    </details>
  );
}
