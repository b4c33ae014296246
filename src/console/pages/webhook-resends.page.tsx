import { ActForm, ActOutcome, ActPlace, ChoiceField, Field } from '../components/index.js';
import type { ApiAnswer } from '../shell/console-api.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { endpointPathOf, type WebhookOwner, webhooksPathOf } from './webhook-owner.js';

interface ResendEventProps {
  readonly owner: WebhookOwner;
  readonly eventId: number;
  readonly endpointId: number;
  /** Absent until it is done. */
  readonly answer?: ApiAnswer<Schemas['ResentEventDto']>;
}

export function ResendEventPage({ owner, eventId, endpointId, answer }: ResendEventProps) {
  const { t } = useView();
  const back = webhooksPathOf(owner);
  const action = `${back}/events/${eventId}/resend?endpointId=${endpointId}`;
  return (
    <ActPlace>
      {answer === undefined ? (
        <ActForm
          action={action}
          title={t('resend.event', { eventId })}
          effects={[t('resend.toOne', { eventId, endpointId }), t('resend.attempts')]}
          submit={t('resend.submit')}
          back={back}
          reason=""
        />
      ) : (
        <ActOutcome
          answer={answer}
          back={back}
          done={({ items }) => <p>{t('resend.due', { count: items.length })}</p>}
        />
      )}
    </ActPlace>
  );
}

export type ResentPeriod = Schemas['ResentPeriodDto'];

/** As the fields of the form have it. */
interface Period {
  readonly from?: string;
  readonly to?: string;
  readonly status?: string;
  readonly reason?: string;
}

interface ResendPeriodProps {
  readonly owner: WebhookOwner;
  readonly endpointId: number;
  readonly asked?: Period;
  /** Absent until it is done. */
  readonly answer?: ApiAnswer<ResentPeriod>;
}

export function ResendPeriodPage({ owner, endpointId, asked = {}, answer }: ResendPeriodProps) {
  const { t } = useView();
  const back = endpointPathOf(owner, endpointId);
  const { reason = '' } = asked;
  const rest = answer?.status === 200 ? answer.detail.nextCursor : null;
  return (
    <ActPlace>
      {answer !== undefined && (
        <ActOutcome
          answer={answer}
          back={back}
          done={({ resent }) => (
            <>
              <p>{t('resend.due', { count: resent })}</p>
              {rest !== null && <p>{t('resend.more')}</p>}
            </>
          )}
        />
      )}
      {(answer === undefined || rest !== null || isToMend(answer)) && (
        <ActForm
          action={`${back}/resend`}
          title={t('resend.period')}
          effects={[t('resend.periodEffect', { endpointId }), t('resend.attempts')]}
          submit={rest === null ? t('resend.submit') : t('resend.goOn')}
          back={back}
          reason={reason}
        >
          <PeriodFields {...asked} />
          {rest !== null && <input type="hidden" name="cursor" value={rest} />}
        </ActForm>
      )}
    </ActPlace>
  );
}

/** What was refused for what stands in its fields. */
const isToMend = ({ status }: ApiAnswer<unknown>) => status === 400 || status === 422;

function PeriodFields({ from, to, status }: Period) {
  const { t } = useView();
  const choices = [
    { value: 'UNDELIVERED', text: t('delivery.UNDELIVERED') },
    { value: 'DELIVERED', text: t('delivery.DELIVERED') },
    { value: '', text: t('resend.both') },
  ];
  return (
    <div class="fields">
      <Field name="from" type="datetime-local" label={t('resend.from')} value={from} />
      <Field name="to" type="datetime-local" label={t('resend.to')} value={to} hint={t('resend.toHint')} isOptional />
      <ChoiceField name="status" label={t('resend.which')} choices={choices} value={status ?? 'UNDELIVERED'} />
    </div>
  );
}
