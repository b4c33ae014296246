import { ActForm, ActOutcome, ActPlace, ChoiceField, Field, Moment, Notice } from '../components/index.js';
import type { ApiAnswer } from '../shell/console-api.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { KEYS_PATH, keyPathOf } from './key-path.js';
import { type ApiKey, keyName } from './key-state.js';

const ROLES = ['partner', 'partner-read', 'app', 'operator', 'auditor', 'metrics'] as const;

/** As the fields of the form have it. */
interface NewKey {
  readonly role?: ApiKey['role'];
  readonly partnerId?: number;
  readonly label?: string;
  readonly days?: number;
  readonly reason?: string;
}

interface NewKeyProps {
  readonly asked: NewKey;
  /** Absent until it is done. */
  readonly answer?: ApiAnswer<Schemas['CreatedKeyDto']>;
}

/** Asks for a key, and shows it: the only page that ever does. */
export function NewKeyPage({ asked, answer }: NewKeyProps) {
  const { t } = useView();
  return (
    <ActPlace>
      {answer !== undefined && <ActOutcome answer={answer} back={KEYS_PATH} done={(made) => <MadeKey made={made} />} />}
      {answer?.code === 'AlreadyComplete' && <Notice tone="wait" title={t('keys.madeBefore')} />}
      {(answer === undefined || isToMend(answer)) && (
        <ActForm
          action={`${KEYS_PATH}/new`}
          title={t('keys.make')}
          effects={[t('keys.makeEffect'), t('keys.onceEffect')]}
          submit={t('keys.makeSubmit')}
          back={KEYS_PATH}
          reason={asked.reason ?? ''}
        >
          <NewKeyFields {...asked} />
        </ActForm>
      )}
    </ActPlace>
  );
}

/** What was refused for what stands in its fields: a partner that is not there, or one too many. */
const isToMend = ({ status }: ApiAnswer<unknown>) => status === 400 || status === 404;

function NewKeyFields({ role, partnerId, label, days }: NewKey) {
  const { t } = useView();
  const choices = ROLES.map((it) => ({ value: it, text: `${t(`keys.role.${it}`)}: ${t(`keys.may.${it}`)}` }));
  return (
    <div class="fields">
      <ChoiceField name="role" label={t('keys.opens')} choices={choices} value={role} />
      <Field
        name="partnerId"
        label={t('partnerId')}
        value={partnerId}
        hint={t('keys.partnerHint')}
        isNumber
        isOptional
      />
      <Field name="label" label={t('keys.label')} value={label} hint={t('keys.labelHint')} isOptional />
      <Field name="days" label={t('keys.days')} value={days} hint={t('keys.daysHint')} isNumber isOptional />
    </div>
  );
}

function MadeKey({ made }: { readonly made: Schemas['CreatedKeyDto'] }) {
  const { t } = useView();
  return (
    <>
      <p>{keyName(t, made)}</p>
      <p class="field secret">
        <label for="made-key">{t('keys.theKey')}</label>
        <input id="made-key" readOnly value={made.key} aria-describedby="made-key-hint" autocomplete="off" />
        <strong id="made-key-hint">{t('keys.shownOnce')}</strong>
      </p>
    </>
  );
}

interface RevokeKeyProps {
  readonly apiKey: ApiKey;
  /** Whether the session is of this key. */
  readonly isOwn: boolean;
  /** Absent until it is done. */
  readonly answer?: ApiAnswer<ApiKey>;
}

export function RevokeKeyPage({ apiKey, isOwn, answer }: RevokeKeyProps) {
  const { t } = useView();
  const { keyId, revokedAt } = apiKey;
  const name = keyName(t, apiKey);
  const effects = [t('keys.revokeEffect', { name }), t('keys.revokeUsers'), ...(isOwn ? [t('keys.revokeOwn')] : [])];
  return (
    <ActPlace>
      {answer !== undefined && (
        <ActOutcome answer={answer} back={KEYS_PATH} done={() => <p>{t('keys.revokedNow', { name })}</p>} />
      )}
      {answer === undefined && revokedAt !== undefined && (
        <Notice tone="wait" title={t('keys.revokedBefore')} takesFocus>
          <p>
            <Moment at={revokedAt} />
          </p>
          <p>
            <a href={KEYS_PATH}>{t('back')}</a>
          </p>
        </Notice>
      )}
      {answer === undefined && revokedAt === undefined && (
        <ActForm
          action={`${keyPathOf(keyId)}/revoke`}
          title={t('keys.revokeTitle', { keyId })}
          effects={effects}
          submit={t('keys.revokeSubmit')}
          back={KEYS_PATH}
          reason=""
          isDangerous
        />
      )}
    </ActPlace>
  );
}
