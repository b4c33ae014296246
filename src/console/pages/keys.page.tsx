import { ActLink, ActPlace, type Column, DataTable, Moment, Notice, Pager } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { KEYS_PATH, keyPathOf } from './key-path.js';
import { type ApiKey, KeyOwner, KeyState } from './key-state.js';

interface KeysProps {
  readonly keys: Schemas['KeysDto'];
  /** Of the key that the session is of; absent without one. */
  readonly ownId: number | undefined;
  /** `YYYY-MM-DD HH:mm:ss` in Asia/Seoul. */
  readonly now: string;
  readonly mayAct: boolean;
}

export function KeysPage({ keys, ownId, now, mayAct }: KeysProps) {
  const { t, url } = useView();
  const again = { 'hx-get': url, 'hx-trigger': 'acted from:body', 'hx-select': '#keys', 'hx-swap': 'outerHTML' };
  return (
    <>
      <Notice tone="quiet">
        <p>
          {ownId === undefined ? (
            t('keys.ownNone')
          ) : (
            <>
              {t('keys.own')} <a href={keyPathOf(ownId)}>{t('keys.title', { keyId: ownId })}</a>
            </>
          )}
        </p>
      </Notice>
      {mayAct && (
        <p class="links">
          <ActLink to={`${KEYS_PATH}/new`}>{t('keys.make')}</ActLink>
        </p>
      )}
      <ActPlace />
      <section class="panel" id="keys" {...again}>
        <DataTable
          caption={t('keys.list')}
          columns={columns(t, { ownId, now, mayAct })}
          rows={keys.items}
          keyOf={({ keyId }) => keyId}
          empty={t('keys.none')}
        />
        <Pager nextCursor={keys.nextCursor} />
      </section>
    </>
  );
}

function columns(t: View['t'], { ownId, now, mayAct }: Omit<KeysProps, 'keys'>): Column<ApiKey>[] {
  const shown: Column<ApiKey>[] = [
    { header: t('keys.key'), cell: (key) => <KeyName apiKey={key} isOwn={key.keyId === ownId} /> },
    { header: t('keys.opens'), cell: (key) => <KeyOwner apiKey={key} /> },
    { header: t('state'), cell: (key) => <KeyState apiKey={key} now={now} /> },
    { header: t('keys.createdAndUsed'), cell: (key) => <KeyTimes {...key} /> },
  ];
  return mayAct ? [...shown, { header: t('actions'), cell: (key) => revokeLink(t, key) }] : shown;
}

function KeyName({ apiKey: { keyId, prefix, label }, isOwn }: { readonly apiKey: ApiKey; readonly isOwn: boolean }) {
  const { t } = useView();
  return (
    <>
      <a class="nowrap" href={keyPathOf(keyId)}>
        {keyId} · <code>{prefix}…</code>
      </a>
      {label !== undefined && <span class="small block long">{label}</span>}
      {isOwn && (
        <span class="small block">
          <strong>{t('keys.thisSession')}</strong>
        </span>
      )}
    </>
  );
}

function KeyTimes({ createdAt, lastUsedAt }: ApiKey) {
  const { t } = useView();
  return (
    <>
      <Moment at={createdAt} />
      <span class="small block">
        {lastUsedAt === undefined ? (
          t('keys.neverUsed')
        ) : (
          <>
            {t('keys.lastUsed')} <Moment at={lastUsedAt} />
          </>
        )}
      </span>
    </>
  );
}

function revokeLink(t: View['t'], { keyId, revokedAt }: ApiKey) {
  if (revokedAt !== undefined) return '–';
  return (
    <ActLink to={`${keyPathOf(keyId)}/revoke`} label={t('keys.revokeLabel', { keyId })}>
      {t('keys.revoke')}
    </ActLink>
  );
}
