import { CsrfField, DataTable, Field, Notice } from '../components/index.js';
import { ApiRefusal } from '../console.errors.js';
import { SEARCH_PATH } from '../shell/quick-search.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { FOUND_KINDS, foundColumns } from './found-things.js';

export interface Searched {
  /** As it was typed. */
  readonly q?: string | undefined;
  /** Absent until somebody asks. */
  readonly found?: Schemas['FoundPageDto'] | ApiRefusal;
}

export function SearchPage({ q, found }: Searched) {
  const { t } = useView();
  return (
    <>
      <form class="search wide" method="post" action={SEARCH_PATH} role="search" aria-label={t('search')}>
        <CsrfField />
        <Field name="q" label={t('search.what')} value={q} hint={t('search.hint')} isFocused={found === undefined} />
        <button type="submit">{t('search.submit')}</button>
      </form>
      {found instanceof ApiRefusal && <Notice tone="bad" title={found.answer.message} takesFocus />}
      {found !== undefined && !(found instanceof ApiRefusal) && <FoundThings q={q} found={found} />}
    </>
  );
}

function FoundThings({ q, found: { items, nextCursor } }: { q?: string | undefined; found: Schemas['FoundPageDto'] }) {
  const { t } = useView();
  if (items.length === 0) {
    return (
      <Notice tone="quiet" title={t('search.nothing')} takesFocus>
        <p>{t('search.nothingWhy')}</p>
      </Notice>
    );
  }
  const kinds = FOUND_KINDS.filter((kind) => items.some((item) => item.kind === kind));
  return (
    <>
      {kinds.map((kind) => (
        <section key={kind} class="panel">
          <DataTable
            caption={t(`found.${kind}`)}
            columns={foundColumns(t, kind)}
            rows={items.filter((item) => item.kind === kind)}
            keyOf={({ id }) => id}
          />
        </section>
      ))}
      {nextCursor !== null && (
        <form class="pager" method="post" action={SEARCH_PATH}>
          <CsrfField />
          <input type="hidden" name="q" value={q} />
          <input type="hidden" name="cursor" value={nextCursor} />
          <button class="secondary" type="submit">
            {t('search.more')}
          </button>
        </form>
      )}
    </>
  );
}
