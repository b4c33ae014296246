import { ActLink, ActPlace, Facts, Moment, Notice } from '../components/index.js';
import { useView } from '../shell/view.js';
import { KEYS_PATH, keyPathOf } from './key-path.js';
import { type ApiKey, KeyOwner, KeyState } from './key-state.js';

interface KeyProps {
  readonly apiKey: ApiKey;
  /** Whether the session is of this key. */
  readonly isOwn: boolean;
  readonly now: string;
  readonly mayAct: boolean;
}

/** A key, and where to see what was done with it, and to it. */
export function KeyPage({ apiKey, isOwn, now, mayAct }: KeyProps) {
  const { t, url } = useView();
  const { keyId, prefix, label, createdAt, lastUsedAt, revokedAt } = apiKey;
  const again = { 'hx-get': url, 'hx-trigger': 'acted from:body', 'hx-select': '#key', 'hx-swap': 'outerHTML' };
  return (
    <>
      {isOwn && <Notice tone="quiet" title={t('keys.isOwn')} />}
      <section class="panel" id="key" {...again}>
        <Facts
          facts={[
            { term: t('keys.prefix'), value: <code class="long">{prefix}…</code> },
            { term: t('keys.label'), value: <span class="long">{label ?? '–'}</span> },
            { term: t('keys.opens'), value: <KeyOwner apiKey={apiKey} /> },
            { term: t('state'), value: <KeyState apiKey={apiKey} now={now} /> },
            { term: t('keys.created'), value: <Moment at={createdAt} /> },
            { term: t('keys.lastUsed'), value: lastUsedAt ? <Moment at={lastUsedAt} /> : '–' },
          ]}
        />
        <p class="links">
          <a href={KEYS_PATH}>{t('keys.all')}</a>
          <a href={`/console/acts?keyId=${keyId}`}>{t('keys.actsBy')}</a>
          <a href={`/console/acts?subject=key&subjectId=${keyId}`}>{t('keys.actsOn')}</a>
          {mayAct && revokedAt === undefined && <ActLink to={`${keyPathOf(keyId)}/revoke`}>{t('keys.revoke')}</ActLink>}
        </p>
      </section>
      <ActPlace />
    </>
  );
}
