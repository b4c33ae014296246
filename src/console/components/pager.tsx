import { useView } from '../shell/view.js';

/**
 * Leads from page to page of a list. The API's lists go one way: back is the browser's, or the first page.
 *
 * @param nextCursor null on the last page
 * @param path of the page, where what it looks at again has another one
 */
export function Pager({ nextCursor, path: pagePath }: { readonly nextCursor: string | null; readonly path?: string }) {
  const { t, url } = useView();
  const [asked = '', search = ''] = url.split('?');
  const path = pagePath ?? asked;
  const isFirst = !new URLSearchParams(search).has('cursor');
  if (isFirst && nextCursor === null) return null;
  return (
    <nav class="pager" aria-label={t('pages')}>
      {!isFirst && <a href={addressWith(path, search, null)}>{t('firstPage')}</a>}
      {nextCursor !== null && (
        <a rel="next" href={addressWith(path, search, nextCursor)}>
          {t('nextPage')}
        </a>
      )}
    </nav>
  );
}

function addressWith(path: string, search: string, cursor: string | null): string {
  const query = new URLSearchParams(search);
  query.delete('cursor');
  if (cursor !== null) query.set('cursor', cursor);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
