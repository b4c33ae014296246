import {
  ChoiceField,
  type Column,
  DataTable,
  Field,
  FieldErrors,
  Moment,
  Notice,
  Pager,
  SearchForm,
} from '../components/index.js';
import { ApiRefusal } from '../console.errors.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { ACTIONS } from '../texts/acts.texts.js';
import { ACT_SUBJECTS, type ActSubject, subjectPathOf } from './act-subject.js';
import { wordOf } from './words.js';
import { keyPathOf } from './key-path.js';

type Act = Schemas['ActDto'];

/** As the fields of the form have it. */
interface ActsQuestion {
  readonly subject?: ActSubject;
  readonly subjectId?: number;
  readonly keyId?: number;
  readonly action?: string;
  readonly from?: string;
  readonly to?: string;
}

interface ActsProps {
  readonly asked: ActsQuestion;
  readonly found: Schemas['ActsDto'] | ApiRefusal;
}

export function ActsPage({ asked, found }: ActsProps) {
  const { t } = useView();
  return (
    <>
      <ActsFilter {...asked} />
      {found instanceof ApiRefusal ? (
        <Notice tone="bad" title={found.answer.message}>
          <FieldErrors detail={found.answer.detail} />
        </Notice>
      ) : (
        <section class="panel">
          <DataTable
            caption={t('acts.list')}
            columns={columns(t)}
            rows={found.items}
            keyOf={({ actId }) => actId}
            empty={t('acts.none')}
          />
          <Pager nextCursor={found.nextCursor} />
        </section>
      )}
    </>
  );
}

function ActsFilter({ subject, subjectId, keyId, action, from, to }: ActsQuestion) {
  const { t } = useView();
  const any = { value: '', text: t('acts.any') };
  const subjects = ACT_SUBJECTS.filter((it) => it !== 'clock').map((it) => ({
    value: it,
    text: t(`acts.subject.${it}`),
  }));
  const actions = ACTIONS.map((it) => ({ value: it, text: wordOf(t, 'acts.action', it) }));
  return (
    <>
      <SearchForm action="/console/acts" submit={t('show')}>
        <ChoiceField name="subject" label={t('acts.subject')} choices={[any, ...subjects]} value={subject} />
        <Field name="subjectId" label={t('acts.subjectId')} value={subjectId} isNumber isOptional />
        <Field name="keyId" label={t('acts.keyId')} value={keyId} isNumber isOptional />
        <ChoiceField name="action" label={t('acts.action')} choices={[any, ...actions]} value={action} />
        <Field name="from" type="date" label={t('acts.from')} value={from} isOptional />
        <Field name="to" type="date" label={t('acts.to')} value={to} isOptional />
      </SearchForm>
      <p class="small">
        {t('acts.oneOf')} <a href="/console/acts">{t('acts.all')}</a>
      </p>
    </>
  );
}

function columns(t: View['t']): Column<Act>[] {
  return [
    {
      header: t('acts.when'),
      cell: ({ actedAt, address }) => (
        <>
          <Moment at={actedAt} />
          <span class="small block long">{t('acts.at', { address })}</span>
        </>
      ),
    },
    { header: t('acts.who'), cell: (act) => <Who act={act} /> },
    {
      header: t('acts.what'),
      cell: ({ action }) => (
        <>
          {wordOf(t, 'acts.action', action)}
          <code class="small block long">{action}</code>
        </>
      ),
    },
    { header: t('acts.on'), cell: (act) => <OnWhat act={act} /> },
    { header: t('acts.why'), cell: ({ reason }) => <span class="long">{reason ?? '–'}</span> },
  ];
}

/** A key is one person's, or one program's: the record knows no more. */
function Who({ act: { role, keyId } }: { readonly act: Act }) {
  const { t } = useView();
  const known = (['operator', 'auditor', 'anyone', 'shell'] as const).find((it) => it === role);
  return (
    <>
      {known ? t(`acts.role.${known}`) : role}
      {keyId !== undefined && (
        <a class="block nowrap" href={keyPathOf(keyId)}>
          {t('acts.key', { keyId })}
        </a>
      )}
    </>
  );
}

function OnWhat({ act }: { readonly act: Act }) {
  const { t } = useView();
  const path = subjectPathOf(act);
  const text = `${t(`acts.subject.${act.subject}`)} ${act.subjectId ?? ''}`.trim();
  return <span class="nowrap">{path === undefined ? text : <a href={path}>{text}</a>}</span>;
}
